"""Propositions about the world, and phrases that name them as a circumstance: "at night", "in a storm"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lantern.language.english.words import base_forms, is_gerund, tokenize
from lantern.language.grammar.tokens import Token

LOCAL = frozenset(
    {"at", "in", "on", "inside", "above", "over", "near", "under", "behind", "within", "next", "off"}
)
_DURING = frozenset({"in", "at", "on", "during", "within", "under", "for", "through"})
_WHOLE = frozenset({"throughout", "all", "the whole", "the entire", "any", "whole", "entire"})
# States that a verb of task English brings about: they may be the agent's doing.
_MADE = frozenset(
    {"open+", "open-", "on+", "on-", "up+", "up-", "clean+", "clean-", "kill", "hold+", "hold-"}
)


_SIGNALS = frozenset(
    {
        "alarm",
        "siren",
        "bell",
        "doorbell",
        "horn",
        "buzzer",
        "phone",
        "telephone",
        "timer",
        "clock",
        "whistle",
    }
)
_MEASURES = frozenset({"limit", "limits", "threshold", "minimum", "maximum", "degrees", "percent", "range"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sentence is about.

    Attributes
    ----------
    world : bool
        A state that nobody in the task brings about ("the light is red").
    ambient : bool
        A state of everything ("it is night", "there is a storm").
    manner : bool
        How the agent does what it does ("is driving slowly", "is in quiet mode").
    place : bool
        Where the agent is, or what it has.
    predicate : frozenset of str
        Words after "is".
    """

    world: bool = False
    ambient: bool = False
    manner: bool = False
    place: bool = False
    predicate: frozenset[str] = frozenset()


def kind_of(sentence: str, agents: frozenset[str], classes: frozenset[str]) -> Kind:
    """Kind of a proposition, from its sentence and the classes of its verbs."""
    texts = [word.text for word in tokenize(sentence)]
    at = next((at for at, text in enumerate(texts) if text in ("is", "are")), 0)
    if not at or at + 1 == len(texts):
        known = bool(agents) or bool({*texts} & _SIGNALS)
        happens = known and _happens(texts) and not {*texts} & (agents | {"agent", "robot", "vehicle"})
        return Kind(world=happens, place=bool(classes & {"hold+", "acquire", "move"}))
    subject, rest = texts[:at], texts[at + 1 :]
    if {*subject} & (agents | {"agent", "robot", "vehicle"}):
        holds = classes & {"hold+", "acquire"}
        manner = (is_gerund(rest[0]) and not holds) or (rest[0] == "in" and rest[-1] == "mode")
        place = bool(holds) or (rest[0] in LOCAL and not manner)
        return Kind(manner=manner, place=place, predicate=frozenset(rest))
    ambient = subject in (["it"], ["there"])
    passive = rest[0].endswith("ed") and "lasting" not in classes
    local = rest[0] in LOCAL and not {*rest} & _MEASURES  # "is above the limit"
    world = ambient or not (local or classes & _MADE or passive)
    return Kind(world, ambient, predicate=frozenset(rest))


def _happens(texts: Sequence[str]) -> bool:
    """Whether a sentence is no more than a subject and a verb without an object ("the doorbell rings")."""
    led = texts[:1] and texts[0] in ("the", "a", "an")
    said = [text for text in texts if text.isalnum()]
    return bool(led) and 2 < len(said) < 5 and said[-1].endswith("s") and not said[-1].endswith("ss")


def circumstances(tokens: list[Token], kinds: Mapping[str, Kind]) -> list[Token]:
    """Read "at night", "throughout the storm" and "at a critical temperature" as "while it is so"."""
    result: list[Token] = []
    for token in tokens:
        if _is_circumstance(token, kinds) and result:
            while len(result) > 1 and result[-1].text in ("any", "each", "every", "the", "a", "an"):
                result.pop()
            before = result[-1]
            during = (before.of("TO") and before.text in _DURING) or before.text in _WHOLE
            if during and not (len(result) > 1 and result[-2].of("END")):
                result[-1] = before.only("WHILE", "")
        result.append(token)
    return result


def _is_circumstance(token: Token, kinds: Mapping[str, Kind]) -> bool:
    if not token.of("P"):
        return False
    kind = kinds[token.candidates[0]]
    named = frozenset(form for word in token.noun for form in base_forms(word)) | {*token.noun}
    return kind.ambient or (kind.world and bool(named & kind.predicate) and len(token.noun) > 1)


