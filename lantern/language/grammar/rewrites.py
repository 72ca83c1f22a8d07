"""Rewriting of tokens before they are parsed: passives, states, repeated nouns, prepositions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.english.words import is_gerund
from lantern.language.grammar.forms import is_be
from lantern.language.grammar.tokens import Token

_COUNTED = frozenset({"ORMORE", "ORLESS", "ORMORETHAN", "ORLESSTHAN", "TIMES", "STEPS"})


def drop_fillers(tokens: list[Token]) -> list[Token]:
    """Drop words that carry no meaning."""
    both = [_banned_together(tokens, at) for at in range(len(tokens))]
    tokens = [token.only("SAMETIME") if one else token for token, one in zip(tokens, both, strict=True)]
    tokens = [token for at, token in enumerate(tokens) if not _says_order(tokens, at)]
    kept = [token for token in tokens if not token.of("FILL")]
    kept = [token for at, token in enumerate(kept) if not _is_subject(kept, at)]
    kept = [token for at, token in enumerate(kept) if not _adds_nothing(kept, at)]
    ends = [at + 1 == len(kept) or kept[at + 1].of("BREAK") for at in range(len(kept))]
    # "do not go there either" is no choice; "is only allowed to" are two words of the grammar.
    kept = [
        replace(token, types={"ALSO": ("",)}) if last and token.of("EITHER") else token
        for token, last in zip(kept, ends, strict=True)
    ]
    return [part for token in kept for part in _with_only(token)]


def _banned_together(tokens: Sequence[Token], at: int) -> bool:
    """Whether "together" or "at once" says that what is forbidden is both at one step."""
    if tokens[at].text not in ("together", "at once") or not tokens[at].of("SAMETIME"):
        return False
    before = []
    for token in reversed(tokens[:at]):
        if token.of("BREAK"):
            break
        before.append(token)
    denied = any(token.types.keys() & {"NOT", "NEVER", "FORBID"} for token in before)
    several = len([token for token in before if token.candidates]) > 1 and any(t.of("AND") for t in before)
    return denied and (several or any(token.of("BOTH") for token in before))


def _adds_nothing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word only fills the place of an object ("spill anything"), or stresses ("do open it")."""
    token = tokens[at]
    before, after = tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None
    if token.text in ("anything", "something") and before is not None and before.of("P"):
        return True
    if token.text in ("anything", "anybody", "anyone") and after is not None and after.of("P"):
        return before is not None and bool(before.types.keys() & {"NOT", "NEVER"})  # "let nothing burn"
    if token.text in ("another", "any") and after is not None and after.of("P"):
        return True  # "take any photo"; what is said of another one was read before
    limits = {"WITHOUT", "ONLY", "BEFORE", "AFTER", "WHILE", "NOLATER"}
    further = tokens[at + 2] if at + 2 < len(tokens) else None
    if token.text == "do" and after is not None and after.text == "it":
        return further is not None and bool(further.types.keys() & limits)
    if token.text == "it" and before is not None and before.text == "do":
        return after is not None and bool(after.types.keys() & limits)
    if token.text == "do" and after is not None and after.types.keys() & limits and at:
        return True  # "and do so only while ..."
    stress = token.text == "do" and after is not None and after.of("GO") and not is_be(after)
    return stress and (before is None or not before.types.keys() & {"NOT", "NEVER", "MUST", "MAY"})


def conditionals(tokens: list[Token]) -> list[Token]:
    """Read "should the alarm ring, ..." and "low battery? ..." as conditions."""
    result: list[Token] = []
    start = 0
    for at, token in enumerate(tokens):
        begins = not result or result[-1].of("BREAK")
        start = len(result) if begins else start
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        names = after is not None and (after.candidates or after.of("FILL"))
        if begins and token.text in ("should", "were") and names:
            comma = next((one for one in tokens[at:] if one.types.keys() & {"COMMA", "BREAK"}), None)
            if comma is not None and comma.of("COMMA"):
                token = replace(token, types={"WHENEVER": ("",)})
        if token.text == "?" and all(_names(one) for one in result[start:]):
            result.insert(start, replace(token, types={"WHENEVER": ("",)}))
            token = replace(token, types={"COMMA": ("",)})
        result.append(token)
    return result


def _names(token: Token) -> bool:
    return bool(token.candidates) or token.of("ADJ") or token.text in ("the", "a", "an")


