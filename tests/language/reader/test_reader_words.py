"""What propositions are found by (``words.txt``): their own sentences, and other words for the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lantern.language.ast import Atom, Condition, Not
from lantern.language.grammar import GrammarTranslator  # noqa: F401 (the reader is read with the grammar)
from lantern.language.reader.conditions import condition
from lantern.language.reader.frames import Frames, frames_of
from lantern.language.reader.mentions import Mentions
from lantern.language.reader.texts import sentences
from lantern.logic import Vocabulary

JOINTS = ("WHEN", "WHENEVER", "WHILE", "IF")


def _vocabularies() -> Iterator[tuple[str, list[tuple[str, str, list[str]]]]]:
    text = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8")
    for block in text.split("\n@")[1:]:
        head, *lines = block.strip().splitlines()
        propositions = []
        for line in lines:
            told, _, phrases = (line + " ").partition(" : ")
            name, _, sentence = told.partition(" = ")
            propositions.append((name, sentence, [one.strip() for one in phrases.split(";") if one.strip()]))
        yield head, propositions


VOCABULARIES = list(_vocabularies())


def _meant(phrase: str, frames: Frames) -> Condition | None:
    words = sentences(phrase, frames.words)[0]
    while words and words[0] in JOINTS:
        words = words[1:]
    found = condition(["not" if word in ("NOT", "NEVER") else word for word in words], Mentions(frames))
    return found.condition if found is not None else None


@pytest.mark.parametrize(("head", "propositions"), VOCABULARIES, ids=[head for head, _ in VOCABULARIES])
def test_other_words_for_the_same(head: str, propositions: list[tuple[str, str, list[str]]]) -> None:
    frames = frames_of(Vocabulary({name: sentence for name, sentence, _ in propositions}))
    missed = []
    for name, sentence, phrases in propositions:
        for phrase in (sentence, *phrases):
            wanted = Not(Atom(name)) if phrase.startswith("!") else Atom(name)
            if _meant(phrase.lstrip("!"), frames) != wanted:
                missed.append((name, phrase, _meant(phrase.lstrip("!"), frames)))
    assert not missed
