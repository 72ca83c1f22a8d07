"""Numbered steps: "1. ... 2. ...", "step 1: ... step 2: ...", "(a) ... (b) ..."."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantern.language.english.words import LETTER_A, Word, number_words

_STEPS = frozenset({"step", "stage", "phase", "part", "task", "goal", "number", "no"})
_NUMBERS = number_words(1, 8)
_LETTERS = {LETTER_A: 1, **{letter: at + 1 for at, letter in enumerate("abcdefgh")}}
_BEGINS = frozenset({".", ";", ":", "!", ",", "(", "and", "then"})
_ENDS = frozenset({")", ".", ":", ",", "is"})


@dataclass(frozen=True, slots=True)
class _Marker:
    """A number that begins a step: where it stands, which number it is, and whether it tells an order."""

    start: int
    end: int
    number: int
    ordered: bool


def enumerated(words: list[Word]) -> list[Word]:
    """Words with the numbers of steps brought to "then", or away where they tell no order."""
    markers: list[_Marker] = []
    for at in range(len(words)):
        marker = _marker(words, at) if not markers or at >= markers[-1].end else None
        markers += [marker] if marker is not None else []
    if [marker.number for marker in markers] != list(range(1, len(markers) + 1)) or len(markers) < 2:
        return words
    free = any(word.text == "any" and words[at + 1].text == "order" for at, word in enumerate(words[:-1]))
    ordered = not free and all(marker.ordered for marker in markers)
    result: list[Word] = []
    done = 0
    for marker in markers:
        result += words[done : marker.start]
        place = words[marker.start]
        if result and result[-1].text not in _BEGINS:
            result.append(Word(",", place.start, place.end))
        if ordered and marker.number > 1:
            result.append(Word("then", place.start, words[marker.end - 1].end))
        done = marker.end
    return [*result, *words[done:]]


def _marker(words: Sequence[Word], at: int) -> _Marker | None:
    """The number of a step that begins at a word."""
    begins = at == 0 or words[at - 1].text in _BEGINS
    start = at
    bracket = words[at].text == "("
    at += bracket
    named = at < len(words) and words[at].text in _STEPS
    at += named
    if at + 2 >= len(words):
        return None
    number, letter = _value(words[at].text)
    after = words[at + 1].text
    if not number or not (begins or bracket) or after not in _ENDS:
        return None
    if (letter or not named) and after != ")" and not (after == "." and words[at].text.isdigit()):
        return None
    end = at + 2
    end += named and after == "is" and words[end].text == "to"
    return _Marker(start, end, number, ordered=not letter)


def _value(text: str) -> tuple[int, bool]:
    """Number of a step, and whether it is written as a letter; 0 if it is none."""
    if text.isdigit() and len(text) == 1:
        return int(text), False
    if text in _LETTERS:
        return _LETTERS[text], True
    return _NUMBERS.get(text, 0), False
