"""Rewriting of tokens before they are parsed: passives, states, repeated nouns, prepositions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantern.language.grammar.tokens import BETWEEN, Token
from lantern.language.grammar.words import is_gerund

# What follows a preposition ("on at least two occasions"), but not a state ("the burner is on").
_MEASURED = frozenset({"ATLEAST", "ATMOST", "EXACTLY", "NUM", "MORETHAN", "LESSTHAN", "P", "KINDS", "EACH"})
_COUNTED = frozenset({"ORMORE", "ORLESS", "ORMORETHAN", "ORLESSTHAN", "TIMES", "STEPS"})


def drop_fillers(tokens: list[Token]) -> list[Token]:
    """Drop words that carry no meaning."""
    kept = [token for token in tokens if not token.of("FILL")]
    kept = [token for at, token in enumerate(kept) if not _is_subject(kept, at)]
    ends = [at + 1 == len(kept) or kept[at + 1].of("BREAK") for at in range(len(kept))]
    # "do not go there either" is no choice; "is only allowed to" are two words of the grammar.
    kept = [token for token, last in zip(kept, ends, strict=True) if not (last and token.of("EITHER"))]
    return [part for token in kept for part in _with_only(token)]


def _carried(tokens: Sequence[Token]) -> bool:
    """Whether something is carried, so that "home" after it is where to."""
    if not tokens or not tokens[-1].candidates:
        return False
    return any(token.of("CARRY") for token in tokens[-6:])


def _is_subject(tokens: Sequence[Token], at: int) -> bool:
    """Whether "it" only stands for the agent ("after it has visited the room")."""
    if tokens[at].text not in ("it", "they") or at + 2 >= len(tokens):
        return False
    has = tokens[at + 1].text in ("has", "have", "had")
    verb = tokens[at + 2] if has else tokens[at + 1]
    begins = at == 0 or not tokens[at - 1].types.keys() & {"GO", "CARRY", "AVOID", "KEEP", "LEAVE", "STAY"}
    return begins and not _is_be(verb) and bool(verb.types.keys() & {"GO", "MUST", "MAY", "CARRY"})


def _with_only(token: Token) -> list[Token]:
    if "only" not in token.types.get("MAY", ()):
        return [token]
    return [token.only("MAY"), replace(token, types={"ONLY": ("",)})]


def drop_sizes(tokens: list[Token]) -> list[Token]:
    """Drop words of size, and general nouns ("room", "area") beside what they describe."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        named = after is not None and (after.candidates or after.of("SIZE"))
        if token.of("NUM") and after is not None and after.types.keys() & _COUNTED:
            result.append(token)
            continue
        if token.of("SIZE") and (named or (result and result[-1].candidates)):
            continue
        if (
            token.of("GENERIC")
            and not token.of("NUM")
            and result
            and result[-1].of("P")
            and not result[-1].whole
        ):
            continue
        if token.of("GENERIC") and result and result[-1].of("P") and not named:
            continue
        if (
            token.of("KINDS")
            and result
            and result[-1].of("P")
            and result[-1].candidates[0] in token.candidates
        ):
            continue
        if token.of("TO") and result and result[-1].of("GENERIC") and named and _is_door(result):
            result.pop()
            continue
        result.append(token)
    return result


def _is_door(tokens: Sequence[Token]) -> bool:
    """Whether the last word only leads to a place ("the door to the blue room")."""
    return tokens[-1].text in ("door", "path", "hallway", "corridor")


def dropped(before: Sequence[Token], after: Sequence[Token], text: str) -> list[str]:
    """Notes on the words of size that were dropped."""
    kept = {token.start for token in after}
    gone = [text[token.start : token.end] for token in before if token.start not in kept and token.of("SIZE")]
    return [f"The word '{word}' was not used." for word in gone]


