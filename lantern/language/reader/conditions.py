"""What follows "if", "when", "after", "until": conditions, and whether they are states or events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lantern.language.ast import Clause, Condition, Count, Reach
from lantern.language.reader.endings import cleared, ended, occurrence
from lantern.language.reader.lists import SEPARATORS, Named, named
from lantern.language.reader.mentions import Mentions
from lantern.language.reader.pieces import all_of, reach
from lantern.language.reader.texts import number
from lantern.language.reader.wordlists import AGENTS, ARTICLES, BE, PREPOSITIONS, PRONOUNS

_NONE = {"nobody": ("somebody", "not"), "nothing": ("something", "not")}
_JOINTS = frozenset({"AND", "OR", "NOR", "BOTH", "EITHER"})


@dataclass(frozen=True, slots=True)
class Cond:
    """A condition. `perfect` if it is told as done ("has been opened"), `own` if who acts brings it about."""

    named: Named
    perfect: bool = False
    gerund: bool = False
    be: bool = False
    times: int = 0
    together: bool = False
    every: bool = False
    begins: bool = False
    told_of_agent: bool = False
    goes_on: bool = False
    negated: bool = False
    most: int | None = None

    @property
    def state(self) -> bool:
        """Whether it goes on rather than happens."""
        if self.goes_on:
            return True
        done = self.perfect or (self.gerund and not self.be)
        moved = any(one.verb and one.frames[0].kind == "place" and not self.be for one in self.named.mentions)
        return self.lasts and not done and not moved

    @property
    def lasts(self) -> bool:
        """Whether all that was named goes on for some steps."""
        return self.goes_on or all(one.lasts for one in self.named.mentions)

    @property
    def world(self) -> bool:
        """Whether nobody in the task brings it about."""
        return all(one.frames[0].world for one in self.named.mentions)

    @property
    def own(self) -> bool:
        """Whether who acts in the task does it."""
        return all(frame.acts or frame.kind == "have" for one in self.named.mentions for frame in one.frames)

    @property
    def condition(self) -> Condition:
        """All of it, or any of it, at one step."""
        return self.named.condition

    @property
    def leaves(self) -> tuple[Condition, ...]:
        """Conditions one by one."""
        return (self.named.condition,) if self.named.op == "or" else self.named.leaves

    @property
    def goal(self) -> Clause:
        """Bringing it about."""
        if self.times:
            one = self.named.mentions[0]
            return Count(one.condition, self.times, None, "visit" if one.lasts else "step")
        if self.together:
            return Reach(self.named.condition)
        return (
            all_of([reach(part) for part in self.named.parts])
            if self.named.op == "and"
            else reach(self.named)
        )


@dataclass
class _Words:
    """Words of a condition without its marks; `broken` if they are none."""

    words: list[str] = field(default_factory=list)
    times: int = 0
    every: bool = False
    together: bool = False
    begins: bool = False
    most: int | None = None
    broken: bool = False

    def add(self, token: str, tokens: Sequence[str], at: int) -> None:
        """Take the token at a position."""
        following = tokens[at + 1 : at + 2]
        doing = bool(following) and following[0].endswith("ing")
        if token in ("ALWAYS", "again"):
            self.broken = True
        elif token.startswith(("#times", "#low")):
            self.times = number(token)
        elif token.startswith("#more"):
            self.most = number(token)
        elif token in ("each", "every"):
            self.every = True
        elif token == "SAME":
            self.together = True
        elif token in ("NOT", "not"):
            apart = not at or tokens[at - 1] in SEPARATORS
            self.broken = self.broken or (apart and not any(one in BE for one in tokens[:at]))
            self.words.append("not")
        elif token in ("stops", "stop", "stopped") and doing:
            self.words.append("not")
        elif token in ("starts", "start", "begins") and doing:
            self.begins = True
        elif token.startswith("#") or (token.isupper() and token.isalpha() and token not in _JOINTS):
            self.broken = True
        else:
            self.words.append(token)


def condition(tokens: Sequence[str], mentions: Mentions) -> Cond | None:
    """Read a condition; None where a word is not explained."""
    tokens = [one for token in tokens for one in _NONE.get(token, (token,))]
    said = _Words()
    for at, token in enumerate(tokens):
        said.add(token, tokens, at)
    words = said.words
    if said.broken or not words or _told_to_keep(words):
        return None
    if _commands(words, mentions):
        return None
    over = ended(words, mentions)
    if over is not None:
        return Cond(over, be=True)
    if (words[-1] == "gone" and BE & {*words}) or (words[-1] in ("over", "past") and {*words[-2:-1]} & BE):
        words = [*words[:-1], "not"]
    if words[0] == "with" and len(words) > 1:
        found = named(["have", *words[1:]], mentions) or named(words[1:], mentions)
        return Cond(found, be=True) if found is not None else None
    found = named(words, mentions) or cleared(words, mentions) or occurrence(words, mentions)
    if found is None and words[0] in ("in", "at", "on", "inside", "near", "there"):
        found = named(["be", *words], mentions)
    if found is None or (said.times and len(found.mentions) > 1):
        return None
    gerund = words[0].endswith("ing") and words[0] not in ("being", "having")
    goes_on = any(first in BE and second.endswith("ing") for first, second in pairwise(words))
    be = any(word in BE or word in ("gets", "get") for word in words)
    acting = bool({*words} & ({"you", "we"} | mentions.agents))
    perfect = said.begins or _perfect(words, found)
    return Cond(
        found,
        perfect,
        gerund,
        be,
        said.times,
        said.together,
        said.every,
        said.begins,
        acting,
        goes_on,
        "not" in words,
        said.most,
    )


def _told_to_keep(words: Sequence[str]) -> bool:
    """Whether a command to keep something so follows a condition ("on the ramp keep the lamp on")."""
    subjects = PRONOUNS | AGENTS | BE | SEPARATORS | {"not", "to"}
    told = any(
        one in ("keep", "stay", "remain") and words[at] not in subjects for at, one in enumerate(words[1:])
    )
    return told and words[0] in PREPOSITIONS


def _commands(words: Sequence[str], mentions: Mentions) -> bool:
    """Whether a command follows a condition with a subject ("until you have the key, and open the chest")."""
    if words[0] not in ARTICLES | PRONOUNS | AGENTS:
        return False
    segment: list[str] = []
    for word in reversed(words):
        if word not in SEPARATORS:
            segment.insert(0, word)
            continue
        first = segment[0] if segment else "the"
        starts = first not in ARTICLES | PRONOUNS | AGENTS | BE and first.islower()
        found = mentions.all(segment) if starts and not first.endswith(("ed", "ing")) else ()
        if found and found[0].verb and not BE & {*segment}:
            return True
        segment = []
    return False


def _perfect(words: Sequence[str], found: Named) -> bool:
    """Whether something is told as done ("has been opened", "you have visited the hall")."""
    having = any(word in ("has", "have", "having", "had") for word in words)
    if all(frame.kind == "have" for one in found.mentions for frame in one.frames) and "been" not in words:
        return False
    done = any(word in ("been", "gone") or word.endswith("ed") for word in words)
    return having and (done or any(one.verb for one in found.mentions))
