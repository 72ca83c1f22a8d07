"""A clause said again of something else: "put the ball in the box, then the cube", "do the same with it"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lantern.language.reader.lists import SEPARATORS
from lantern.language.reader.mentions import Mentions
from lantern.language.reader.wordlists import ARTICLES, BE, PREPOSITIONS

SAME = ["do", "the", "same", "with"]
# Longest noun phrase that is exchanged, in words.
LONGEST = 4


def bare(tokens: Sequence[str]) -> bool:
    """Whether tokens may be a noun phrase and no more."""
    plain = all(token.islower() and token not in PREPOSITIONS for token in tokens)
    return plain and len(tokens) <= LONGEST and (tokens[0] in ARTICLES or len(tokens) < 3)


def exchanged(told: Sequence[str], phrase: Sequence[str], mentions: Mentions) -> list[str] | None:
    """The clause told before with one of its noun phrases exchanged, if that makes sense in one way only.

    Parameters
    ----------
    told : sequence of str
        Tokens of a clause without joints.
    phrase : sequence of str
        The other noun phrase.
    mentions : Mentions
        Finds what words mention.
    """
    if SEPARATORS & {*told}:
        return None
    kept = [token for token in told if token not in ("FIRST", "LASTLY", "THEN")]
    before = {one.condition for one in mentions.all(_words(kept))}
    found: dict[str, tuple[float, list[str]]] = {}
    for other in exchanges(kept, phrase):
        named = mentions.all(_words(other))
        if len(before) == len(named) == 1 and named[0].condition not in before:
            score, condition = named[0].score, str(named[0].condition)
            if condition not in found or score > found[condition][0]:
                found[condition] = (score, other)
    return next(iter(found.values()))[1] if len(found) == 1 else None


def exchanges(told: Sequence[str], phrase: Sequence[str]) -> Iterator[list[str]]:
    """All ways to put a phrase in the place of another in a clause."""
    for start in range(len(told)):
        for end in range(start + 1, min(len(told), start + LONGEST) + 1):
            inside = told[start:end]
            whole = inside[0] in ARTICLES or phrase[0] not in ARTICLES
            if whole and all(token.islower() and token not in PREPOSITIONS | BE for token in inside):
                yield [*told[:start], *phrase, *told[end:]]


def _words(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token.islower()]