def plurals(tokens: list[Token]) -> list[Token]:
    """Read "both" and "all of them" without a noun as standing for what was named."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = after is None or after.types.keys() & {"BREAK", "COMMA", "LATER", "FINALLY", "THEN", "ORDER"}
        if token.text == "one" and after is not None and after.candidates:  # "just one rock" names no other
            token = replace(token, types={k: v for k, v in token.types.items() if k not in ("IT", "GENERIC")})
        if token.of("EITHER") and result and result[-1].of("GO") and after is not None and after.of("TO"):
            result.insert(len(result) - 1, token)  # "go either to a or to b"
            continue
        verb = bool(result) and bool(result[-1].types.keys() & {"GO", "AVOID", "CARRY"})
        if token.text == "all" and verb and after is not None and after.of("NUM"):
            last = tokens[at + 2] if at + 2 < len(tokens) else None
            if last is None or last.types.keys() & {"BREAK", "COMMA"}:
                token = replace(token, types={"IT": ("",)}, text=f"all {after.text}")
        if token.of("NUM") and result and result[-1].of("IT") and result[-1].text == f"all {token.text}":
            continue
        if token.of("BOTH") and verb and (ends or len(token.text.split()) > 1):
            token = replace(token, types={"IT": ("",)})
        result.append(token)
    return result


def _says_order(tokens: Sequence[Token], at: int) -> bool:
    """Whether "comes" only leads to its place in the order ("the key comes first, the dragon last")."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        tokens[at].text in ("come", "comes", "goes")
        and after is not None
        and bool(after.types.keys() & {"FIRST", "FINALLY", "ORD", "BEFORE", "AFTER", "THEN"})
    )


def _is_subject(tokens: Sequence[Token], at: int) -> bool:
    """Whether "it" only stands for the agent ("after it has visited the room")."""
    if tokens[at].text not in ("it", "they", "he", "she") or at + 2 >= len(tokens):
        return False
    if tokens[at + 1].text in ("is not to", "are not to") and tokens[at + 2].types.keys() & {"TO", "STAY"}:
        return True  # "he is not to be on stage again"
    has = tokens[at + 1].text in ("has", "have", "had")
    verb = tokens[at + 2] if has else tokens[at + 1]
    place = tokens[at + 3 if has else at + 2 :][:4]
    ahead_of = tokens[at + 2] if at + 2 < len(tokens) else None
    if is_be(verb) and ahead_of is not None and _does(tokens, at + 2):
        return True  # "until it is holding the letter"
    ends = at + 3 >= len(tokens) or bool(tokens[at + 3].types.keys() & {"BREAK", "COMMA"})
    if is_be(verb) and ahead_of is not None and ahead_of.of("P") and ends:
        return True  # "when it is overloaded"
    if is_be(verb) and place and place[0].types.keys() & {"BACK", "TO"}:
        where = next((one for one in place if one.candidates), None)
        return where is not None and not set(where.candidates) & set(tokens[at].candidates)
    ahead = tokens[at + 1 : at + 6]
    passive = next((place for place, one in enumerate(ahead[:3]) if is_be(one)), None)
    if passive is not None and tokens[at].candidates:
        rest = ahead[passive + 1 :]
        if rest and rest[0].types.keys() & {"GO", "ADJ"} and not (len(rest) > 1 and rest[1].of("TO")):
            return False  # "... it must be closed"
    begins = at == 0 or not tokens[at - 1].types.keys() & {"GO", "CARRY", "AVOID", "KEEP", "LEAVE", "STAY"}
    return begins and not is_be(verb) and bool(verb.types.keys() & {"GO", "MUST", "MAY", "CARRY"})


def _does(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb in its -ing form with an object of its own stands at a place."""
    if tokens[at].types.keys() & {"NOT", "NEVER"} and at + 1 < len(tokens):
        at += 1
    after = next((one for one in tokens[at + 1 : at + 4] if not one.of("FILL")), None)
    gerund = tokens[at].of("GO") and is_gerund(tokens[at].text.split()[0])
    return gerund and after is not None and bool(after.candidates)


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
        leads = token.of("TO") and token.text == "to"
        if leads and result and result[-1].of("GENERIC") and named and _is_door(result):
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
        if token.of("AFTER") and (at + 1 == len(tokens) or tokens[at + 1].of("BREAK")):
            token = token.only("LATER")  # "visit b at least once after"
        elif token.of("THEN") and token.text in _AFTERWARD and _at_end(tokens, at):
            token = token.only("POST")
        elif token.of("ORD") or (token.text == "last" and token.of("FINALLY")):
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            ends = after is None or after.types.keys() & {"COMMA", "BREAK", "AND"}
            post = ends and result and not result[-1].types.keys() & {"AND", "COMMA", "BREAK"}
            token = token.only("POST") if post else token.only("THEN") if token.of("ORD") else token
        result.append(token)
    return result


_AFTERWARD = frozenset({"afterward", "after that", "thereafter", "later on", "subsequently", "after this"})


def _at_end(tokens: Sequence[Token], at: int) -> bool:
    """Whether an adverb ends the clause before it ("wash the dishes afterwards, and ...")."""
    before, after = tokens[at - 1] if at else None, tokens[at + 1] if at + 1 < len(tokens) else None
    links = {"COMMA", "BREAK", "AND", "OR", "BUT", "COLON", "THEN"}
    ends = after is None or bool(after.types.keys() & {"COMMA", "BREAK"})
    return ends and before is not None and not before.types.keys() & links
