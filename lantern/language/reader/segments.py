"""Sentences cut at their joints, and which stretches may be clauses of their own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lantern.language.ast import AllOf, Reach, SomeOf
from lantern.language.english.manners import ACQUIRE
from lantern.language.reader.conditions import Cond
from lantern.language.reader.frame import lemmas
from lantern.language.reader.pieces import Linked, Piece, replace, steps
from lantern.language.reader.texts import number
from lantern.language.reader.wordlists import (
    ARTICLES,
    BE,
    COME,
    HAVE,
    MOVING,
    PREPOSITIONS,
    without_ends,
    words,
)

SUBORDINATES = words(
    "IF WHEN WHENEVER ASAP ONCE AFTER BEFORE UNTIL UNLESS WHILE WITHOUT INSTEAD BEFOREANDAFTER"
)
LEADERS = SUBORDINATES - {"INSTEAD", "BEFOREANDAFTER"}
FINISH = words("finish end terminate conclude")
JOINTS = frozenset({",", "AND", "OR", "BUT"})
CARRIED = MOVING | words("park carry put place return drop load stack pour deliver")
Segment = tuple[str, list[str]]


def handed_on(link: str, before: Sequence[Linked]) -> str:
    """What joins a clause that says where to take what the one before told to get."""
    if not link.startswith("IT"):
        return link
    told = before[-1][1] if before else None
    gets = told is not None and bool(lemmas(told.head) & (ACQUIRE | HAVE | {"load", "pack"}))
    return "THEN" if gets and told is not None and told.form in ("command", "must") else link[2:]


def in_turn(row: Sequence[Linked], start: int) -> list[Linked]:
    """A row in which what was got is taken somewhere: the commands from there on are done as told."""
    told = list(row)
    for at in range(start, len(told)):
        link, piece = told[at]
        if piece.form != "command" or link not in ("THEN", "", ","):
            break
        if isinstance(piece.goal, AllOf) and piece.verbs == len(piece.goal.parts):
            piece = replace(piece, goal=steps(piece.goal.parts))
        told[at] = ("THEN", piece)
    return told


def waits(tokens: Sequence[str]) -> bool:
    """Whether a clause says to wait, and no more."""
    left = [token for token in tokens if token not in ("MUST", "the", "robot", "agent", "you", "it")]
    return left in (["wait"], ["waits"])


def fits(link: str, piece: Piece, at: int) -> bool:
    """Whether a clause may stand where it does; what has no verb of its own is no clause of a row."""
    if piece.form == "told":
        return False
    if at and piece.named is not None and piece.form == "command" and not piece.be:
        first = piece.named.mentions[0]
        if not first.verb and piece.goal is not None and piece.goal.kind in ("reach", "all_of", "one_of"):
            return "THEN" in link or piece.count is not None
    return not ("OR" in link and piece.goal is None)


def ambient(cond: Cond) -> bool:
    """Whether a condition is a state of everything ("at night")."""
    return all(frame.ambient for one in cond.named.mentions for frame in one.frames)


def loose_choice(segments: Sequence[Segment]) -> bool:
    """Whether "or" after a comma is followed by "and": how far the choice reaches is not clear."""
    for (_, before), (_, after) in pairwise(segments):  # "with a closed and b down"
        if "with" in before and after[0] in ARTICLES and not any(lemmas(word) & FINISH for word in before):
            return True
    at = next((i for i, (link, _) in enumerate(segments) if link.startswith(",") and "OR" in link.split()), 0)
    return bool(at) and any("AND" in link.split() for link, _ in segments)


def verbal(piece: Piece) -> bool:
    """Whether a command has a verb, or tells where to be."""
    if piece.named is None or piece.form != "command" or piece.be:
        return True
    first = piece.named.mentions[0]
    return first.verb or first.frames[0].kind in ("place", "have")


def misfit(piece: Piece) -> float:
    """How badly the words of a clause fit what they name."""
    return 1.0 - piece.named.score if piece.named is not None else 0.0


def linked(link: str) -> str:
    """What joints before a clause say."""
    joints = link.split()
    return "OR" if "OR" in joints else "BUT" if "BUT" in joints else "," if joints == [","] else ""


def prefix_of(tokens: Sequence[str]) -> list[str]:
    """Verb of a command, which the next clause may leave out."""
    found: list[str] = []
    for word in tokens:
        if word in ("FIRST", "MUST", "SOON", "BOTH", "EITHER", "ALWAYS") or word.startswith("#"):
            continue
        if word in ("the", "a", "an", "its", "all", "each") or word.isupper():
            break
        found.append(word)
        if word in PREPOSITIONS:
            break
    return found if 0 < len(found) < 4 else []


def trimmed(tokens: Sequence[str]) -> list[str]:
    """Tokens without the joints at their ends."""
    return without_ends(tokens, JOINTS)


def nominal(tokens: Sequence[str]) -> bool:
    """Whether tokens begin with a noun phrase of which nothing is told."""
    return tokens[0] in ARTICLES and not ({*tokens} & (BE | {"MUST", "MAY"}))


def leads(tokens: Sequence[str]) -> bool:
    """Whether tokens begin with a condition."""
    first = tokens[0]
    if first in ("SOON", "ONLY") and len(tokens) > 1:
        return tokens[1] in LEADERS
    return first in LEADERS


def strictly(tokens: Sequence[str]) -> tuple[list[str], bool]:
    """Whether what follows "only then" must not come before."""
    return ["THEN" if token == "ONLYTHEN" else token for token in tokens], "ONLYTHEN" in tokens


def split(tokens: Sequence[str], word: str) -> list[list[str]]:
    """Stretches between the places of a word."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == word:
            parts[-1] = trimmed(parts[-1])
            parts.append([])
        else:
            parts[-1].append(token)
    return [trimmed(part) for part in parts]


