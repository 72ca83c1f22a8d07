"""Predicates that a list shares, and verbs whose particle comes last."""

from __future__ import annotations

import pytest

from lantern.language import translate
from lantern.language.english.words import tokenize
from lantern.language.grammar.shared import SharedWords
from lantern.logic import Proposition, Vocabulary, compile

VOCABULARY = Vocabulary(
    {
        "t": Proposition("the temperature is below its limit"),
        "p": Proposition("the pressure is below its limit"),
        "low": Proposition("the flow is low", ("bring the flow down",)),
        "saved": Proposition("steam is saved", ("save steam",)),
        "start": Proposition("the start is made"),
    }
)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Keep the temperature and the pressure below their limits at all times.", "G(t & p)"),
        ("Always keep the temperature below its limit.", "G t"),
        ("Never let the temperature or the pressure rise above their limits.", "G(t & p)"),
        ("Never let the pressure get above its limit.", "G p"),
        ("Bring the flow down before saving steam.", "F(low & F saved) & !saved W low"),
        ("Keep the pressure below its limit at all times, and bring the flow down.", "G p & F low"),
    ],
)
def test_sentences(text: str, formula: str) -> None:
    found = translate(text, VOCABULARY)
    assert not found.questions
    assert found.dfa.equivalent(compile(formula, VOCABULARY))


def test_places_in_the_text_are_kept() -> None:
    text = "Keep the temperature and the pressure below their limits at all times."
    words = SharedWords(VOCABULARY)(tokenize(text))
    spans = {word.text: text[word.start : word.end] for word in words if word.text in ("t", "p")}
    assert spans == {"t": "the temperature", "p": "the pressure below their limits"}


def test_other_texts_are_left_alone() -> None:
    for text in (
        "Keep the temperature and the flow below their limits.",
        "Let the flow go down.",
        "Save steam.",
    ):
        assert SharedWords(VOCABULARY)(tokenize(text)) == tokenize(text)
