"""Whether a stretch of words says what a declared sentence says: the relation of its words to the frame."""

from __future__ import annotations

from dataclasses import dataclass

from lantern.language.english.manners import state_of, verbs
from lantern.language.english.thesaurus import places_for
from lantern.language.english.words import base_forms, singular
from lantern.language.grammar.frames import (
    ABOVE,
    AT,
    AWAY,
    BELOW,
    Frame,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of text by the role of its words; numbers are places in the text."""

    content: tuple[tuple[int, str, str], ...]  # place, word, and the particle that makes one verb with it
    prepositions: tuple[str, ...]
    pronoun: bool
    copula: bool
    acting: bool  # whether it names who acts
    led: frozenset[int]  # places right after an article
    begins: frozenset[int]  # places of "starts" before a form in -ing
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
    if frame.kind == "place" and particle and particle == frame.preposition:
        particle = ""  # "swing the jib over the road"
    forms = base_forms(text) | {text}
    joined = frozenset(f"{form}-{particle}" for form in forms) if particle else forms
    if frame.kind == "deed":
        if joined & frame.verb or (forms & frame.verb and particle in ("", *said.prepositions)):
            return 1
        return 1 if text in frame.said else 0
    if frame.kind == "state":
        return _of_state(frame, text, joined, particle)
    if frame.kind == "have":
        if joined & verbs("release"):
            return -1
        return 1 if joined & (verbs("acquire") | verbs("make")) else 0
    return _of_place(frame, text, forms, joined, particle, said)


def _of_place(
    frame: Frame, text: str, forms: frozenset[str], joined: frozenset[str], particle: str, said: Said
) -> int:
    measured = frame.preposition in ABOVE | BELOW
    if measured and not particle and forms & (verbs("exceed") | verbs("obey")) and not said.prepositions:
        beyond = bool(forms & verbs("exceed"))
        return 1 if beyond == (frame.preposition in ABOVE) else -1
    if frame.acts:
        return 1 if joined & verbs("arrive") else 0
    if joined & verbs("take_out") and {*said.prepositions, particle} & {"from", "out", "off"}:
        return -1
    if forms & verbs("take_out") and particle in ("out", "off") and "put" not in forms:
        return -1
    if measured and forms & verbs("measured"):
        return 1
    if measured and not _named_first(frame, text, said, anywhere=True):
        return 0
    if not particle and joined & (verbs("put") | verbs("lasting")):
        return 1
    return 1 if joined & verbs("arrive") and _named_first(frame, text, said) else 0


def _named_first(frame: Frame, text: str, said: Said, *, anywhere: bool = False) -> bool:
    """Whether what a sentence is about is named before a verb, or at all: "a worker walks under the load"."""
    texts = [word for _, word, _ in said.content]
    before = texts if anywhere else texts[: texts.index(text)]
    return any(singular(word) in frame.subject or word in frame.subject for word in before)


def _of_state(frame: Frame, text: str, joined: frozenset[str], particle: str) -> int:
    if joined & frame.verb or (not particle and text in frame.said):
        return 1
    told = state_of(frame.said, text, particle, frame.subject)
    if told or not particle:
        return told
    turned = joined & {f"{verb}-{particle}" for verb in ("turn", "switch")}
    return state_of(frame.said, particle, "", frame.subject) if turned else 0


def own(frame: Frame, text: str, particle: str) -> bool:
    """Whether a verb is that of a frame itself, and not only another one for the same."""
    forms = base_forms(text) | {text}
    return any(forms & (base_forms(said) | {said}) for said in frame.said) and not (
        particle and frame.preposition and particle != frame.preposition
    )


def meant_place(frame: Frame, text: str, particle: str) -> bool:
    """Whether a frame says that who acts is where one does what a verb says ("recharge")."""
    if frame.kind != "place" or not frame.acts or frame.preposition not in AT:
        return False
    return any({*place} <= {*frame.rest} for place in places_for(text, particle))


def direction(frame: Frame, said: Said, sign: int) -> int | None:
    """What the prepositions of a stretch say of a frame; none if they say something else."""
    toward = 1
    kept = any(base_forms(text) & verbs("lasting") for _, text, _ in said.content)
    if (
        kept
        and frame.kind == "place"
        and frame.preposition in AT
        and {*said.prepositions} & (AWAY - {"from"})
    ):
        return -1 if {*said.prepositions} <= AWAY else None  # "keep the cup out of the drawer"
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
