"""Tokens, base forms, spelling and typing errors."""

from __future__ import annotations

import pytest

from lantern.language.english.words import Spellings, base_forms, spelled, tokenize, typing_errors


def texts(text: str) -> list[str]:
    return [word.text for word in tokenize(text)]


def test_contractions_hyphens_and_possessives() -> None:
    assert texts("Don't touch the north-east wall's key; can't!") == [
        "do", "not", "touch", "the", "north", "east", "wall", "key", ";", "can", "not", "!",
    ]  # fmt: skip


def test_words_know_where_they_stand() -> None:
    text = "Visit the Grey tower"
    assert [text[word.start : word.end] for word in tokenize(text)] == ["Visit", "the", "Grey", "tower"]


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert texts("Go to St. James. Stop.") == ["go", "to", "st", "james", ".", "stop", "."]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("grey", "gray"),
        ("centres", "centers"),
        ("colour", "color"),
        ("travelled", "traveled"),
        ("stabilise", "stabilize"),
        ("raise", "raise"),
        ("harbour", "harbor"),
    ],
)
def test_spelling(british: str, american: str) -> None:
    assert spelled(british) == american


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("picked", "pick"),
        ("grabbing", "grab"),
        ("carries", "carry"),
        ("slain", "slay"),
        ("took", "take"),
        ("making", "make"),
        ("passes", "pass"),
        ("been", "be"),
        ("visited", "visit"),
    ],
)
def test_base_forms(word: str, base: str) -> None:
    assert base in base_forms(word)


def test_base_forms_do_not_cut_short_words() -> None:
    assert "an" not in base_forms("and")
    assert "thi" not in base_forms("this") or "this" in base_forms("this")


@pytest.mark.parametrize(
    ("a", "b", "errors"), [("key", "key", 0), ("kye", "key", 1), ("shild", "shield", 1), ("cat", "dog", 3)]
)
def test_typing_errors(a: str, b: str, errors: int) -> None:
    assert typing_errors(a, b, 3) == errors


def test_nearest_typo_wants_one_answer() -> None:
    known = Spellings({word: word for word in ("shield", "chest", "blue", "gold", "cold")})
    assert known.nearest("sheild") == "shield"
    assert known.nearest("blu") == "blue"
    assert known.nearest("bold") is None
    assert known.nearest("castle") is None