def segments_of(tokens: Sequence[str]) -> list[Segment]:
    """Stretches between joints, each with the joints before it."""
    found: list[Segment] = [("", [])]
    for token in tokens:
        if token in JOINTS:
            if found[-1][1]:
                found.append((token, []))
            else:
                found[-1] = (f"{found[-1][0]} {token}".strip(), [])
        else:
            found[-1][1].append(token)
    return [one for one in found if one[1]]


def joined(segments: Sequence[Segment]) -> list[str]:
    """Tokens of some segments with the joints between them."""
    tokens: list[str] = []
    for at, (link, segment) in enumerate(segments):
        tokens += [*(link.split() if at else ()), *segment]
    return tokens


def headed(tokens: Sequence[str]) -> str:
    """The verb of a clause by which one gets something; empty if there is none."""
    return next((word for word in tokens if lemmas(word) & (ACQUIRE | HAVE)), "")


def returns(tokens: Sequence[str]) -> bool:
    """Whether a clause says to come back, which one does after all that was named before."""
    return tokens[:1] in (["return"], ["leave"], ["exit"]) or (
        tokens[1:2] == ["back"] and bool(lemmas(tokens[0]) & COME)
    )


def hands_on(piece: Piece, tokens: Sequence[str]) -> bool:
    """Whether a command says what to do with what was named before."""
    told = piece.form in ("command", "must")
    return told and bool({*tokens} & {"it", "them"} and {*tokens[:2]} & CARRIED)


def some_of(tokens: Sequence[str]) -> int:
    """How many of several commands are to be carried out ("do at least two of these: ..."); 0 if not told."""
    told = (
        tokens[:1] == ["do"] and len(tokens) > 3 and tokens[1].startswith("#atleast:") and tokens[2] == "of"
    )
    return number(tokens[1]) if told else 0


def some_goals(row: Sequence[Linked], n: int) -> list[Linked] | None:
    """Commands of which so many are to be carried out."""
    goals = [piece.goal for _, piece in row if isinstance(piece.goal, Reach) and not piece.rules]
    if not n < len(goals) == len(row) or any(link not in ("", ",") for link, _ in row):
        return None
    return [("", Piece(SomeOf(tuple(goals), n)))]
