"""What is known of the words for one proposition, and of a stretch of text that names some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantern.language.english.words import PARTICIPLES, Word, is_gerund, tokenize


@dataclass(frozen=True, slots=True)
class Entity:
    """What is known of the words for one proposition.

    Attributes
    ----------
    name : str
        The proposition.
    words : frozenset of str
        Base forms that may name it in a noun phrase.
    phrases : frozenset of tuple of str
        Its name, synonyms and sentence as sequences of content words: a phrase equal to one is certain.
    core : frozenset of str
        Those of them that its name or its sentence has; words of a synonym alone must come in full.
    classes : frozenset of str
        Classes of its verbs and adjectives, with their polarity ("open+", "acquire").
    verbal : bool
        Whether its sentence is no more than a verb ("the car refuels").
    other : bool
        Whether its sentence says how some other thing is, not what the agent does ("the light is red").
    outside : frozenset of str
        Words of a place that it says who acts has left ("has left the cave", "is out of the cave").
    """

    name: str
    words: frozenset[str]
    phrases: frozenset[tuple[str, ...]]
    core: frozenset[str]
    classes: frozenset[str]
    verbal: bool = False
    other: bool = False
    outside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of words that names one of several candidates.

    `noun` holds the matched base words; `whole` says that they are all the words of a name, synonym or
    sentence.
    """

    candidates: tuple[str, ...]
    length: int
    noun: tuple[str, ...]
    whole: bool = False
    corrected: tuple[tuple[str, str], ...] = ()


_GONE = re.compile(
    r"\b(?:has left|has exited|is outside(?: of)?|is out of|has gone out of) (?:the|its|a|an) (\w[\w -]*)"
)
_STILL = re.compile(r"\b(?:stands|stays|remains|keeps|is standing|is) (?:still|put|in place)\b")
# Participles that tell in what state something is rather than what has been done to it.
_STATIVE = re.compile(
    r"^(?:the |an? )?(?:\w+ ){1,3}is "
    r"(?:stopped|halted|parked|docked|moored|anchored|seated|grounded|overloaded)$"
)


def gone(sentence: str) -> frozenset[str]:
    """Words of the place that a sentence says has been left; none if it says no such thing."""
    found = _GONE.search(sentence.lower())
    return frozenset(word.text for word in tokenize(found.group(1))) if found else frozenset()


def still(sentence: str) -> bool:
    """Whether a sentence says of something that it does not move ("stands still", "is parked")."""
    return bool(_STILL.search(sentence.lower()) or _STATIVE.match(sentence.lower().rstrip(".")))


def stance(sentence: str, agents: frozenset[str]) -> str:
    """Participle that is all a sentence says of who acts ("the car is stopped"), else empty."""
    words = [word.text for word in tokenize(sentence) if word.text not in ("the", "a", "an", ".")]
    told = len(words) == 3 and words[0] in agents and words[1] in ("is", "has")
    return words[2] if told and (words[2].endswith("ed") or words[2] in PARTICIPLES) else ""


def names_place(words: Sequence[Word], at: int) -> bool:
    """Whether a word in -ing begins the name of a place ("at loading dock 1")."""
    before = words[at - 1].text if at else ""
    following = words[at + 1].text if at + 1 < len(words) else ""
    if before not in ("at", "in", "on", "near", "above") or not is_gerund(words[at].text):
        return False
    return following.isalpha() and following not in ("the", "a", "an", "its", "in", "at", "on")
