"""Lists of mentions: shared verbs ("get the key and the ball") and endings, choices, sets ("both doors")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lantern.language.ast import And, Atom, Condition, Or
from lantern.language.english.manners import ACQUIRE, ARRIVE, MAKE, PUT
from lantern.language.reader.mentions import Mention, Mentions
from lantern.language.reader.wordlists import ARTICLES, BE, PREPOSITIONS, without_ends, words

SEPARATORS = frozenset({"AND", "OR", ",", "NOR"})
ALL = {"both": 2, "BOTH": 2, "all": 0, "each": 0, "every": 0, "two": 2, "three": 3, "four": 4, "five": 5}
ANY = frozenset({"any", "EITHER", "one", "either"})
# Words that point back, and verbs that begin a clause of another kind: not in the middle of a list.
NOUN_STARTS = frozenset({"the", "a", "an", "its", "to", "at", "in", "on"})
APART = frozenset({"it", "them", "there", "him", "her"})
OWN = words("leave exit keep stay remain finish end wait keeps stays remains finishes ends waits return come")
# Longest shared beginning and ending of a list, in words.
SHARED = 7
TIE = 0.02


@dataclass(frozen=True, slots=True)
class Named:
    """What was named: one mention, or several joined by "and" or "or"."""

    op: Literal["one", "and", "or"]
    mention: Mention | None = None
    parts: tuple[Named, ...] = ()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All mentions, from left to right."""
        if self.mention is not None:
            return (self.mention,)
        return tuple(mention for part in self.parts for mention in part.mentions)

    @property
    def score(self) -> float:
        """Mean fit of the mentions."""
        return sum(one.score for one in self.mentions) / len(self.mentions)

    @property
    def condition(self) -> Condition:
        """All of it, or any of it, at one step."""
        if self.mention is not None:
            return self.mention.condition
        parts = tuple(part.condition for part in self.parts)
        return And(parts) if self.op == "and" else Or(parts)

    @property
    def leaves(self) -> tuple[Condition, ...]:
        """Conditions of the mentions."""
        return tuple(one.condition for one in self.mentions)


def named(words: Sequence[str], mentions: Mentions) -> Named | None:
    """What a stretch of words names, or None if a word of it is not explained."""
    kept = without_ends(words, SEPARATORS)
    if not kept:
        return None
    if not SEPARATORS & {*kept}:
        return _single(kept, mentions)
    return _listed(kept, mentions)


def _single(words: list[str], mentions: Mentions) -> Named | None:
    sets = [word for at, word in enumerate(words) if word in ALL or (word in ANY and _points(words, at))]
    plain = [word for word in words if word not in ("BOTH", "EITHER")]
    found = mentions.one(plain)
    whole = found is not None and (len(found.frames) > 1 or found.frames[0].whole)
    if found is not None and not (len(plain) < len(words) and "BOTH" in words and not whole):
        return Named("one", found)
    if "BOTH" in words and {*plain} <= {
        "it",
        "you",
        "robot",
        "the",
        "has",
        "have",
        "both",
        "he",
        "agent",
        "player",
        "hero",
    }:
        return _had(mentions)
    if not sets:
        return None
    if any(
        word == "any" and words[at + 1 : at + 2] != ["of"] and words[at + 1] in ALL
        for at, word in enumerate(words[:-1])
    ):
        return None  # "any two of the three"
    rest = [word for word in plain if word not in sets and word != "of"]
    several = mentions.several(rest)
    size = max((ALL.get(word, 0) for word in sets), default=0)
    if len(several) < 2 or (size and len(several) != size):
        return None
    op: Literal["and", "or"] = "or" if any(word in ANY for word in sets) else "and"
    return Named(op, parts=tuple(Named("one", one) for one in several))


def _points(words: list[str], at: int) -> bool:
    """Whether "one" is one of several: "one of the doors", not "the red one"."""
    return words[at] != "one" or words[at + 1 : at + 2] == ["of"]


def _had(mentions: Mentions) -> Named | None:
    """Read "you have both": the last two things that one may have."""
    things = list(dict.fromkeys(frame.name for frame in mentions.before if frame.kind == "have"))[-2:]
    if len(things) < 2:
        return None
    frames = {frame.name: frame for frame in mentions.before}
    found = tuple(Named("one", Mention(Atom(name), 1.0, (frames[name],))) for name in things)
    return Named(
        "one", Mention(And(tuple(one.leaves[0] for one in found)), 1.0, tuple(frames[n] for n in things))
    )


