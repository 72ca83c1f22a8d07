"""What verbs and states around a noun phrase say of it, and what "both" stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lantern.language.english.words import number_words
from lantern.language.grammar.entities import Entity
from lantern.language.grammar.lifting import GENERIC, opposite
from lantern.language.grammar.tokens import BETWEEN, Token

_SO_MANY = {"both": 2, **number_words(3, 5)}
_OPENING = frozenset({"AFTER", "BEFORE", "ONCE", "WHEN", "WHENEVER", "UNTIL", "WITHOUT", "WHILE", "IF"})


_LIST = frozenset(
    {"P", "COMMA", "AND", "OR", "NOR", "BOTH", "EITHER", "EACH", "ANYOF", "NUM", "KINDS", "GENERIC"}
    | {"EXACTLY", "ATLEAST", "ATMOST", "EXACTLYONE"}
)


def governors(tokens: Sequence[Token], at: int) -> frozenset[str]:
    """Classes of the word that governs a noun phrase: a state or passive after it, or a verb before."""
    if at + 1 < len(tokens) and tokens[at + 1].of("STATE"):
        return frozenset(tokens[at + 1].types["STATE"]) | {"state"}
    if tokens[at].of("IT") and at and tokens[at - 1].of("GO"):
        return frozenset(tokens[at - 1].types["GO"])  # "between glazing a pot and firing it, ..."
    rest = tokens[at + 1 :]
    if _opened(tokens, at):  # "after an inspection, the pump has to be started"
        comma = next((place for place, token in enumerate(rest) if token.of("COMMA")), len(rest))
        if tokens[at - 1].of("WHILE") and comma == len(rest):  # "in fog the lantern must be lit"
            comma = next((place for place, _ in enumerate(rest) if _new_subject(rest, place)), len(rest))
        rest = rest[:comma]
    if rest and rest[0].types.keys() & {"P", "KINDS"}:
        rest = []  # "throughout a storm the cows must be inside": another clause begins
    after = _scan(rest, lambda token: token.of("DONE") or token.of("STATE"))
    if after is not None and at and tokens[at - 1].of("GO") and rest[0].types.keys() & {"COMMA", "AND"}:
        return frozenset(tokens[at - 1].types["GO"])  # "milk the cows, and make sure the gate is closed"
    if after is not None:
        return frozenset(after.types.get("DONE", ()) or after.types["STATE"]) - {"perfect", "action"}
    return verb_before(tokens, at)


def governing(tokens: Sequence[Token], at: int, alike: Callable[[str, str], bool]) -> frozenset[str] | None:
    """Classes of what governs a noun; None where that is the predicate of another sentence, not of its own.

    `alike` tells whether two propositions have a predicate in common.
    """
    verbs, token = governors(tokens, at), tokens[at]
    said = next((verb[5:] for verb in verbs if verb.startswith("said ")), "")
    if not said or said in token.candidates or not token.of("P") or alike(token.candidates[0], said):
        return verbs
    return verb_before(tokens, at) or None


def _new_subject(tokens: Sequence[Token], at: int) -> bool:
    """Whether a noun right after a phrase begins a clause of its own, with no "and" before it."""
    joined = at and tokens[at - 1].types.keys() & {"AND", "OR", "NOR", "COMMA"}
    return bool(tokens[at].candidates) and not joined


def verb_before(tokens: Sequence[Token], at: int) -> frozenset[str]:
    """Classes of the verb that a noun phrase is the object of; empty if there is none."""
    before = _scan(tokens[:at][::-1], lambda token: token.of("GO"))
    return frozenset(before.types["GO"]) if before is not None else frozenset()


def _opened(tokens: Sequence[Token], at: int) -> bool:
    """Whether a noun phrase stands in a clause that a conjunction opens, alone or with its verb."""
    if at and tokens[at - 1].types.keys() & _OPENING:
        return True
    active = at > 1 and bool(tokens[at - 1].types.keys() & {"GO", "CARRY"})
    return active and bool(tokens[at - 2].types.keys() & _OPENING)


def _scan(tokens: Sequence[Token], wanted: Callable[[Token], bool]) -> Token | None:
    """First wanted token with only parts of a list, modal verbs and states on the way."""
    for token in tokens:
        if wanted(token):
            return token
        if not token.types.keys() & (_LIST | BETWEEN | {"STATE", "OTHER", "STAY"}):
            return None
    return None


def members(text: str, before: Sequence[Token]) -> tuple[Token, ...]:
    """What "both", "all three" or "all of them" stand for: the last so many, or all of the last sentence."""
    named: list[Token] = []
    for token in reversed(before):
        if token.condition is not None and token.candidates:
            named = [token, *(one for one in named if one.candidates != token.candidates)]
        elif token.of("BREAK") and len(named) > 1:
            break
    wanted = next((_SO_MANY[word] for word in text.split() if word in _SO_MANY), len(named))
    return tuple(named[-wanted:]) if len(named) >= max(wanted, 2) else ()


def disagree(verbs: frozenset[str], classes: frozenset[str]) -> bool:
    """Whether the verb of a pronoun can be said neither of a proposition nor of its opposite."""
    special, known = verbs - GENERIC - {"state", "deliver"}, classes - {"lasting", "move"}
    if not special or not known or verbs & GENERIC:
        return False
    return special.isdisjoint(known | {opposite(value) for value in known})


_ALARMS = frozenset({"alarm", "siren", "bell", "horn", "buzzer", "bomb", "detector", "warning"})


def going_off(token: Token, verbs: frozenset[str], entities: Mapping[str, Entity]) -> frozenset[str]:
    """Classes of a verb where "goes off" is among them: an alarm begins to sound, a heater stops."""
    if not {"happen", "on-"} <= verbs:
        return verbs
    switched = any("on+" in entities[name].classes for name in token.candidates)
    sounds = not switched or any(word in _ALARMS for word in token.noun)
    return verbs - {"on-" if sounds else "happen"}
