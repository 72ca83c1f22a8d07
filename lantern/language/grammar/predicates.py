"""Rewriting of verbs and states: passives, adjectives, particles, prepositions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantern.language.english.words import base_forms, is_gerund
from lantern.language.grammar.forms import be_before, happens, has_subject, is_be, is_participle
from lantern.language.grammar.tokens import BETWEEN, Token

# What follows a preposition ("on at least two occasions"), but not a state ("the burner is on").
_MEASURED = frozenset({"ATLEAST", "ATMOST", "EXACTLY", "NUM", "MORETHAN", "LESSTHAN", "P", "KINDS", "EACH"})


def progressives(tokens: list[Token]) -> list[Token]:
    """Read "be standing still" as being what "is standing still" names."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        named = after is not None and after.of("P") and token.of("GO") and is_gerund(token.text)
        if named and result and is_be(result[-1]) and after is not None and token.text in after.said:
            continue
        result.append(token)
    return result


def splits(tokens: list[Token]) -> list[Token]:
    """Read "the heating has to stay off" as staying in a state, not as staying away."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = following is None or following.types.keys() & {
            "COMMA",
            "BREAK",
            "AND",
            "OR",
            "ALWAYS",
            "UNTIL",
        }
        subject = has_subject(tokens, at)
        if token.of("AVOID") and token.text.endswith((" off", " out")) and ends and subject:
            result += [replace(token, types={"STAY": ("",)}), replace(token, types={"STATE": ("on-",)})]
            continue
        if token.of("GO") and token.text.split()[0] in ("stay", "remain") and subject:
            states = tuple(value for value in token.types["GO"] if value.endswith(("+", "-")))
            result += [replace(token, types={"STAY": ("",)}), replace(token, types={"STATE": states})]
            continue
        result.append(token)
    return result


def participles(tokens: list[Token]) -> list[Token]:
    """Passive and intransitive verbs become DONE; auxiliaries go."""
    result: list[Token] = []
    ongoing = False
    for at, token in enumerate(tokens):
        following = _next(tokens, at)
        if token.of("GO") and not is_be(token):
            token, ongoing = replace(token, ongoing=token.ongoing or ongoing), False
        if is_be(token) and following is not None and (is_participle(following) or is_be(following)):
            continue
        if is_be(token) and _active_progressive(tokens, at):
            ongoing = ongoing or token.text not in ("be", "been", "being")
            continue
        if _is_auxiliary(token, following):
            result += [token.only("AFTER")] if token.of("AFTER") else []
            continue
        if token.of("GO") and is_gerund(token.text.split()[0]) and _after_be(tokens, at):
            # "be holding the letter" says how things are
            word = token.text.split()[0]
            if base_forms(word) & {"hold", "carry", "wear"}:
                result.append(replace(token.only("GO", *token.types["GO"]), text="hold"))
                continue
        if token.of("GO") and _progressive(tokens, at):
            while result and is_be(result[-1]):
                result.pop()
        result.append(replace(_as_predicate(tokens, at), ongoing=token.ongoing))
    return result


def _as_predicate(tokens: Sequence[Token], at: int) -> Token:
    """A verb as what is said of its subject, where it has no object of its own."""
    token = tokens[at]
    if is_participle(token) and at and be_before(tokens, at):
        perfect = ("perfect",) if _perfect(tokens, at) else ()
        action = () if token.of("ADJ") else ("action",)
        done = (*token.types["GO"], *perfect, *action)
        return replace(token, types={**_without(token.types, "GO"), "DONE": done})
    if _ceases(tokens, at):
        return token.only("CEASE")
    if token.of("NEED") and token.text.endswith("have") and _is_perfect(_next(tokens, at)):
        return replace(token, types={"MUST": ("",)})
    if token.of("GO") and not happens(token) and _comes_about(tokens, at):
        return token.only("DONE", "happen")
    if token.of("GO") and (_ruled(tokens, at) or _progressive(tokens, at)):
        return token.only("DONE", *token.types["GO"], *token.types.get("ADJ", ()))
    if token.of("GO") and happens(token) and _intransitive(tokens, at):
        lasts = is_participle(token) and "happen" not in token.types["GO"]
        return token.only("STATE" if lasts else "DONE", *token.types["GO"])
    return token


def _comes_about(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb with a particle ends a condition about what it names ("until the salt goes in, ...")."""
    words, after = tokens[at].text.split(), tokens[at + 1] if at + 1 < len(tokens) else None
    told = len(words) == 2 and words[0] in ("goes", "comes") and words[1] in ("in", "out", "on", "off", "up")
    opened = at > 1 and tokens[at - 1].of("P") and bool(tokens[at - 2].types.keys() & _OPENING)
    ends = after is None or bool(after.types.keys() & (_OPENING | {"COMMA", "BREAK", "AND"}))
    return told and opened and ends


