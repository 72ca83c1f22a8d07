"""Rewriting of roundabout ways to say a deed: "get the floor cleaned", "do the cleaning of the floor"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantern.language.english.nominal import is_nominal
from lantern.language.english.words import PARTICIPLES, Word, is_gerund
from lantern.language.grammar.forms import is_be, is_participle
from lantern.language.grammar.tokens import BETWEEN, Token

# "Is the robot allowed to ..." says what "the robot is allowed to ..." says.
_ALLOWED = frozenset(
    {"allowed", "permitted", "supposed", "forbidden", "expected", "required", "to", "free", "meant"}
)
_CAUSING = frozenset({"get", "have", "need", "want", "see", "gets", "getting", "having", "got"})
_LIGHT = frozenset(
    {"do", "make", "take", "perform", "carry out", "conduct", "undertake", "give", "execute", "complete"}
    | {"have", "doing", "making", "taking", "performing", "carrying out", "conducting", "start", "begin"}
)


_CLAUSAL = frozenset(
    {"is", "are", "be", "not", "must", "may", ",", ".", ";", ":", "and", "or", "to", "been", "has"}
)
_OPENING = frozenset({"BEFORE", "AFTER", "UNTIL", "WITHOUT", "ONCE", "WHEN", "IF"})


def inversions(words: Sequence[Word], agents: frozenset[str]) -> list[Word]:
    """Put who acts before the verb: "at no point is the robot allowed to ..."."""
    result = list(words)
    for at, word in enumerate(words[:-2]):
        if word.text not in ("is", "are", "be"):
            continue
        end = next((i for i in range(at + 2, min(at + 6, len(words))) if words[i].text in _ALLOWED), 0)
        said = [other.text for other in words[at + 1 : end]]
        named = bool(said) and (said[0] in ("the", "it", "you") or said[-1] in agents)
        if named and not {*said} & _CLAUSAL and not (words[end].text == "to" and said[-1] not in agents):
            result[at:end] = [*words[at + 1 : end], word]
    return result


def causatives(tokens: list[Token]) -> list[Token]:
    """Read "get the floor cleaned and the door open" as cleaning the one and opening the other."""
    result: list[Token] = []
    at = 0
    causing = False
    while at < len(tokens):
        token = tokens[at]
        if token.types.keys() & {"BREAK", "THEN"} or (token.of("GO") and token.text not in _CAUSING):
            causing = False
        heads = token.text in _CAUSING and not (result and (is_be(result[-1]) or result[-1].of("GO")))
        start = at + 1 if heads else at
        end = _object_end(tokens, start) if heads or causing else start
        if end > start and end < len(tokens) and _caused(tokens[end]):
            result += [_deed(tokens[end]), *tokens[start:end]]
            at, causing = end + 1, True
            continue
        result.append(token)
        at += 1
    return result


def _object_end(tokens: Sequence[Token], at: int) -> int:
    """Where a list of objects that begins at a token ends."""
    start = at
    while at < len(tokens) and (tokens[at].candidates or tokens[at].types.keys() & {"IT", "BOTH", "EACH"}):
        at += 1
    named = any(one.candidates or one.of("IT") for one in tokens[start:at])
    return at if named else start


def _caused(token: Token) -> bool:
    return is_participle(token) or (token.of("ADJ") and not token.of("TO"))


def _deed(token: Token) -> Token:
    """The verb or state that something is brought to, as a command."""
    values = token.types["GO"] if token.of("GO") else token.types["ADJ"]
    return replace(token, types={"GO": values}, text="make" if not token.of("GO") else "do")


def light_verbs(tokens: list[Token]) -> list[Token]:
    """Read "do the cleaning of the floor" and "take a photograph of the statue" as the deed alone."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        light = result[-1] if result and result[-1].text in _LIGHT and result[-1].of("GO") else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        named = after is not None and bool(after.candidates or after.of("IT"))
        if light is not None and named and token.of("GO") and not is_be(token) and not is_participle(token):
            text = "doing" if is_gerund(light.text.split()[0]) else "do"
            result[-1] = replace(light, types={"GO": token.types["GO"]}, text=text, end=token.end)
            continue
        result.append(token)
    return result