def ordinals(tokens: list[Token]) -> list[Token]:
    """Read "second" after what it orders as a modifier, before it as a link."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        if token.of("ORD") or (token.text == "last" and token.of("FINALLY")):
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            ends = after is None or after.types.keys() & {"COMMA", "BREAK", "AND"}
            post = ends and result and not result[-1].types.keys() & {"AND", "COMMA", "BREAK"}
            token = token.only("POST") if post else token.only("THEN") if token.of("ORD") else token
        result.append(token)
    return result


def merge_same(tokens: list[Token]) -> list[Token]:
    """Two noun phrases for the same proposition with only small words between are one ("help by radio")."""
    result: list[Token] = []
    for token in tokens:
        while (
            token.of("P")
            and len(result) > 1
            and (result[-1].types.keys() & {"TO", "VIA", "COLON"} or result[-1].text in ("be", "is", "are"))
            and result[-2].candidates == token.candidates
        ):
            result.pop()
            token = replace(result.pop(), end=token.end)
        if token.of("P") and result and _same_name(result[-1], token):
            continue
        if token.of("P") and _said(result, token):
            token = replace(token, types={"DONE": ("happen",)}, candidates=())
            while _is_be(result[-1]) or result[-1].text in ("has", "have", "had"):
                result.pop()
        elif _completes(result, token):
            if result[-1].types.keys() & {"TO", "VIA"}:
                result.pop()
            continue
        result.append(token)
    return result


def _same_name(before: Token, token: Token) -> bool:
    """Whether two words in a row are two names for one thing ("mode mode_m")."""
    return before.candidates == token.candidates and before.text != token.text


def _said(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a word only repeats the proposition of its subject ("the load must be steady")."""
    be = False
    for before in reversed(tokens):
        if before.candidates:
            return be and before.candidates == token.candidates and before.text != token.text
        be = be or _is_be(before)
        if not (_is_be(before) or before.text in ("has", "have", "had") or before.types.keys() & BETWEEN):
            return False
    return False


