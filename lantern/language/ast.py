"""The typed task: what a grammar or a language model says a sentence means, before any logic.

A :class:`Task` is a conjunction of clauses. Clauses are built from conditions, which are Boolean combinations
of propositions that hold or do not at one step. All nodes are frozen dataclasses with a literal `kind`, so
that ``pydantic.TypeAdapter(Task)`` gives a JSON schema and reads and writes JSON (:func:`task_to_json`,
:func:`task_from_json`). `lantern.language.semantics.to_formula` gives a task its meaning,
`lantern.language.paraphrase.paraphrase` its English.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pydantic import TypeAdapter


# ---------------------------------------------------------------- conditions: true or false at one step


@dataclass(frozen=True, slots=True)
class Atom:
    """A proposition of the vocabulary holds."""

    name: str
    kind: Literal["atom"] = "atom"


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    body: Condition
    kind: Literal["not"] = "not"


@dataclass(frozen=True, slots=True)
class And:
    """All conditions hold at the same step."""

    parts: tuple[Condition, ...]
    kind: Literal["and"] = "and"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the conditions holds."""

    parts: tuple[Condition, ...]
    kind: Literal["or"] = "or"


Condition: TypeAlias = Atom | Not | And | Or


# ---------------------------------------------------------------- clauses: true or false of a whole episode


@dataclass(frozen=True, slots=True)
class Reach:
    """The condition is met at some step, now or later; `avoiding` does not hold at any step before.

    With ``steps=n`` it is met at n consecutive steps. If `anew`, it was met in a sequence before, and
    has to be met again, at a step after the part before it.
    """

    condition: Condition
    avoiding: Condition | None = None
    steps: int = 1
    anew: bool = False
    kind: Literal["reach"] = "reach"


@dataclass(frozen=True, slots=True)
class Now:
    """The condition holds at the very step where the clause starts."""

    condition: Condition
    kind: Literal["now"] = "now"


@dataclass(frozen=True, slots=True)
class Within:
    """The condition holds at some step from `first` to `last` steps after the one where the clause starts.

    With `every`, it holds at each of these steps; if not `strong`, those that come after the end of the
    episode do not count.
    """

    condition: Condition
    first: int
    last: int
    every: bool = False
    strong: bool = True
    kind: Literal["within"] = "within"


@dataclass(frozen=True, slots=True)
class Finish:
    """The condition holds at the last step ("end at home", "stay there for good")."""

    condition: Condition
    kind: Literal["finish"] = "finish"


@dataclass(frozen=True, slots=True)
class Count:
    """The condition happens at least and at most so many times.

    ``unit="visit"`` counts maximal runs of steps (one has to leave before a second visit), ``unit="step"``
    every step at which the condition holds (right for events, such as picking something up).
    """

    condition: Condition
    at_least: int | None = None
    at_most: int | None = None
    unit: Literal["visit", "step"] = "visit"
    kind: Literal["count"] = "count"


@dataclass(frozen=True, slots=True)
class Sequence:
    """The parts one after the other.

    `order` is ``"then"`` (each part is done after the one before, possibly in the same step unless both are
    the same condition; other visits in between are free), ``"next"`` (each at the step right after the one
    before), ``"strict"`` (and none is touched before its predecessor), or ``"once"`` (strict, and none is
    visited again before its successor). The last two need parts of the kind `reach`.
    """

    parts: tuple[Clause, ...]
    order: Literal["then", "next", "strict", "once"] = "then"
    kind: Literal["sequence"] = "sequence"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts, in any order."""

    parts: tuple[Clause, ...]
    kind: Literal["all_of"] = "all_of"


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of the parts."""

    parts: tuple[Clause, ...]
    kind: Literal["one_of"] = "one_of"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """At least `n` of the parts, in any order."""

    parts: tuple[Clause, ...]
    n: int
    kind: Literal["some_of"] = "some_of"


@dataclass(frozen=True, slots=True)
class Always:
    """The condition holds at every step."""

    condition: Condition
    kind: Literal["always"] = "always"


