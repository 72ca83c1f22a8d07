"""Whether a stretch of words says what a declared sentence says: the relation of its words to the frame."""

from __future__ import annotations

from dataclasses import dataclass

from lantern.language.grammar.frames import (
    ABOVE,
    AT,
    AWAY,
    BELOW,
    Frame,
)
from lantern.language.grammar.lifting import singular
from lantern.language.grammar.manners import (
    ACQUIRE,
    ARRIVE,
    LASTING,
    MAKE,
    MEASURED,
    PUT,
    RELEASE,
    TAKE_OUT,
    state_of,
)
from lantern.language.grammar.words import base_forms


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of text by the role of its words; numbers are places in the text."""

    content: tuple[tuple[int, str, str], ...]  # place, word, and the particle that makes one verb with it
    prepositions: tuple[str, ...]
    pronoun: bool
    copula: bool
    acting: bool  # whether it names who acts
    leading: int  # where the preposition stands that leads to a place; -1 without one


def enough(frame: Frame, said: Said, used: set[str], told: bool, toward: int) -> bool:
    """Whether what was found of a frame tells what it says, not only what it is about."""
    if frame.kind in ("state", "deed"):
        return told or toward < 0 or bool({*said.prepositions} & frame.said)
    if not told and not (said.copula or said.prepositions):
        return False
    if frame.kind == "have" or frame.acts:
        return True
    measured = frame.preposition in ABOVE | BELOW
    return measured or (_ordered(frame, said) and bool(used & frame.subject))


def sides(said: Said) -> tuple[set[str], set[str]]:
    """Words before and after the preposition that leads to a place."""
    thing, place = set[str](), set[str]()
    for at, text, _ in said.content:
        (place if at > said.leading >= 0 else thing).add(singular(text))
    return thing, place


def _ordered(frame: Frame, said: Said) -> bool:
    """Whether the thing is named before its place."""
    thing, place = sides(said)
    named = frame.subject | {*frame.rest}
    return place <= {*frame.rest} and (thing & named) <= frame.subject


def relation(frame: Frame, text: str, particle: str, said: Said) -> int:
    """What a word that is not of a frame's nouns says of it: 1 that it is so, -1 that it is not, else 0."""
    forms = base_forms(text) | {text}
    joined = {f"{form}-{particle}" for form in forms} if particle else forms
    if frame.kind == "deed":
        if joined & frame.verb or (forms & frame.verb and particle in ("", *said.prepositions)):
            return 1
        return 1 if text in frame.said else 0
    if frame.kind == "state":
        return _of_state(frame, text, forms, particle)
    if frame.kind == "have":
        if forms & RELEASE or joined & {"put-down"}:
            return -1
        whole = joined & {"pick-up", "gather-up", "scoop-up"} or (not particle and forms & (ACQUIRE | MAKE))
        return 1 if whole else 0
    if frame.acts:
        return 1 if not particle and forms & ARRIVE else 0
    if forms & TAKE_OUT and {*said.prepositions, particle} & {"from", "out", "off"}:
        return -1
    if frame.preposition in ABOVE | BELOW:
        return 1 if forms & MEASURED else 0
    return 1 if not particle and forms & (PUT | LASTING) else 0


def _of_state(frame: Frame, text: str, forms: frozenset[str] | set[str], particle: str) -> int:
    if particle and not ({"turn", "switch"} & forms):
        return 1 if {f"{form}-{particle}" for form in forms} & frame.verb else 0
    if particle:
        return state_of(frame.said, particle, particle)
    if text in frame.said or forms & frame.verb:
        return 1
    return state_of(frame.said, text)


def direction(frame: Frame, said: Said, sign: int) -> int | None:
    """What the prepositions of a stretch say of a frame; none if they say something else."""
    toward = 1
    for word in said.prepositions:
        if frame.kind in ("state", "deed"):
            if word not in (frame.preposition, *frame.said):
                opposite = state_of(frame.said, word)
                if not opposite:
                    return None
                toward *= opposite
        elif frame.kind == "have":
            return None
        elif frame.preposition in AT and (word in AT or (sign < 0 and word in AWAY)):
            continue
        elif word != frame.preposition:
            if (frame.preposition in ABOVE and word in BELOW) or (
                frame.preposition in BELOW and word in ABOVE
            ):
                toward *= -1
            else:
                return None
    return toward
