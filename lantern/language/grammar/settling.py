"""How things are to be in the end or as a rule: "I want the lid closed", "gives it only after b".

Rewriting of tokens before they are parsed. What is wanted of a thing is that it is so; who is parked
somewhere is there; and what somebody does "only after" something else is a rule, not a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.english.words import IRREGULAR, base_forms, is_gerund
from lantern.language.grammar.forms import is_be
from lantern.language.grammar.matched import STATES
from lantern.language.grammar.tokens import Token

_RESTING = frozenset(
    {"parked", "standing", "located", "stationed", "situated", "placed", "docked", "moored", "positioned"}
    | {"stowed", "waiting", "sitting", "kept", "left", "stored", "found"}
)
_CONDITIONS = frozenset({"AFTER", "IF", "WHEN", "ONCE", "WHILE", "UNLESS", "WHENEVER"})
_BREAKS = frozenset({"BREAK", "COLON"})


def sentence(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """First token of the sentence that a token stands in, and the first one after it."""
    start = next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].of("BREAK")), 0)
    end = next((i for i in range(at, len(tokens)) if tokens[i].of("BREAK")), len(tokens))
    return start, end


def wishes(tokens: list[Token]) -> list[Token]:
    """Read "I want the truck on the surface and the drill off" as what must be so."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        if token.text in ("want", "wants", "need", "like") and token.of("GO") and _wanted_so(tokens, at):
            start = next((i + 1 for i in range(len(result) - 1, -1, -1) if result[i].of("BREAK")), 0)
            result[start:] = [_at_end(one) for one in result[start:]]
            result.append(replace(token, types={"MUST": ("",)}))
            token = replace(token, types={"GO": ("move",), "STAY": ("",)}, text="be")
        result.append(token)
    return result


def _wanted_so(tokens: Sequence[Token], at: int) -> bool:
    """Whether a place or a state ends the first thing that is wanted."""
    before, after = tokens[at - 1] if at else None, tokens[at + 1 : at + 5]
    place = next((i for i, one in enumerate(after) if one.of("TO")), None)
    named = place is not None and all(one.of("FILL") for one in after[:place]) and place > 0
    return before is not None and before.of("FILL") and named and after[place or 0].text != "to"


def _at_end(token: Token) -> Token:
    return token.only("ATEND") if token.text in ("in the end", "finally", "ultimately") else token


def settled(tokens: list[Token]) -> list[Token]:
    """Read "at the end the tug must be parked in the hangar" as where it is at the end."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        words = token.text.split()
        resting = words[0] in _RESTING and (
            len(words) == 2 or (at + 1 < len(tokens) and tokens[at + 1].of("TO"))
        )
        if resting and result and is_be(result[-1]):
            start, end = sentence(tokens, at)
            if any(one.types.keys() & {"ATEND", "FINALLY"} for one in tokens[start:end]):
                continue
        result.append(token)
    return result


_AT = frozenset({"in", "at", "on", "inside"})


def closing(tokens: list[Token]) -> list[Token]:
    """Read "finish with the lid closed" and "... with the arm in the bin" as how things are at the end."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        said = next((i for i in range(len(result) - 1, -1, -1) if not result[i].of("FILL")), -1)
        after = next((one for one in tokens[at + 1 :] if not one.of("FILL")), None)
        finally_ = said >= 0 and result[said].text == "finally" and result[said].of("FINALLY")
        if finally_ and token.text in _AT and after is not None and after.of("P"):
            result[said] = result[said].only("ATEND")
            result.append(Token({"MUST": ("",)}, "must", token.start, token.end))
            result.append(replace(token, types={"GO": ("move",), "STAY": ("",)}, text="be"))
        if finally_ and token.of("P") and len(token.text.split()) > 1 and token.text.split()[-1] in STATES:
            result[said] = result[said].only("ATEND")  # "finish with the red door open", named in full
            done = ("happen", *(f"said {name}" for name in token.candidates))
            result += [token, Token({"DONE": done}, token.text.split()[-1], token.start, token.end)]
            continue
        named = result[-1] if result and result[-1].candidates else None
        state = token.of("ADJ") and any(value.endswith(("+", "-")) for value in token.types["ADJ"])
        state = state or (token.of("STATE") and any(v.startswith("said ") for v in token.types["STATE"]))
        if state and named is not None:
            last = next((i for i in range(len(result) - 2, -1, -1) if not result[i].of("FILL")), None)
            ends = at + 1 == len(tokens) or not (tokens[at + 1].candidates or tokens[at + 1].of("FILL"))
            if last is not None and result[last].text == "finally" and ends:
                result[last] = result[last].only("ATEND")
                result.append(replace(token, types={"GO": ("move",), "STAY": ("",)}, text="is"))
        result.append(token)
    return result


def doers(tokens: list[Token]) -> list[Token]:
    """Drop "by" where only who acts came after it: "has been rolled by the player"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or bool(after.types.keys() & _ENDS)
        if token.of("VIA") and token.text == "by" and ends and result:
            continue
        result.append(token)
    return result


_ENDS = frozenset({"BREAK", "COMMA", "MUST", "MAY", "AND", "OR", "BUT", "BEFORE", "UNTIL", "WHILE", "COLON"})


def indicatives(tokens: list[Token]) -> list[Token]:
    """Read "the guide gives a talk only after ..." as "may give a talk only after ..."."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        if _third_person(token) and at and _subject(tokens[at - 1]):
            start, end = sentence(tokens, at)
            said = tokens[at + 1 : end]
            only = next((i for i, one in enumerate(said[:-1]) if one.of("ONLY")), None)
            first = all(one.of("FILL") or one.of("COLON") for one in tokens[start:at][-3:]) or at - start <= 3
            plain = first and not any(one.types.keys() & _CONDITIONS for one in tokens[start:at])
            limits = only is not None and plain and bool(said[only + 1].types.keys() & _CONDITIONS)
            if limits and not any(one.types.keys() & {"COMMA", "AND", "BUT"} for one in said[:only]):
                result.append(Token({"MAY": ("",)}, "may", token.start, token.end))
        result.append(token)
    return result


def _third_person(token: Token) -> bool:
    word = token.text.split()[0]
    spoken = word.endswith("s") and not is_gerund(word) and bool(base_forms(word) - {word})
    return spoken and token.of("GO") and not is_be(token) and word not in IRREGULAR


def _subject(token: Token) -> bool:
    return token.of("FILL") and token.text not in ("the", "a", "an", "please", "to", "also")