def _completes(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a noun only completes an adjective ("the temperature below the limit")."""
    if not token.of("P") or not tokens:
        return False
    by_name = tokens[-1].text == "by" and any(one.candidates == token.candidates for one in tokens[-5:])
    if by_name:
        return True
    if not (tokens[-1].of("ADJ") or (tokens[-1].of("GO") and _happens(tokens[-1]))):
        return False
    before = next((one for one in reversed(tokens[:-1]) if not _is_be(one)), None)
    return before is not None and before.candidates == token.candidates


def _is_be(token: Token) -> bool:
    return token.text in ("be", "is", "are", "was", "were", "been", "being", "am")


def _is_participle(token: Token) -> bool:
    word = token.text.split()[0]
    return token.of("GO") and not is_gerund(word) and (word.endswith("ed") or word in PARTICIPLES)


PARTICIPLES = frozenset(
    {
        "done",
        "gone",
        "taken",
        "found",
        "seen",
        "slain",
        "met",
        "brought",
        "held",
        "kept",
        "made",
        "built",
        "fought",
    }
    | {
        "cut",
        "dug",
        "sold",
        "bought",
        "caught",
        "broken",
        "eaten",
        "driven",
        "lit",
        "shut",
        "put",
        "got",
        "gotten",
    }
    | {"swept", "read", "sent", "given", "begun", "come", "been", "set", "hit", "stolen"}
)


def participles(tokens: list[Token]) -> list[Token]:
    """Passive and intransitive verbs become DONE; auxiliaries go."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = _next(tokens, at)
        if _is_be(token) and following is not None and _is_participle(following):
            continue
        if _is_auxiliary(token, following):
            result += [token.only("AFTER")] if token.of("AFTER") else []
            continue
        if _is_participle(token) and at and _be_before(tokens, at):
            perfect = ("perfect",) if _perfect(tokens, at) else ()
            done = (*token.types["GO"], *perfect)
            token = replace(token, types={**_without(token.types, "GO"), "DONE": done})
        elif token.of("GO") and _happens(token) and _intransitive(tokens, at):
            lasts = _is_participle(token) and "happen" not in token.types["GO"]
            token = token.only("STATE" if lasts else "DONE", *token.types["GO"])
        result.append(token)
    return result


def _happens(token: Token) -> bool:
    """Whether a verb can stand without an object: "it occurs", "a person comes near"."""
    return "happen" in token.types["GO"] or any(value.endswith(("+", "-")) for value in token.types["GO"])


def _is_auxiliary(token: Token, following: Token | None) -> bool:
    """Whether a form of "have" only makes a perfect tense."""
    if token.text not in ("have", "has", "had", "having") or following is None:
        return False
    return _is_participle(following) or _is_be(following)


def _without(types: Mapping[str, tuple[str, ...]], terminal: str) -> dict[str, tuple[str, ...]]:
    return {key: value for key, value in types.items() if key not in (terminal, "CARRY", "LEAVE", "KEEP")}


def _next(tokens: Sequence[Token], at: int) -> Token | None:
    for token in tokens[at + 1 :]:
        if not token.types.keys() & BETWEEN and not token.of("BOTH"):
            return None if token.of("DONE") else token
    return None


def _be_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether a form of "be" stands before a participle, perhaps with "not" or "first" between."""
    for token in reversed(tokens[:at]):
        if _is_be(token):
            return True
        if token.text.endswith(" be") or token.text.startswith(("be ", "is ", "are ")):
            return True
        if not (token.types.keys() & BETWEEN or token.of("BOTH") or token.of("FIRST")):
            return False
    return False


def _perfect(tokens: Sequence[Token], at: int) -> bool:
    """Whether a participle makes a perfect tense ("has been opened"), which is no command."""
    return any(token.text in ("have", "has", "had") for token in tokens[max(at - 4, 0) : at])


def _intransitive(tokens: Sequence[Token], at: int) -> bool:
    before: object = None
    for token in reversed(tokens[:at]):
        if token.text not in ("have", "has", "had"):
            before = token.candidates or token.types.keys() & BETWEEN
            break
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = after is None or not (after.candidates or after.types.keys() & {"EACH", "BOTH", "EITHER", "NUM"})
    return bool(before) and ends


def predicates(tokens: list[Token]) -> list[Token]:
    """Read "the door is open" as the proposition and DONE with the adjective's class."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = _next(tokens, at)
        if _is_be(token) and following is not None and following.of("ADJ") and _subject(tokens, at):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.of("ADJ") and token.of("TO") and after and after.types.keys() & _MEASURED:
            result.append(token.only("TO"))
            continue
        stays = bool(result) and result[-1].of("STAY") and _subject(tokens, at - 1)
        if (
            token.of("ADJ")
            and result
            and (_be_before(tokens, at) or result[-1].candidates or result[-1].of("IT") or stays)
        ):
            beside = result[-1].candidates or result[-1].of("IT")
            if result[-1].of("STAY") or (beside and not _be_before(tokens, at)):
                token = token.only("STATE", *token.types["ADJ"])
            else:
                token = token.only("DONE", *token.types["ADJ"])
        result.append(token)
    return result


def _subject(tokens: Sequence[Token], at: int) -> bool:
    for token in reversed(tokens[:at]):
        if token.candidates or token.types.keys() & {"GENERIC", "IT"}:
            return True
        if not (token.types.keys() & BETWEEN):
            return False
    return False


def prepositions(tokens: list[Token]) -> list[Token]:
    """Drop prepositions that belong to the verb before them, and particles."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.of("PARTICLE") and after is not None and after.types.keys() & {"TO", "VIA"}:
            continue
        if token.text == "up" and result and result[-1].candidates:
            continue  # "pick the ball up"
        if token.text == "home" and _carried(result):
            result.append(replace(token, types={"TO": ("",)}, candidates=()))
        adverbs = ("FIRST", "LATER", "SOON", "BACK")
        before = next((one for one in reversed(result) if not one.types.keys() & set(adverbs)), None)
        before = before if before is not None and before.of("GO") else result[-1] if result else None
        if token.of("TO") or token.of("VIA") or token.of("PARTICLE") or token.of("FROM"):
            verb = before is not None and before.types.keys() & {
                "GO",
                "AVOID",
                "STAY",
                "LEAVE",
                "BANNED",
                "BACK",
            }
            if verb and not token.of("FROM"):
                continue
            if before is not None and token.text == "from" and before.of("AVOID"):
                continue
        result.append(token)
    return result
