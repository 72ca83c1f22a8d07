"""A clause under construction, and the small steps that goals and rules share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lantern.language.ast import (
    Clause,
    Condition,
    Count,
)
from lantern.language.ast import (
    Sequence as Steps,
)
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Draft,
    Mod,
    NounPhrase,
    is_event,
    things,
)

Drafts = Iterator[tuple[Draft, float]]


LATER = frozenset({"after", "once", "when"})


EVERY = frozenset({"if", "whenever", "iff"})


PLAIN = frozenset(
    {
        "later",
        "nothing",
        "always",
        "finally",
        "again",
        "first",
        "soon",
        "only",
        "after_that",
        "for_good",
        "on_way",
        "other_time",
        "returning",
        "also",
        "previously",
        "gerund",
        "until_then",
        "in_between",
        "scope",
        "prefixed",
        "avoids",
        "limited",
        "any_time",
        "second",
        "led",
        "holding",
        "evermore",
        "denial",
        "stays",
        "starts",
        "left",
        "waits",
        "counted_apart",
        "goes_until",
        "put_down",
        "inverted",
    }
)


@dataclass
class Clausal:
    """A clause under construction."""

    core: Core
    conventions: Conventions
    kinds: frozenset[str]
    marks: set[str] = field(default_factory=set)

    @property
    def strong(self) -> bool:
        """Whether "not before" demands that what is waited for comes."""
        return self.conventions.until == "strong"

    @property
    def strong_next(self) -> bool:
        """Whether the step after a trigger must exist even for a prohibition."""
        return self.conventions.next == "strong"

    def unit_of(self, phrase: NounPhrase) -> Literal["visit", "step"]:
        """How visits are counted."""
        if self.conventions.visits != "auto":
            return self.conventions.visits
        return "step" if is_event(phrase) else "visit"


def take(mods: list[Mod], *kinds: str) -> Mod | None:
    """Remove and return the first modifier of these kinds."""
    for mod in mods:
        if mod.kind in kinds:
            mods.remove(mod)
            return mod
    return None


def lasts(cond: Cond) -> bool:
    """Whether a condition tells a state: "the door is open", "there is a storm"."""
    bare = not (cond.active or cond.passive or cond.denied)
    return cond.state or (bare and all(thing.lasting or thing.world for thing in things(cond.np)))


def then(first: Clause | None, second: Clause | None) -> Clause | None:
    """One goal after the other; either may be missing."""
    if first is None or second is None or first == second:
        return first or second  # "power is fed into the grid", where one proposition says all of it
    return Steps((first, second))


def count_of(clausal: Clausal, condition: Condition, low: int | None, high: int | None) -> Clause:
    """Count of how often a condition is met, in the unit of the clause."""
    assert clausal.core.np is not None
    if high is not None and high < 0:
        return Count(condition, low, 0)
    return Count(condition, low, high, clausal.unit_of(clausal.core.np))