@dataclass(frozen=True, slots=True)
class Never:
    """The condition holds at no step."""

    condition: Condition
    kind: Literal["never"] = "never"


@dataclass(frozen=True, slots=True)
class Until:
    """`hold` holds at every step before `release` does; if `strong`, `release` must come."""

    hold: Condition
    release: Condition
    strong: bool = True
    kind: Literal["until"] = "until"


@dataclass(frozen=True, slots=True)
class NotBefore:
    """`condition` does not hold before `first` has held; if `strong`, `first` must come.

    With ``times=n`` not before `first` has held n times, counted as in :class:`Count`.
    """

    condition: Condition
    first: Condition
    strong: bool = False
    times: int = 1
    unit: Literal["visit", "step"] = "step"
    kind: Literal["not_before"] = "not_before"


@dataclass(frozen=True, slots=True)
class Whenever:
    """At every step where `trigger` holds, `body` starts `delay` steps later (0: that step, 1: the next).

    `direction` is ``"if"`` as above, ``"only_if"`` (the body, a `now` clause, holds only `delay` steps after
    a trigger), or ``"iff"`` (both). If `strong`, the delayed step must exist: a trigger at the end fails.
    """

    trigger: Condition
    body: Clause
    delay: int = 0
    direction: Literal["if", "only_if", "iff"] = "if"
    strong: bool = True
    kind: Literal["whenever"] = "whenever"


Scope: TypeAlias = Literal[
    "always", "in", "not_in", "before", "after", "only_in", "only_before", "only_after"
]
Timing: TypeAlias = Literal[
    "always", "never", "eventually", "immediately", "next", "finally", "until", "before"
]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A structured requirement: scope, trigger, timing, response, with the meanings of NASA's FRETish.

    `mode` is needed for every scope but ``"always"``; `trigger` is checked at every step (``edge=False``,
    "whenever") or where it becomes true (``edge=True``, "upon"); `stop` is needed for the timings ``"until"``
    and ``"before"``.

    References
    ----------
    Giannakopoulou, Pressburger, Mavridou, Schumann: Automated formalization of structured natural language
    requirements. Information and Software Technology 137, 2021.
    """

    response: Condition
    timing: Timing = "eventually"
    scope: Scope = "always"
    mode: Condition | None = None
    trigger: Condition | None = None
    edge: bool = False
    stop: Condition | None = None
    kind: Literal["requirement"] = "requirement"


Clause: TypeAlias = (
    Reach
    | Now
    | Within
    | Finish
    | Count
    | Sequence
    | AllOf
    | OneOf
    | SomeOf
    | Always
    | Never
    | Until
    | NotBefore
    | Whenever
    | Requirement
)

Node: TypeAlias = Condition | Clause


@dataclass(frozen=True, slots=True)
class Task:
    """All clauses must be met: the typed meaning of a whole text."""

    clauses: tuple[Clause, ...]
    kind: Literal["task"] = "task"


def walk(node: Node | Task) -> Iterator[Node | Task]:
    """Yield a node and everything below it, from left to right."""
    yield node
    for name in (field.name for field in fields(node)):
        value = getattr(node, name)
        for child in value if isinstance(value, tuple) else (value,):
            if hasattr(child, "kind"):
                yield from walk(child)


def propositions(node: Node | Task) -> tuple[str, ...]:
    """Names that a node mentions, each once, in order of mention."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Atom)))


def task_adapter() -> TypeAdapter[Task]:
    """Pydantic's view of a task: ``.json_schema()``, ``.validate_python(dict)``, ``.validate_json(text)``."""
    from pydantic import TypeAdapter

    return TypeAdapter(Task)


def task_to_json(task: Task) -> str:
    """Write a task as JSON."""
    return task_adapter().dump_json(task).decode()


def task_from_json(text: str | bytes) -> Task:
    """Read a task from JSON; raises pydantic.ValidationError if it is not one."""
    return task_adapter().validate_json(text)
