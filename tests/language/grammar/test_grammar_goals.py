"""Sentences and meanings: ``goals.txt`` and the other tables beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantern.errors import TranslationError
from lantern.language.english.words import LETTER_A, tokenize
from lantern.language.grammar import GrammarTranslator
from lantern.language.grammar.wordings import reworded, wordings
from lantern.logic import Vocabulary, compile

HERE = Path(__file__).parent
TRANSLATOR = GrammarTranslator()


def _vocabularies() -> dict[str, Vocabulary]:
    data = json.loads((HERE.parent / "data" / "vocabularies.json").read_text(encoding="utf-8"))
    return {name: Vocabulary.from_dict(entry) for name, entry in data.items()}


VOCABULARIES = _vocabularies()


def _sentences() -> Iterator[tuple[str, str, list[str]]]:
    lines = [
        line
        for name in ("goals.txt", "frames.txt", "matching.txt", "lots.txt", "causes.txt", "redteam.txt")
        for line in (HERE / name).read_text(encoding="utf-8").splitlines()
    ]
    for line in lines:
        if line.startswith("#"):
            continue
        if " | " not in line:
            name, _, rest = line.partition(":")
            pairs = (part.split(" = ") for part in rest.split(";"))
            VOCABULARIES[name] = Vocabulary({key.strip(): said.strip() for key, said in pairs})
            continue
        vocabulary, text, formulas = line.split(" | ", 2)
        yield vocabulary, text, formulas.split(" || ")


SENTENCES = list(_sentences())


@pytest.mark.parametrize(
    ("vocabulary", "text", "formulas"), SENTENCES, ids=[text for _, text, _ in SENTENCES]
)
def test_sentences(vocabulary: str, text: str, formulas: list[str]) -> None:
    try:
        found = TRANSLATOR.translate(text, VOCABULARIES[vocabulary])
    except TranslationError:
        assert "?" in formulas
        return
    first, *others = [compile(reading.formula) for reading in found.readings]
    asked = not found.sure or any(not first.equivalent(other) for other in others)
    if asked:
        assert "?" in formulas
        return
    formulas = [formula for formula in formulas if formula != "?"]
    assert any(first.equivalent(compile(formula)) for formula in formulas), found.readings[0].formula


def test_frames_become_simpler_words_that_keep_their_place() -> None:
    text = "Load them, it doesn't matter which one is loaded first, then go."
    words = reworded(tokenize(text), frozenset(), frozenset())
    assert " ".join(word.text for word in words) == "load them in any order , then go ."
    place = next(word for word in words if word.text == "any")
    assert text[place.start : place.end].strip(", ") == "it doesn't matter which one is loaded first"


def test_frames_leave_words_of_the_vocabulary_alone() -> None:
    words = tokenize("The task is to open it.")
    assert len(reworded(words, frozenset(), frozenset())) < len(words)
    assert reworded(words, frozenset(), frozenset({"task"})) == words


def test_every_pair_can_be_ruled_out_by_a_word() -> None:
    assert all(wording.needed for wording in wordings())


def test_the_letter_a_is_no_article() -> None:
    texts = [word.text for word in tokenize("A robot charges A and box A. A must be first.")]
    assert [at for at, word in enumerate(texts) if word == LETTER_A] == [3, 6, 8]
