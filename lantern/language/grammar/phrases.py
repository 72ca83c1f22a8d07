"""Values of the grammar: noun phrases, modifiers and clauses, before they become a task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

from lantern.language.ast import (
    AllOf,
    And,
    Clause,
    Condition,
    Never,
    Not,
    NotBefore,
    OneOf,
    Or,
    Reach,
    Sequence,
    SomeOf,
)

Order = Literal["", "any", "then", "strict", "once"]


@dataclass(frozen=True, slots=True)
class Thing:
    """One proposition or its denial.

    `event` if it happens rather than lasts; `whole` if it was named in full; `pronoun` if by "it";
    `lasting` if its sentence says so ("is at", "holds"); `verbal` if it is a verb by itself ("refuel");
    `world` if nobody brings it about ("the light is red"), `manner` if it is how the agent does things,
    `mode` if a state that is not where the agent is, `holding` if it says what the agent has,
    `located` if where something is.
    """

    condition: Condition
    event: bool = False
    whole: bool = field(default=True, compare=False)
    pronoun: bool = field(default=False, compare=False)
    lasting: bool = field(default=False, compare=False)
    verbal: bool = field(default=False, compare=False)
    world: bool = field(default=False, compare=False)
    manner: bool = field(default=False, compare=False)
    mode: bool = field(default=False, compare=False)
    holding: bool = field(default=False, compare=False)
    located: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Several things: all of them, one of them, or at least, exactly or at most `n` of them."""

    op: Literal["and", "or", "some", "exact", "most"]
    parts: tuple[NounPhrase, ...]
    n: int = 0


NounPhrase = Thing | Group


def leaves(phrase: NounPhrase) -> tuple[Condition, ...]:
    """Conditions that a noun phrase names."""
    if isinstance(phrase, Thing):
        return (phrase.condition,)
    return tuple(dict.fromkeys(leaf for part in phrase.parts for leaf in leaves(part)))


def things(phrase: NounPhrase) -> tuple[Thing, ...]:
    """Things that a noun phrase names."""
    if isinstance(phrase, Thing):
        return (phrase,)
    return tuple(thing for part in phrase.parts for thing in things(part))


def is_event(phrase: NounPhrase) -> bool:
    """Whether everything named happens rather than lasts."""
    return phrase.event if isinstance(phrase, Thing) else all(is_event(part) for part in phrase.parts)


def goal_of(phrase: NounPhrase, order: Order = "") -> Clause:
    """Clause that is done when what the phrase names has been reached."""
    if isinstance(phrase, Thing):
        return Reach(phrase.condition)
    if phrase.op == "or" and all(isinstance(part, Thing) for part in phrase.parts):
        return Reach(Or(leaves(phrase)))
    parts = tuple(goal_of(part) for part in phrase.parts)
    if phrase.op == "and" and len(set(parts)) < len(parts):
        return Sequence(parts)  # "wood, wood, factory" can only be meant in this order
    if phrase.op == "or":
        return OneOf(parts)
    if phrase.op == "some":
        return SomeOf(parts, phrase.n)
    if phrase.op == "exact":
        return OneOf(tuple(AllOf((*map(goal_of, some), *nevers(rest))) for some, rest in choices_of(phrase)))
    if phrase.op == "most":
        return OneOf(tuple(AllOf(nevers(rest)) for _, rest in choices_of(phrase)))
    if order in ("then", "strict", "once"):
        return Sequence(parts, order)
    return AllOf(parts)


def condition_of(phrase: NounPhrase) -> Condition:
    """Condition that holds where all, or one, of what is named holds at the same step."""
    if isinstance(phrase, Thing):
        return phrase.condition
    parts = tuple(condition_of(part) for part in phrase.parts)
    if phrase.op in ("some", "exact", "most"):
        return Or(tuple(_at_once(phrase.op, some, rest) for some, rest in choices_of(phrase)))
    return Or(parts) if phrase.op == "or" else And(parts)


def chosen(phrase: NounPhrase) -> bool:
    """Whether a phrase names so many of several things, whichever they are."""
    return isinstance(phrase, Group) and phrase.op in ("some", "exact", "most")


