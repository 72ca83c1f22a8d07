"""Rewriting of small words around verbs in a row: "to ... and to ...", "both ... and ...", "go and ..."."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.grammar.forms import is_be
from lantern.language.grammar.rephrasing import elided_subjects
from lantern.language.grammar.tokens import BETWEEN, Token

_VERBS = frozenset({"GO", "CARRY", "AVOID", "KEEP", "STAY", "LEAVE", "DELIVERIT", "NEVER", "NOT"})
_JOINS = frozenset({"AND", "OR", "THEN", "FIRST", "FINALLY", "ALSO", "BUT", "ONLYTHEN", "EITHER"})
_LEADING = frozenset({"go", "going", "goes", "come", "coming", "comes", "go ahead", "try", "proceed"})


def infinitives(tokens: list[Token]) -> list[Token]:
    """Drop "to" before each verb of a row: "your task is to get a and, after that, to open b"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        verb = _at(tokens, at + 1)
        if token.text == "to" and token.of("TO") and verb is not None and verb.types.keys() & _VERBS:
            joint = next((one for one in reversed(result) if not one.of("COMMA")), None)
            if joint is not None and joint.types.keys() & _JOINS and not verb.candidates:
                continue
            if result and result[-1].of("COMMA") and _goes_on(tokens, at):
                continue
        result.append(token)
    return result


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a row of verbs with "to" goes on with "and to" in the same sentence."""
    for place in range(at + 1, len(tokens) - 1):
        if tokens[place].of("BREAK"):
            return False
        if tokens[place].types.keys() & {"AND", "OR"} and tokens[place + 1].text == "to":
            return True
    return False


def rows(tokens: list[Token]) -> list[Token]:
    """Drop "both" before a row of verbs, and "go and" before a verb."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = _at(tokens, at + 1)
        verb = after is not None and bool(after.types.keys() & {"GO", "CARRY"}) and not after.candidates
        if (
            token.text == "both"
            and verb
            and not (after and is_be(after))
            and not (result and result[-1].candidates)
        ):
            continue
        if token.of("AND") and result and result[-1].text in _LEADING and verb and not _placed(result):
            result.pop()
            continue
        result.append(token)
    return result


def further(tokens: list[Token]) -> list[Token]:
    """Read "take another sample" and "take a second sample" as taking one a second time, if one was named."""
    result: list[Token] = []
    named: set[tuple[str, ...]] = set()
    waiting: Token | None = None
    for at, token in enumerate(tokens):
        after = _at(tokens, at + 1)
        verb = next((one for one in reversed(result) if not one.of("FILL")), None)
        if _says_further(token, after, named) and verb is not None and verb.types.keys() & _VERBS:
            waiting = replace(token, types={"ORDINAL": ("2",)})
            continue
        result.append(token)
        if token.candidates:
            named.add(token.candidates)
            result += [waiting] if waiting is not None else []
            waiting = None
    return result


def elided(tokens: list[Token]) -> list[Token]:
    """Put in what goes without saying around modal verbs, and leave alone what says less than it seems."""
    return partial_bans(repeated_modals(elided_subjects(tokens)))


def repeated_modals(tokens: list[Token]) -> list[Token]:
    """Put "it" where "must" goes without a subject: "the pump must be off and must not be switched on"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        joined = len(result) > 1 and bool(result[-1].types.keys() & {"AND", "BUT"}) and result[-2].of("DONE")
        after = next((one for one in tokens[at + 1 :] if not one.types.keys() & BETWEEN), None)
        if token.types.keys() & {"MUST", "MAY"} and joined and after is not None and after.of("DONE"):
            told = [one for one in result[-2::-1] if not one.of("DONE") and not one.types.keys() & BETWEEN]
            said = tuple(value[5:] for value in after.types["DONE"] if value.startswith("said "))
            names = (told[0].alike or told[0].candidates) if told else ()
            if said and not {*said} & {*names}:  # "..., and it must not be raining": a sentence of its own
                result.append(replace(token, types={"P": ("",)}, text="it", candidates=said))
            elif names:
                result.append(replace(told[0], types={"IT": ("",)}, text="it", candidates=names))
        result.append(token)
    return result


UNIVERSAL = frozenset(
    {"always", "constantly", "permanently", "continuously", "all the time", "at all times", "the whole time"}
    | {"the entire time", "all of the time", "continually", "forever"}
)


def partial_bans(tokens: list[Token]) -> list[Token]:
    """Leave "not always" without a meaning: it forbids less than "never"."""
    result: list[Token] = []
    for token in tokens:
        denied = bool(result) and result[-1].types.keys() & {"NOT", "NEEDNOT", "NEVER"}
        partly = denied and token.of("ALWAYS") and token.text in UNIVERSAL
        result.append(replace(token, types={"NOTALWAYS": ("",)}) if partly else token)
    return result


def _says_further(token: Token, after: Token | None, named: set[tuple[str, ...]]) -> bool:
    """Whether a word says that what follows it was named before."""
    if after is None or not after.candidates:
        return False
    return token.text == "second" or (token.text in ("another", "further") and after.candidates in named)


def _placed(tokens: Sequence[Token]) -> bool:
    """Whether "go" has a subject or a place of its own."""
    return len(tokens) > 1 and bool(tokens[-2].candidates)


def _at(tokens: Sequence[Token], at: int) -> Token | None:
    return tokens[at] if at < len(tokens) else None
