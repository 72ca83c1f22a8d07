"""What a clause says: something to get done, rules to keep, and what it named; and what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantern.language.ast import AllOf, Always, Clause, Condition, Never, Not, Now, OneOf, Reach, Whenever
from lantern.language.ast import Sequence as Steps
from lantern.language.making import denied
from lantern.language.reader.lists import Named


@dataclass(frozen=True, slots=True)
class Piece:
    """Meaning of a clause. `form` is "command", "must", "may", "ban", "keep", "end" or "habit".

    `verbs` counts commands with verbs of their own; `be` if it tells how something is; `passive` if its
    subject is not who acts.
    """

    goal: Clause | None = None
    rules: tuple[Clause, ...] = ()
    named: Named | None = None
    form: str = "command"
    be: bool = False
    passive: bool = False
    soon: bool = False
    steps: int = 0
    only: bool = False
    always: bool = False
    first: bool = False
    again: bool = False
    count: tuple[int | None, int | None] | None = None
    verbs: int = 1
    back: bool = False
    starts: bool = False
    halts: bool = False
    bound: bool = False
    holds: bool = False
    gets: bool = False
    later: bool = False
    habit: bool = False
    lastly: bool = False
    between: bool = False
    firsts: tuple[Clause, ...] = ()
    head: str = ""
    waits: bool = False
    wanted: bool = False

    @property
    def lasting(self) -> bool:
        """Whether everything named lasts."""
        return self.named is not None and all(one.lasts for one in self.named.mentions)


Linked = tuple[str, Piece]


@dataclass
class Policy:
    """Answers to what English leaves open; `asked` notes which were needed.

    `alone` says that the text is one clause: "enter the hall only with the key" is no more than a rule.
    """

    chosen: dict[str, str] = field(default_factory=dict)
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    alone: bool = False

    def pick(self, point: str, *options: str) -> str:
        """Answer for one point, the first option unless another was chosen."""
        self.asked[point] = options
        return self.chosen.get(point, options[0])


def all_of(parts: Sequence[Clause]) -> Clause:
    """The only part, or all in any order."""
    flat: list[Clause] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, AllOf) else [part])
    flat = list(dict.fromkeys(flat))
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def steps(parts: Sequence[Clause]) -> Clause:
    """The only part, or one after the other."""
    flat: list[Clause] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Steps) and part.order == "then" else [part])
    return flat[0] if len(flat) == 1 else Steps(tuple(flat))


def one_of(parts: Sequence[Clause]) -> Clause:
    """The only part, or at least one of them."""
    return parts[0] if len(parts) == 1 else OneOf(tuple(parts))


def reach(named: Named) -> Clause:
    """Goal to reach what was named."""
    if named.op == "and":
        return all_of([reach(part) for part in named.parts])
    if named.op == "or" and all(part.op == "one" for part in named.parts):
        return Reach(named.condition)
    if named.op == "or":
        return one_of([reach(part) for part in named.parts])
    if named.mention is not None and named.mention.moved is not None:
        return Steps(tuple(Reach(one) for one in named.mention.moved))
    return Reach(named.condition)


def never(condition: Condition) -> Clause:
    """Rule that a condition holds at no step."""
    return Always(condition.body) if isinstance(condition, Not) else Never(condition)


def always(condition: Condition) -> Clause:
    """Rule that a condition holds at every step."""
    return Never(condition.body) if isinstance(condition, Not) else Always(condition)


def duty(trigger: Condition, hold: Condition) -> Clause:
    """Rule that something is so at every step with a condition."""
    return Whenever(trigger, Now(hold))


__all__ = [
    "Piece",
    "Policy",
    "all_of",
    "always",
    "denied",
    "duty",
    "never",
    "one_of",
    "reach",
    "replace",
    "steps",
]
