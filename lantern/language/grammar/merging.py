"""Joining of words that together name one proposition: "no parcel goes on the belt", "the battery is low"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.english.words import base_forms
from lantern.language.grammar.forms import happens, is_be, is_participle
from lantern.language.grammar.matched import STATES
from lantern.language.grammar.tokens import BETWEEN, Token


def merge_same(tokens: list[Token]) -> list[Token]:
    """Two noun phrases for the same proposition with only small words between are one ("help by radio")."""
    result: list[Token] = []
    for token in tokens:
        while (
            token.of("P")
            and len(result) > 1
            and result[-1].types.keys() & {"TO", "VIA", "COLON"}
            and result[-2].candidates == token.candidates
        ):
            result.pop()
            token = replace(result.pop(), end=token.end)
        if _is_state(result, token):  # "leave it open"
            said = ("happen", *(f"said {name}" for name in token.candidates))
            result.append(replace(token, types={"STATE": said}, candidates=()))
            continue
        same = token.of("P") and bool(result) and _same_name(result[-1], token)
        if same or (token.of("KINDS") and _completes(result, token)):
            continue
        token = _narrowed(result, token)
        if token.of("P") and (subject := _subject_of(result, token)) is not None:
            result = _about(result, subject, token)
            continue
        if token.of("P") and _said(result, token):
            perfect = ("perfect",) if any(one.text in ("has", "have", "had") for one in result[-3:]) else ()
            token = replace(token, types={"DONE": ("happen", *perfect)}, candidates=())
            while is_be(result[-1]) or result[-1].text in ("has", "have", "had") or result[-1].of("TO"):
                result.pop()
        elif _completes(result, token):
            if result[-1].types.keys() & {"TO", "VIA"}:
                result.pop()
            continue
        result.append(token)
    return result


def _is_state(before: Sequence[Token], token: Token) -> bool:
    """Whether a word that names a proposition is the state in which "it" is left or kept."""
    kept = len(before) > 1 and before[-1].of("IT") and before[-2].of("KEEP")
    return kept and token.of("P") and token.text in STATES and not token.denied


def _subject_of(tokens: Sequence[Token], token: Token) -> int | None:
    """Where the subject or pronoun stands that a place completes ("no parcel goes on the belt")."""
    verbs = states = 0
    for at in range(len(tokens) - 1, -1, -1):
        before = tokens[at]
        if before.candidates:
            about = set(token.candidates) <= {*before.candidates, *before.alike}
            if token.candidates == before.candidates:  # "a guest enters the kitchen", "the battery runs low"
                about = about and verbs > states and token.text != before.text
            return at if about and (verbs or before.of("IT")) else None
        small = before.types.keys() & (BETWEEN | {"TO"}) or before.text in ("has", "have", "had")
        if not small and not before.of("GO") and not is_be(before):
            return None
        verbs += 1 if before.of("GO") or is_be(before) else 0
        states += 1 if is_be(before) else 0
    return None


def _narrowed(tokens: Sequence[Token], token: Token) -> Token:
    """The one proposition of several that subject and place name together ("the loaf goes in the oven")."""
    subject = next((one for one in reversed(tokens) if one.candidates), None)
    if (
        not token.of("KINDS")
        or subject is None
        or not subject.of("P")
        or subject.candidates[0] not in token.candidates
    ):
        return token
    one = replace(token, types={"P": ("",)}, candidates=subject.candidates)
    return one if _subject_of(tokens, one) is not None else token


def _about(tokens: list[Token], at: int, token: Token) -> list[Token]:
    """Name in the place of the subject what subject, verb and place name together."""
    between = [one for one in tokens[at + 1 :] if not one.of("TO") or one.of("GO")]
    if tokens[at].of("IT"):  # "put it on the belt"
        return [*_in_turn(tokens[:at]), *between, token]
    verbs = [one for one in between if one.of("GO") and not is_be(one)]
    if any(base_forms(one.text.split()[0]) & {"stop", "cease", "quit"} for one in verbs):
        token = replace(token, denied=not token.denied)  # "the crane must stop swinging"
    if not any(is_participle(verb) for verb in verbs):
        rest = [one for one in between if one not in verbs and not is_be(one)]
        perfect = ("perfect",) if any(one.text in ("has", "have", "had") for one in rest) else ()
        rest = [one for one in rest if one.text not in ("has", "have", "had")]
        # "must go back to the dock" is still to be done, where "must be at the dock" says how things are.
        deed = ("action",) if any("move" in verb.types["GO"] for verb in verbs) else ()
        done = {"DONE": ("happen", *perfect, *deed)}
        between = [*rest, replace(token, types=done, candidates=(), noun=())]
    return [*tokens[:at], replace(token, start=tokens[at].start, noun=tokens[at].noun), *between]


def _in_turn(tokens: list[Token]) -> list[Token]:
    """Read "grasp the cube and put it" as one after the other: the second is done with what was got."""
    joined = len(tokens) > 2 and tokens[-1].of("GO") and tokens[-2].of("AND") and bool(tokens[-3].candidates)
    return [*tokens[:-1], tokens[-2].only("THEN", ""), tokens[-1]] if joined else tokens


def _same_name(before: Token, token: Token) -> bool:
    """Whether two words in a row are two names for one thing ("mode mode_m")."""
    return before.candidates == token.candidates and before.text != token.text


def _said(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a word only repeats the proposition of its subject ("the load must be steady")."""
    be = False
    for before in reversed(tokens):
        if before.candidates:
            return be and before.candidates == token.candidates and before.text != token.text
        be = be or is_be(before)
        small = is_be(before) or before.text in ("has", "have", "had")
        if not (small or before.types.keys() & (BETWEEN | {"TO"})):
            return False
    return False


def _completes(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a noun only completes an adjective ("the temperature below the limit")."""
    if not token.types.keys() & {"P", "KINDS"} or not tokens:
        return False
    by_name = tokens[-1].text == "by" and any(one.candidates == token.candidates for one in tokens[-5:])
    if by_name:
        return True
    if not (tokens[-1].of("ADJ") or (tokens[-1].of("GO") and happens(tokens[-1]))):
        return False
    small = BETWEEN | {"STAY"}
    before = next(
        (one for one in reversed(tokens[:-1]) if not (is_be(one) or one.types.keys() & small)), None
    )
    return before is not None and before.candidates != () and set(before.candidates) <= set(token.candidates)