def passives_with_get(tokens: list[Token]) -> list[Token]:
    """Read "the kettle gets cleaned" as "is cleaned"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and after.of("NEVER") and at + 2 < len(tokens):
            after = tokens[at + 2]  # "gets never opened"
        gets = token.text in ("get", "gets", "getting", "got") and token.of("GO")
        subject = bool(result) and bool(result[-1].candidates or result[-1].types.keys() & (BETWEEN | {"IT"}))
        if gets and subject and after is not None and is_participle(after):
            token = replace(token, types={"GO": ("move",)}, text="be")
        result.append(token)
    return result


def ellipses(tokens: list[Token]) -> list[Token]:
    """Drop the verb that only stands for the one before: "feed the lions before the penguins are"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or bool(after.types.keys() & {"BREAK", "COMMA"})
        stands = is_be(token) or token.text in ("do", "does", "has", "have", "did", "has been", "have been")
        opened = len(result) > 1 and bool(result[-2].types.keys() & {"BEFORE", "AFTER", "UNTIL", "ONCE"})
        if stands and ends and opened and result[-1].candidates:
            continue
        result.append(token)
    return result


def joined_limits(tokens: list[Token]) -> list[Token]:
    """Read "do a; but do it only after b" as one clause."""
    limits = {"ONLY", "BEFORE", "AFTER", "WHILE", "NOLATER", "NOEARLIER", "UNTIL"}
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text == "do" and result:
            end = at + 1
            while end < len(tokens) and (
                tokens[end].text in ("it", "that", "this", "so") or tokens[end].of("FILL")
            ):
                end += 1
            if end > at + 1 and end < len(tokens) and tokens[end].types.keys() & limits:
                while result and result[-1].types.keys() & {"BREAK", "COMMA", "AND", "BUT"}:
                    result.pop()
                at = end
                continue
        result.append(token)
        at += 1
    return result


def compounds(tokens: list[Token], classes: Mapping[str, frozenset[str]]) -> list[Token]:
    """Read "egg collection" and "a lane change" as collecting the eggs and changing lanes."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        named = result[-1] if result and result[-1].candidates else None
        ends = after is None or not (after.candidates or after.types.keys() & {"IT", "EACH", "BOTH", "ANYOF"})
        noun = token.of("GO") and not token.of("ADJ") and _is_noun(token.text)
        if named is not None and ends and noun:
            told = [name for name in named.alike or named.candidates if classes[name] & {*token.types["GO"]}]
            if len(told) == 1:
                result[-1] = replace(token, types={"GO": token.types["GO"]}, text="performing")
                result.append(replace(named, types={"P": ("",)}, candidates=tuple(told)))
                continue
        result.append(token)
    return result


def _is_noun(text: str) -> bool:
    """Whether a verb may stand as a noun: "collection", "feeding", "change"; not "changes" or "changed"."""
    return " " not in text and (
        is_nominal(text) or (not text.endswith(("s", "ed")) and text not in PARTICIPLES)
    )


def double_conjunctions(tokens: list[Token]) -> list[Token]:
    """Read "before having inspected a" as "before inspecting a"."""
    result: list[Token] = []
    for token in tokens:
        opened = bool(result) and bool(result[-1].types.keys() & _OPENING) and not result[-1].of("AFTER")
        absolute = len(result) > 1 and bool(result[-1].candidates) and result[-2].of("WITHOUT")
        if token.text.startswith("having") and token.of("AFTER") and absolute:
            token = replace(token, types={"GO": ("move",)}, text="have")  # "without an axe having been made"
        elif token.text.startswith("having") and token.of("AFTER") and opened:
            continue
        result.append(token)
    return result


def elided_subjects(tokens: list[Token]) -> list[Token]:
    """Put "it" where a passive goes without a subject: "not to be milked before being fed"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        opened = bool(result) and bool(result[-1].types.keys() & _OPENING) and not result[-1].of("NOT")
        ends = at + 1 == len(tokens) or not tokens[at + 1].candidates
        if token.of("DONE") and opened and ends:
            around = [one for one in [*result[::-1], *tokens[at + 1 :]] if one.candidates]
            if around:
                result.append(replace(around[0], types={"IT": ("",)}, text="it", candidates=around[0].alike))
        result.append(token)
    return result


