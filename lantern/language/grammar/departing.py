"""Where one is: "leave the cave" where a proposition says that one is outside, "stay there until b"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantern.language.english.words import PARTICIPLES, base_forms
from lantern.language.grammar.entities import Entity
from lantern.language.grammar.forms import is_be
from lantern.language.grammar.tokens import Token

_CONJUNCTIONS = frozenset(
    {"UNTIL", "BEFORE", "AFTER", "WHEN", "WHENEVER", "IF", "UNLESS", "ONCE", "ASAP", "WHILE", "SINCE"}
)
_HOLDING = frozenset({"have", "hold", "carry", "own", "possess", "wear"})


def departures(tokens: Sequence[Token], entities: Mapping[str, Entity]) -> list[Token]:
    """Read "leave the cave" as being outside, where a proposition says that; "the cave" alone as inside."""
    result: list[Token] = []
    for token in tokens:
        named = {*token.noun}
        gone = [name for name in token.candidates if named and named <= entities[name].outside]
        if not gone or {"outside", "out"} & {*token.text.split()}:
            result.append(token)
            continue
        there = tuple(name for name in token.candidates if name not in gone)
        if there:  # one proposition says that one is inside, another that one is outside
            token = replace(token, types={"P" if len(there) == 1 else "KINDS": ("",)}, candidates=there)
        elif result and result[-1].of("LEAVE") and token.of("P"):
            result[-1] = replace(result[-1], types={"GO": ("move",)})
        elif token.of("P") and not _told_outside(result):
            token = replace(token, denied=not token.denied)
        result.append(token)
    return result


def _told_outside(before: Sequence[Token]) -> bool:
    """Whether "outside" or "out of" stands before a place; not "stay out of", which says that of its own."""
    last = before[-1] if before else None
    if last is None or last.types.keys() & {"AVOID", "AWAY"}:
        return False
    return bool({*last.text.split()} & {"outside", "out"})


def agents_own(tokens: list[Token]) -> list[Token]:
    """Drop "it" where it stands for who acts ("until it has the mail", "before he is at the gate")."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1 : at + 4]
        opened = bool(result) and bool(result[-1].types.keys() & _CONJUNCTIONS)
        if opened and token.text in ("it", "he", "she", "they") and _has_object(after):
            continue
        result.append(token)
    return result


def _has_object(after: Sequence[Token]) -> bool:
    """Whether a verb of having with its own object follows a pronoun ("it has the mail")."""
    if len(after) < 2 or not after[0].of("GO"):
        return False
    word = after[0].text.split()[0]
    holds = bool(base_forms(word) & _HOLDING) and word not in PARTICIPLES
    return holds and not is_be(after[0]) and after[1].of("P") and not (len(after) > 2 and after[2].of("DONE"))


def bans_on_way(tokens: list[Token]) -> list[Token]:
    """Drop "on the way" after what is to be avoided there, which says no more."""
    result: list[Token] = []
    for token in tokens:
        if token.of("ONWAY") and _ends_ban(result):
            continue
        result.append(token)
    return result


def _ends_ban(before: Sequence[Token]) -> bool:
    """Whether the last words are about something to be avoided, said within the clause of a goal."""
    if not before or not before[-1].candidates:
        return False
    for token in reversed(before[:-1]):
        if token.types.keys() & {"AVOID", "WITHOUT"} and not token.of("NOT"):
            return True
        if not token.types.keys() & {"GO", "OR", "P", "TO"}:
            return False
    return False


def stays_until(tokens: list[Token]) -> list[Token]:
    """Read "and stay there until c" as staying so long, not for good."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        stays = token.of("FORGOOD") and token.text in ("stay there", "remain there", "wait there")
        if stays and after is not None and after.of("UNTIL"):
            result.append(replace(token, types={"STAY": ("",)}, text=token.text.split()[0]))
            token = replace(token, types={"THERE": ("",)}, text="there")
        result.append(token)
    return result


def kept_measures(tokens: list[Token]) -> list[Token]:
    """Read "keep the temperature below the limit" as "stay below", where the measure is who acts."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        named = at + 1 < len(tokens) and tokens[at + 1].of("P")
        measure = tuple(value for value in token.types.get("ADJ", ()) if value in ("above+", "above-"))
        if measure and named and result and result[-1].of("KEEP"):
            result[-1] = replace(result[-1], types={"GO": measure}, text=f"stay {token.text}")
            continue
        result.append(token)
    return result