def _is_there(tokens: Sequence[Token], at: int, before: Sequence[Token], kinds: Mapping[str, Kind]) -> bool:
    """Whether "is there" says where something is: "not in the office while a guest is there"."""
    subject = before[-1] if before else None
    if subject is None or not subject.of("P") or tokens[at].text not in ("is", "are"):
        return False
    if at + 1 == len(tokens) or not tokens[at + 1].of("THERE"):
        return False
    kind = kinds[subject.candidates[0]]
    named = any(one.noun and {*one.noun} <= kind.predicate for one in before[:-1])
    return named and not kind.place and bool(kind.predicate & LOCAL)


_GIVING = frozenset({"bring", "take", "hand", "give", "deliver", "carry"})


def given_to(tokens: list[Token], kinds: Mapping[str, Kind]) -> list[Token]:
    """Read "bring Anna the mail and a coffee" as bringing them to where she is."""
    result = list(tokens)
    for at in range(len(tokens) - 2):
        verb, place = tokens[at], tokens[at + 1]
        gives = verb.of("CARRY") and bool(base_forms(verb.text.split()[0]) & _GIVING)
        if (
            not gives
            or not _where(place, kinds)
            or not tokens[at + 2].of("P")
            or _where(tokens[at + 2], kinds)
        ):
            continue
        end = at + 3
        while (
            end + 1 < len(tokens) and tokens[end].types.keys() & {"AND", "COMMA"} and tokens[end + 1].of("P")
        ):
            end += 2
        to = Token({"TO": ("",)}, "to", place.start, place.start)
        return given_to([*tokens[: at + 1], *tokens[at + 2 : end], to, place, *tokens[end:]], kinds)
    return result


def _where(token: Token, kinds: Mapping[str, Kind]) -> bool:
    """Whether a token names where the one who acts is."""
    kind = kinds[token.candidates[0]] if token.of("P") else Kind()
    return kind.place and bool(kind.predicate & LOCAL)


def nothing_there(tokens: list[Token], kinds: Mapping[str, Kind]) -> list[Token]:
    """Read "with nothing on the hook" as the opposite of "a load is on the hook"."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        if _is_there(tokens, at, result, kinds):
            names = result[-1].candidates
            done = ("happen", *(f"said {name}" for name in names))
            result.append(replace(tokens[at + 1], types={"DONE": done}, candidates=()))
            at += 2
            continue
        where, place, after = (tokens[at + i] if at + i < len(tokens) else None for i in (1, 2, 3))
        if (
            tokens[at].text in ("nothing", "nobody", "no one")
            and tokens[at].of("NEVER")
            and place is not None
        ):
            kind = kinds[place.candidates[0]] if place.of("P") else Kind()
            said = where is not None and where.of("TO") and bool({where.text} & kind.predicate & LOCAL)
            ends = after is None or bool(after.types.keys() & {"BREAK", "COMMA", "AND", "WHILE", "ATEND"})
            joined = bool(result) and bool(result[-1].types.keys() & {"AND", "WITH", "COMMA"})
            if said and ends and joined and not kind.place:
                result.append(replace(place, denied=not place.denied, whole=True))
                at += 3
                continue
        result.append(tokens[at])
        at += 1
    return result


_CONDITIONS = frozenset({"WHENEVER", "IF", "WHEN", "AFTER", "ASAP", "ONCE", "UNTIL", "BEFORE", "RIGHTAFTER"})
_MARKS = frozenset({"COMMA", "COLON"})


def named_later(tokens: list[Token]) -> list[Token]:
    """Read "whenever someone is saved (a, b or c), ..." as "whenever a, b or c is saved, ..."."""
    result = list(tokens)
    for at in range(len(tokens) - 3):
        opens = tokens[at].types.keys() & _CONDITIONS and tokens[at + 1].of("DONE")
        if not opens or not tokens[at + 2].types.keys() & _MARKS:
            continue
        start = end = at + 3
        while end < len(tokens) and tokens[end].types.keys() & {"P", "COMMA", "OR", "EITHER"}:
            end += 1
        while end > start and tokens[end - 1].of("COMMA"):
            end -= 1
        named = [token for token in tokens[start:end] if token.of("P")]
        if len(named) < 2 or not any(token.of("OR") for token in tokens[start:end]):
            continue
        after = end
        while after < len(tokens) and tokens[after].types.keys() & _MARKS:
            after += 1
        comma = [tokens[after - 1].only("COMMA", "")] if after > end else []
        result = [*tokens[: at + 1], *tokens[start:end], tokens[at + 1], *comma, *tokens[after:]]
        break
    return result