def shared_subjects(tokens: list[Token]) -> list[Token]:
    """Read "the load must not be raised and lowered" as said twice of the same thing."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        verb = token.of("DONE") or (token.of("GO") and is_participle(token))
        joined = len(result) > 2 and result[-1].types.keys() & {"AND", "OR", "BUT"} and result[-2].of("DONE")
        ends = at + 1 == len(tokens) or not (tokens[at + 1].candidates or tokens[at + 1].of("IT"))
        if verb and joined and ends:
            start = len(result) - 2
            while start > 0 and result[start - 1].types.keys() & BETWEEN:
                start -= 1
            subject = result[start - 1] if start else None
            if subject is not None and subject.candidates and len(subject.alike) > 1:
                result += [replace(subject, candidates=subject.alike), *result[start : len(result) - 2]]
                values = token.types.get("DONE") or (*token.types["GO"], "action")
                token = replace(token, types={"DONE": values})
        result.append(token)
    return result


def gapped(tokens: list[Token]) -> list[Token]:
    """Read "the paper has been loaded and the ink replaced" as "... and the ink has been replaced"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        joined = (
            len(result) > 2 and bool(result[-1].candidates) and result[-2].types.keys() & {"AND", "NOR", "OR"}
        )
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or not (after.candidates or after.types.keys() & {"IT", "TO", "EACH"})
        if token.of("GO") and joined and ends and result[-3].of("DONE") and is_participle(token):
            told = {"perfect", "action"} & {*result[-3].types["DONE"]}
            token = token.only("DONE", *token.types["GO"], *sorted(told))
        result.append(token)
    return result


def beginnings(tokens: list[Token]) -> list[Token]:
    """Read "printing must not start before ..." as "must not happen before"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        before = next((one for one in reversed(result) if not one.types.keys() & BETWEEN), None)
        deed = before is not None and bool(before.candidates) and is_gerund(before.text.split()[0])
        ends = after is None or not (after.candidates or after.types.keys() & {"IT", "TO"})
        if deed and ends and token.text in ("start", "begin", "commence", "proceed", "go ahead"):
            token = token.only("DONE", "happen")
        result.append(token)
    return result


def empty_bans(tokens: list[Token]) -> list[Token]:
    """Drop "..., so this must never happen" after a ban; else leave "this" without a meaning."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ban = after is not None and after.of("BANNED") and {"happen", "occur"} & {*after.text.split()}
        if token.of("IT") and ban and token.text in ("this", "that", "it"):
            start = next((i + 1 for i in range(len(result) - 1, -1, -1) if result[i].of("BREAK")), 0)
            forbidden = any(one.types.keys() & {"FORBID", "NEVER", "NOT", "BANNED"} for one in result[start:])
            if forbidden:
                while result and result[-1].types.keys() & {"COMMA", "AND"}:
                    result.pop()
                at += 2
                continue
            token = replace(token, candidates=(), types={"EXCEPT": ("",)})
        result.append(token)
        at += 1
    return result


def lost_adverbs(tokens: list[Token]) -> list[Token]:
    """Drop "earlier" and "beforehand" after what has been done, which the tense says already."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        done = bool(result) and result[-1].of("DONE") and "perfect" in result[-1].types["DONE"]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or bool(after.types.keys() & {"BREAK", "COMMA"})
        if done and ends and token.text in ("earlier", "beforehand", "before", "previously", "before that"):
            continue
        result.append(token)
    return result


def appositions(tokens: list[Token]) -> list[Token]:
    """Read "nothing, neither a nor b, may be ..." without the general word."""
    result: list[Token] = []
    closing = False
    for at, token in enumerate(tokens):
        neither = token.text == "neither" and len(result) > 1 and result[-1].of("COMMA")
        if neither and result[-2].text in ("nothing", "anything", "nobody", "anyone", "no one", "none"):
            nothing = result[-2].of("NEVER")
            del result[-2:]
            closing = True
            if not nothing:
                continue  # the verb was denied before
        elif token.of("COMMA") and closing:
            closing = False
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if following is not None and following.types.keys() & {"MAY", "MUST"}:
                continue
        result.append(token)
    return result


def afterthoughts(tokens: list[Token]) -> list[Token]:
    """Drop "though" and "however" at the end of a sentence."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or after.of("BREAK") or after.of("COMMA")
        if token.of("BUT") and ends and result and token.text in ("though", "however"):
            if result[-1].of("COMMA"):
                result.pop()
            continue
        result.append(token)
    return result