_OPENING = frozenset(
    {"UNTIL", "BEFORE", "AFTER", "ONCE", "WHEN", "WHENEVER", "IF", "ASAP", "SINCE", "UNLESS", "RIGHTAFTER"}
)


def _progressive(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb says what goes on with its subject ("a storm is raging")."""
    if (
        not is_gerund(tokens[at].text)
        or at < 2
        or not is_be(tokens[at - 1])
        or not has_subject(tokens, at - 1)
    ):
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is None or not (after.candidates or after.types.keys() & {"TO", "IT", "EACH", "VIA"})


def _after_be(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb with an object follows a form of "be"."""
    start = at - 1
    while start >= 0 and tokens[start].types.keys() & BETWEEN and not is_be(tokens[start]):
        start -= 1
    return start >= 0 and is_be(tokens[start]) and _active_progressive(tokens, start)


def _active_progressive(tokens: Sequence[Token], at: int) -> bool:
    """Whether "is" only makes a progressive form with an object ("is holding the letter")."""
    verb = next((i for i in range(at + 1, len(tokens)) if not tokens[i].types.keys() & BETWEEN), len(tokens))
    if verb + 1 >= len(tokens) or not tokens[verb].of("GO") or not is_gerund(tokens[verb].text.split()[0]):
        return False
    return bool(tokens[verb + 1].candidates or tokens[verb + 1].of("IT"))


def _is_perfect(following: Token | None) -> bool:
    """Whether "must have" goes on as "must have been opened" or "must have opened the door"."""
    return following is not None and (is_be(following) or is_participle(following))


def _ceases(tokens: Sequence[Token], at: int) -> bool:
    """Whether "stop when ..." says when all is done."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return tokens[at].of("CEASE") and after is not None and bool(after.types.keys() & {"WHEN", "ONCE"})


def _ruled(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb has a subject and a modal verb of its own ("the stirrer must not run")."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = {"COMMA", "BREAK", "AND", "OR", "BUT", "ALWAYS", "UNTIL", "BEFORE", "WHILE", "AFTER", "WHEN"}
    ends |= {"BACK", "WHENEVER", "IF", "ONCE", "UNLESS", "WITHOUT", "SAMETIME", "LATER", "ATEND"}
    modal = after is not None and not after.types.keys() & ends
    if modal:
        return False
    for token in reversed(tokens[:at]):
        if token.candidates:
            return modal and not token.of("IT")
        if not token.types.keys() & BETWEEN:
            return False
        modal = modal or bool(token.types.keys() & {"MUST", "MAY"})
    return False


def _is_auxiliary(token: Token, following: Token | None) -> bool:
    """Whether a form of "have" only makes a perfect tense."""
    if token.text not in ("have", "has", "had", "having") or following is None:
        return False
    return is_participle(following) or is_be(following)


def _without(types: Mapping[str, tuple[str, ...]], terminal: str) -> dict[str, tuple[str, ...]]:
    return {key: value for key, value in types.items() if key not in (terminal, "CARRY", "LEAVE", "KEEP")}


def _next(tokens: Sequence[Token], at: int) -> Token | None:
    for token in tokens[at + 1 :]:
        if not token.types.keys() & BETWEEN and not token.of("BOTH"):
            return None if token.of("DONE") else token
    return None


def _perfect(tokens: Sequence[Token], at: int) -> bool:
    """Whether a participle makes a perfect tense ("has been opened"), which is no command."""
    return any(token.text in ("have", "has", "had", "was", "were") for token in tokens[max(at - 4, 0) : at])


def _intransitive(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at - 1].of("IT") and at > 1 and tokens[at - 2].types.keys() & {"KEEP", "GO"}:
        return False  # "keep it open"
    before: object = None
    for token in reversed(tokens[:at]):
        if token.text not in ("have", "has", "had"):
            before = token.candidates or token.types.keys() & BETWEEN
            break
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = after is None or not (
        after.candidates or after.types.keys() & {"EACH", "BOTH", "EITHER", "NUM", "ANYOF"}
    )
    return bool(before) and ends


def predicates(tokens: list[Token]) -> list[Token]:
    """Read "the door is open" as the proposition and DONE with the adjective's class."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = _next(tokens, at)
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        state = following is not None and following.of("ADJ") and not _is_place(following, tokens, at)
        if is_be(token) and state and has_subject(tokens, at):
            continue
        if token.of("ADJ") and token.of("TO") and after and after.types.keys() & _MEASURED:
            values = tuple(value for value in token.types["ADJ"] if value.startswith("near"))
            if values and result and is_be(result[-1]):  # "be next to the ball"
                told = result[-1].text not in ("be", "been", "being")
                result[-1] = replace(token.only("GO", *values), ongoing=told)
            else:
                result.append(token.only("TO"))
            continue
        stays = bool(result) and result[-1].of("STAY") and has_subject(tokens, at - 1)
        if token.of("DONE"):
            result.append(
                token.only("DONE", *dict.fromkeys((*token.types["DONE"], *token.types.get("ADJ", ()))))
            )
            continue
        updown = token.text in ("up", "down")
        if updown and token.of("ADJ") and not be_before(tokens, at) and not _kept(result):
            token = token.only("PARTICLE")
        if (
            token.of("ADJ")
            and result
            and (be_before(tokens, at) or result[-1].candidates or result[-1].of("IT") or stays)
        ):
            beside = result[-1].candidates or result[-1].of("IT")
            if result[-1].of("STAY") or (beside and not be_before(tokens, at)):
                token = token.only("STATE", *token.types["ADJ"])
            else:
                token = token.only("DONE", *token.types["ADJ"])
        result.append(token)
    return result


def _is_place(token: Token, tokens: Sequence[Token], at: int) -> bool:
    """Whether "above" leads to a place, with no subject before "be" ("in fog you must be above it")."""
    place = next((i for i, one in enumerate(tokens[at:], at) if one is token), at) + 1
    named = place < len(tokens) and bool(tokens[place].candidates)
    if not (token.of("TO") and named):
        return False
    for one in reversed(tokens[:at]):
        if one.types.keys() & {"COMMA", "BREAK"}:
            return False
        if one.types.keys() & {"WHILE", "AFTER", "BETWEEN", "WHEN", "UNTIL", "BEFORE", "WHENEVER", "IF"}:
            return True
    return False


def _kept(tokens: Sequence[Token]) -> bool:
    """Whether a particle may be a state, as in "keep the shields up"."""
    named = len(tokens) > 1 and (bool(tokens[-1].candidates) or tokens[-1].of("IT"))
    joined = len(tokens) > 4 and tokens[-2].of("AND") and tokens[-3].of("STATE") and tokens[-5].of("WITH")
    return named and (joined or bool(tokens[-2].types.keys() & {"KEEP", "WITH", "WITHOUT"}))


def _part_of_list(token: Token, tokens: Sequence[Token]) -> bool:
    """Whether a preposition goes on with a list of places ("be in the pharmacy or at the dock")."""
    if len(tokens) < 3 or token.text not in ("in", "at", "on", "inside") or not token.of("TO"):
        return False
    joined = bool(tokens[-1].types.keys() & {"AND", "OR"}) and bool(tokens[-2].candidates)
    return joined and bool(tokens[-3].types.keys() & {"GO", "AVOID"})


_ADVERBS = frozenset({"FIRST", "LATER", "SOON", "BACK"})
_TOWARD = frozenset({"to", "into", "onto", "toward", "in to", "on to"})
_TAKES_PLACE = frozenset({"GO", "AVOID", "STAY", "LEAVE", "BANNED", "BACK"})


def prepositions(tokens: list[Token]) -> list[Token]:
    """Drop prepositions that belong to the verb before them, and particles."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        if token.text == "home" and _carried(result):
            result.append(replace(token, types={"TO": ("",)}, candidates=()))
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if _particle(token, after, result) or _part_of_list(token, result):
            continue
        before = _governing(result)
        if not token.types.keys() & {"STATE", "DONE"} and before is not None:
            if token.of("TO") and before.of("BEGIN") and result[-1] is before:
                result[-1] = replace(before, text=f"{before.text} at")
            if before.of("LEAVE") and not before.of("GO") and result[-1] is before and token.text in _TOWARD:
                result[-1] = replace(before, types={"GO": ("move",)}, text="go")  # "leave into the yard"
                continue
            if _belongs(token, before):
                continue
        result.append(token)
    return result


def _governing(tokens: Sequence[Token]) -> Token | None:
    """The verb that a preposition after some tokens belongs to, else the token before it."""
    before = next((one for one in reversed(tokens) if not one.types.keys() & _ADVERBS), None)
    return before if before is not None and before.of("GO") else tokens[-1] if tokens else None


def _belongs(token: Token, verb: Token) -> bool:
    if not token.types.keys() & {"TO", "VIA", "PARTICLE", "FROM"}:
        return False
    if verb.types.keys() & _TAKES_PLACE and not token.of("FROM"):
        return True
    return token.text == "from" and verb.of("AVOID")


def _particle(token: Token, after: Token | None, tokens: Sequence[Token]) -> bool:
    """Whether a word only completes the verb: "pick the ball up", "a fight with the spider"."""
    if token.of("PARTICLE") and after is not None and after.types.keys() & {"TO", "VIA"}:
        return True
    if not tokens:
        return False
    if (
        token.text == "up"
        and not token.types.keys() & {"STATE", "DONE"}
        and (tokens[-1].candidates or tokens[-1].of("IT"))
    ):
        return True
    return token.of("WITH") and bool({"kill", "meet"} & {*tokens[-1].types.get("GO", ())})


def _carried(tokens: Sequence[Token]) -> bool:
    """Whether something is carried, so that "home" after it is where to."""
    if not tokens or not tokens[-1].candidates:
        return False
    return any(token.of("CARRY") for token in tokens[-6:])
