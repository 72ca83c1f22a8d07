"""The task as told so far: stages in order, alternatives, rules, and what is forbidden on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from lantern.language.ast import (
    AllOf,
    Clause,
    Condition,
    Count,
    OneOf,
    Reach,
)
from lantern.language.ast import Sequence as Steps
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.phrases import Draft

Link = frozenset[str]


THEN = frozenset({"THEN", "ONLYTHEN", "FINALLY"})


@dataclass(frozen=True, slots=True)
class Item:
    """A unit and the words that join it to what stands before."""

    link: Link
    draft: Draft


@dataclass(frozen=True, slots=True)
class Ban:
    """Something not to be touched on the way to some goals.

    `number` is the unit it was said in; `aside` if it was said within the clause of those goals.
    """

    condition: Condition
    goals: tuple[Condition, ...]
    number: int
    aside: bool = True


@dataclass
class Story:
    """The task so far: stages in order, each a list of parts in any order, beside other alternatives.

    `head` is the clause with a leading condition that opened the sentence; `spread` says how far such a
    condition reaches, and `spreads` whether that was in doubt. `apart` if the last "or" came after a comma,
    `mixed` if "or" came after several goals joined by "and", `narrow` to let it choose between the last two,
    `last_only` to let what follows belong to the last alternative, `bound` if that was in doubt.
    `kept` are the stages nothing of which may be done before the one before it is.
    `holding` is what was named that lasts, `left` that one is outside. `threads`
    are chains beside the stages, `free` goals for any time; `threaded` and `freed` if it was in doubt whether
    something follows all of them, and `last_thread` and `free_waits` give the less likely answer.
    """

    conventions: Conventions
    stages: list[list[Clause]] = field(default_factory=list)
    rules: list[Clause] = field(default_factory=list)
    alternatives: list[Clause] = field(default_factory=list)
    bans: list[Ban] = field(default_factory=list)
    reached: dict[Condition, int] = field(default_factory=dict)
    counted_once: set[Condition] = field(default_factory=set)
    holding: set[Condition] = field(default_factory=set)
    left: Condition | None = None
    previous: Draft | None = None
    choice: bool = False
    either: int | None = None
    beside: int | None = None
    inserted: int | None = None
    strict: bool = False
    kept: set[int] = field(default_factory=set)
    once: bool = False
    number: int = 0
    keep_and: bool = False
    or_binds_all: bool = False
    loose: bool = False
    repeats: bool = False
    dangling: bool = False
    head: Draft | None = None
    spread: Literal["", "both", "first"] = ""
    spreads: bool = False
    apart: bool = False
    last_only: bool = False
    bound: bool = False
    mixed: bool = False
    narrow: bool = False
    commands: int = 0
    unclear: bool = False
    permitted: list[Clause] = field(default_factory=list)
    threads: list[Clause] = field(default_factory=list)
    free: list[Clause] = field(default_factory=list)
    threaded: bool = False
    last_thread: bool = False
    freed: bool = False
    free_waits: bool = False

    def main(self) -> Clause | None:
        """Goal made of the stages, the alternatives to them, and what is to be done beside them."""
        beside = [*self.threads, *([told] if (told := self._told()) else []), *self.free]
        return joined(AllOf, beside) if beside else None

    def _told(self) -> Clause | None:
        goal = self.staged()
        parts = [*self.alternatives, *([goal] if goal else [])]
        return None if not parts else parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def staged(self) -> Clause | None:
        """Goal made of the stages alone."""
        stages = [joined(AllOf, stage) for stage in self.stages if stage]
        if not stages:
            return None
        if self.strict or self.once:
            simple = [simple_goal(part) for stage in stages for part in _parts(stage)]
            if None not in simple and len(simple) > 1:
                return Steps(tuple(s for s in simple if s), "once" if self.once else "strict")
        return joined(Steps, stages)

    def close(self) -> None:
        """Make one stage of everything so far, so that what follows comes after all of it."""
        parts = [*self.threads, *([told] if (told := self._told()) else [])]
        self.stages, self.alternatives = ([[joined(AllOf, parts)]] if parts else []), []
        self.threads = []


def _parts(stage: Clause) -> Sequence[Clause]:
    return stage.parts if isinstance(stage, Steps) and stage.order != "next" else (stage,)


def simple_goal(stage: Clause) -> Reach | None:
    """The goal to reach that a stage consists of, if it is no more than that."""
    if isinstance(stage, Count) and (stage.at_least, stage.at_most) == (1, 1):
        return Reach(stage.condition)
    return stage if isinstance(stage, Reach) else None


def joined(kind: type[AllOf] | type[Steps], parts: Sequence[Clause]) -> Clause:
    """The only part, or the parts together; groups of the same kind are not nested."""
    flat: list[Clause] = []
    for part in parts:
        nested = isinstance(part, kind) and (not isinstance(part, Steps) or part.order == "then")
        flat.extend(part.parts if nested and isinstance(part, AllOf | Steps) else [part])
    flat = list(dict.fromkeys(flat)) if kind is AllOf else flat
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