def choices_of(phrase: Group) -> list[tuple[tuple[NounPhrase, ...], tuple[NounPhrase, ...]]]:
    """Every way to take `n` parts of a group, with the parts that are left."""
    taken = combinations(phrase.parts, phrase.n)
    return [(some, tuple(part for part in phrase.parts if part not in some)) for some in taken]


def nevers(parts: Iterable[NounPhrase]) -> tuple[Clause, ...]:
    """None of what is named, at any step."""
    return tuple(Never(leaf) for part in parts for leaf in leaves(part))


def _at_once(op: str, some: tuple[NounPhrase, ...], rest: tuple[NounPhrase, ...]) -> Condition:
    """One choice as a condition at one step."""
    taken = () if op == "most" else tuple(map(condition_of, some))
    left = () if op == "some" else tuple(Not(leaf) for part in rest for leaf in leaves(part))
    return And((*taken, *left))


@dataclass(frozen=True, slots=True)
class Core:
    """Main verb of a clause with what it is about.

    `kind` is ``act, be, bare, ban, stay, keep, leave, carry, travel, stay_there, come_back`` or ``nothing``;
    `force` is ``""`` (imperative), ``must`` or ``may``; `passive` if what is named is the subject; `mods`
    were spoken inside.
    """

    kind: str
    np: NounPhrase | None = None
    other: tuple[NounPhrase, ...] = ()
    force: Literal["", "must", "may"] = ""
    passive: bool = False
    mods: tuple[Mod, ...] = ()
    rule: Clause | None = None
    at: int = -1


@dataclass(frozen=True, slots=True)
class Cond:
    """Condition of a subordinate clause.

    `active` if it has a verb of its own, `passive` if it has a passive one, `state` if it lasts ("the door is
    open"), `denied` if it is negative, `inflected` if its verb cannot be a command ("opening", "slain"),
    `present` if it has a passive in the present tense ("is stopped"), which may tell a state, `begins` if
    it tells that a state begins ("the alarm rings"), `beside` if it goes along ("with the doors open"),
    `throughout` if it tells how long something lasts ("as long as").
    """

    np: NounPhrase
    active: bool = False
    denied: bool = False
    state: bool = False
    passive: bool = False
    inflected: bool = False
    present: bool = False
    begins: bool = False
    beside: bool = False
    throughout: bool = False
    told: bool = False
    count: tuple[int | None, int | None, str] | None = None


@dataclass(frozen=True, slots=True)
class Mod:
    """Modifier of a clause: its kind, and a noun phrase, condition or number."""

    kind: str
    value: Any = None
    only: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Meaning of one unit: something to get done, rules to keep, and how it hangs on to its neighbours.

    Attributes
    ----------
    goal : Clause, optional
        What is to be got done.
    rules : tuple of Clause
        What is to be kept throughout.
    np : NounPhrase, optional
        What the unit is about, for later "it" and "after that".
    after : NounPhrase, optional
        What the goal comes after.
    avoid : tuple of Condition
        What is not to hold on the way to the goal.
    marks : frozenset of str
        ``first``, ``after_that``, ``soon``, ``may``, ``must``, ``bare``, ``ban``, ``again`` ...
    choices : tuple of (str, str)
        Decisions taken where the words allow several.
    count : tuple, optional
        Number of times that the unit gives to what was said before it.
    until : NounPhrase, optional
        How long what was said before it lasts ("stay there until ...").
    under : Condition, optional
        State at each step of which the unit holds ("at night, ...").
    firsts : tuple of NotBefore
        What "do a before doing b" forbids, if nothing else goes before it.
    before : NounPhrase, optional
        What the unit comes before, where that stands at its end ("... before c").
    """

    goal: Clause | None = None
    rules: tuple[Clause, ...] = ()
    np: NounPhrase | None = None
    after: NounPhrase | None = None
    avoid: tuple[Condition, ...] = ()
    marks: frozenset[str] = frozenset()
    choices: tuple[tuple[str, str], ...] = ()
    count: tuple[int | None, int | None, str] | None = None
    until: NounPhrase | None = None
    under: Condition | None = None
    firsts: tuple[NotBefore, ...] = ()
    before: NounPhrase | None = None

    def marked(self, *marks: str) -> Draft:
        """The same draft with further marks."""
        return replace(self, marks=self.marks | frozenset(marks))