def _listed(words: list[str], mentions: Mentions) -> Named | None:
    segments, links, either = _segments(words)
    if len(segments) < 2 or any(not segment for segment in segments):
        return None
    ops = {link for link in links if link != ","}
    if not ops and any(segment[0] not in NOUN_STARTS for segment in segments[1:]):
        return None
    if not ops:
        parts = _shared(segments, mentions, own=True)
        return Named("and", parts=tuple(parts)) if parts else None
    if ops == {"AND"} or ops == {"OR"}:
        op: Literal["and", "or"] = "and" if ops == {"AND"} else "or"
        parts = _shared(segments, mentions)
        return Named(op, parts=tuple(parts)) if parts else None
    if ops == {"AND", "OR"} and either > 0:
        before, after = links[:either], links[either:]
        if {*before} <= {"AND", ","} and {*after} <= {"OR", ","}:
            parts = _shared(segments, mentions)
            if parts:
                choice = Named("or", parts=tuple(parts[either:]))
                return Named("and", parts=(*parts[:either], choice))
    return None


def _segments(words: Sequence[str]) -> tuple[list[list[str]], list[str], int]:
    """Stretches between separators, what separates them, and the one that "either" stands in (or -1)."""
    segments: list[list[str]] = [[]]
    links: list[str] = []
    either = -1
    for word in words:
        if word in SEPARATORS:
            link = "OR" if word == "NOR" else word
            if not segments[-1] and links:
                links[-1] = link if link != "," else links[-1]
                continue
            links.append(link)
            segments.append([])
        elif word in ("EITHER", "BOTH"):
            either = len(segments) - 1 if word == "EITHER" else either
        else:
            segments[-1].append(word)
    return segments, links, either


def _shared(segments: list[list[str]], mentions: Mentions, own: bool = False) -> list[Named] | None:
    """Complete every segment by what the first begins with and the last ends with; the best fit wins."""
    first, last = segments[0], segments[-1]
    best: list[tuple[float, int, int, list[Named]]] = []
    for head in range(int(own), min(len(first), SHARED + 1)):
        for tail in range(min(len(last), SHARED + 1)):
            if tail and last[-tail - 1] in ARTICLES | PREPOSITIONS:
                continue  # not the "bin" of "in the bin" alone
            found = _completed(segments, first[:head], last[len(last) - tail :], mentions)
            if found is not None:
                best.append((sum(one.score for one in found) / len(found), head, -tail, found))
    best = [one for one in best if _uniform(one[3])] or best
    if not best:
        return None
    moved = [one for one in best if one[1] and one[2] and last[one[2]] in ("into", "onto")]
    best = moved or best  # "get the ball or the cube into the box": where to is said of both
    top = max(score for score, *_ in best)
    near = [one for one in best if one[0] > top - TIE]
    longest = max(one[1] for one in near)
    near = [one for one in near if one[1] == longest]
    if len({tuple(str(named.condition) for named in one[3]) for one in near}) > 1:
        return None  # "take the ball or the cube to the box": whether the ending belongs to both
    return near[0][3]


def _completed(
    segments: list[list[str]], head: list[str], tail: list[str], mentions: Mentions
) -> list[Named] | None:
    found: list[Named] = []
    end = len(segments) - 1
    mark = len(mentions.before)
    for at, segment in enumerate(segments):
        if at and ({*segment} & APART or segment[0] in OWN or "back" in segment[1:2]):
            del mentions.before[mark:]
            return None
        if at and head and _commands(segment):
            del mentions.before[mark:]
            return None
        if at and not head and segment[0] in PREPOSITIONS and segments[0][0] not in PREPOSITIONS:
            del mentions.before[mark:]
            return None
        words = [*(head if at else ()), *segment, *(tail if at < end else ())]
        one = _single(words, mentions) or _single(["both", *words], mentions)
        if one is None or (at < end and BE & {*segments[end]} and not (BE & {*words} or _told(one))):
            del mentions.before[mark:]
            return None
        mentions.remember(one.mentions)
        found.append(one)
    del mentions.before[mark:]
    conditions = [one.condition for one in found]
    return found if len({*map(str, conditions)}) == len(conditions) else None


def _commands(segment: Sequence[str]) -> bool:
    """Whether a stretch begins with a verb of its own: "take a photo and land on the pad"."""
    verb = segment[0] in ARRIVE | PUT | ACQUIRE | MAKE
    return verb and len(segment) > 1 and segment[1] in PREPOSITIONS | ARTICLES


def _uniform(found: list[Named]) -> bool:
    """Whether the parts of a list say equally much: "the tea or the mail to the lab" takes either there."""
    return len({sum(len(mention.frames) for mention in one.mentions) for one in found}) == 1


def _told(one: Named) -> bool:
    """Whether words have a verb of their own ("the lamp" before "and the door must be open" has none)."""
    return all(mention.verb for mention in one.mentions)
