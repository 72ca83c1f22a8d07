"""Propositions as conditions on observations and info, written in YAML; no code is ever evaluated.

A condition reads one value and compares it::

    {observe: 0, above: 2.4, unit: m}                # entry 0 of a Box observation
    {observe: [image, 3, 3, 0], equals: 8}           # into Dict, Tuple and arrays
    {observe: [], in: [5, 7, 11, 12]}                # the whole observation, where it is a number
    {info: penalty_temp, at_most: 0}
    {variable: temperature, below: 850, unit: degC}  # a value named, scaled and given a unit once
    {any: [...]}, {all: [...]}, {not: {...}}
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lantern.content import nearest
from lantern.envs.units import convert
from lantern.errors import LabelError

#: Where a value is: keys and indices from the outside in.
Address: TypeAlias = list[str | int]

#: Whether something holds: ``test(observation, info)``.
Test: TypeAlias = Callable[[Any, Mapping[str, Any]], bool]

_SOURCES = ("observe", "info", "variable")
_TESTS = ("above", "below", "at_least", "at_most", "between", "equals", "among", "is_true")
_GROUPS = ("all", "any", "negated")


class Variable(BaseModel):
    """A measured quantity: where it is, and what ``scale * value + offset`` is in its unit."""

    model_config = ConfigDict(extra="forbid")

    observe: Address | None = None
    info: Address | None = None
    scale: float = 1.0
    offset: float = 0.0
    unit: str | None = None

    _listed = field_validator("observe", "info", mode="before")(lambda value: _as_address(value))

    @model_validator(mode="after")
    def _one_source(self) -> Variable:
        if (self.observe is None) == (self.info is None):
            raise ValueError("a variable reads either observe: or info:, so give one of them")
        return self

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str | None) -> str | None:
        if unit is not None:
            convert(0.0, unit, unit)
        return unit


class Condition(BaseModel):
    """One condition, or a group of them; see the module's text for the forms."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    observe: Address | None = None
    info: Address | None = None
    variable: str | None = None
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    between: tuple[float, float] | None = None
    equals: bool | int | float | str | None = None
    among: list[bool | int | float | str] | None = Field(default=None, alias="in")
    is_true: bool | None = None
    unit: str | None = None
    all: list[Condition] | None = None
    any: list[Condition] | None = None
    negated: Condition | None = Field(default=None, alias="not")

    _listed = field_validator("observe", "info", mode="before")(lambda value: _as_address(value))

    @model_validator(mode="after")
    def _whole(self) -> Condition:
        groups = [name for name in _GROUPS if getattr(self, name) is not None]
        sources = [name for name in _SOURCES if getattr(self, name) is not None]
        tests = [name for name in _TESTS if getattr(self, name) is not None]
        if groups:
            if len(groups) > 1 or sources or tests:
                raise ValueError("give all:, any: or not: alone, and put the other conditions inside it")
        elif len(sources) != 1:
            raise ValueError("a condition reads one value: give one of observe:, info: or variable:")
        elif not tests:
            raise ValueError(
                "a condition compares its value: give above:, below:, at_least:, at_most:, between:, "
                "equals:, in: or is_true:"
            )
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError("between: takes the smaller bound first")
        return self


def _as_address(value: Any) -> Any:
    """Let a single key or index stand for a path of one."""
    return value if value is None or isinstance(value, list) else [value]


def build(condition: Condition, variables: Mapping[str, Variable]) -> Test:
    """Compile a condition into a function of (observation, info).

    Raises
    ------
    ValueError
        If it names an unknown variable, or its unit does not fit.
    """
    if condition.negated is not None:
        inner = build(condition.negated, variables)
        return lambda observation, info: not inner(observation, info)
    if condition.all is not None:
        return _group([build(part, variables) for part in condition.all], all)
    if condition.any is not None:
        return _group([build(part, variables) for part in condition.any], any)
    source = _source(condition, variables)
    holds = _every(_tests(condition, source.unit))
    read = _reader(source.info or source.observe or [], source.scale, source.offset)
    if source.observe is None:
        return lambda observation, info: holds(read(info))
    return lambda observation, info: holds(read(observation))


def _reader(path: Address, scale: float, offset: float) -> Callable[[Any], Any]:
    """Read the value at an address; the common case, one index, without a loop."""
    if scale != 1.0 or offset != 0.0:
        plain = _reader(path, 1.0, 0.0)
        return lambda value: scale * plain(value) + offset
    if len(path) == 1:
        return operator.itemgetter(path[0])

    def read(value: Any) -> Any:
        for step in path:
            value = value[step]
        return value

    return read


def _every(tests: list[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)


def _group(parts: list[Test], combine: Callable[[Iterable[bool]], bool]) -> Test:
    return lambda observation, info: combine(part(observation, info) for part in parts)


def _source(condition: Condition, variables: Mapping[str, Variable]) -> Variable:
    if condition.variable is None:
        return Variable(observe=condition.observe, info=condition.info, unit=condition.unit)
    if condition.variable not in variables:
        hint = nearest(condition.variable, variables)
        raise ValueError(f"there is no variable {condition.variable!r}. {hint}")
    return variables[condition.variable]


def _tests(condition: Condition, unit: str | None) -> list[Callable[[Any], bool]]:
    """Comparisons of one condition, with bounds converted to the unit of the value."""
    if condition.unit is not None and unit is None:
        raise ValueError(f"the variable {condition.variable!r} has no unit; give it one there")

    def bound(value: float) -> float:
        return convert(value, condition.unit, unit) if condition.unit and unit else value

    tests: list[Callable[[Any], bool]] = []
    if condition.between is not None:
        low, high = (bound(value) for value in condition.between)
        tests.append(lambda value: bool(low <= value <= high))
    for name, compare in _COMPARISONS.items():
        limit = getattr(condition, name)
        if limit is not None:
            tests.append(compare(bound(limit)))
    if condition.equals is not None:
        tests.append(lambda value: bool(value == condition.equals))
    if condition.among is not None:
        among = condition.among
        tests.append(lambda value: value in among)
    if condition.is_true is not None:
        tests.append(lambda value: bool(value) is condition.is_true)
    return tests


_COMPARISONS: dict[str, Callable[[float], Callable[[Any], bool]]] = {
    "above": lambda limit: lambda value: bool(value > limit),
    "below": lambda limit: lambda value: bool(value < limit),
    "at_least": lambda limit: lambda value: bool(value >= limit),
    "at_most": lambda limit: lambda value: bool(value <= limit),
}


class ConditionLabeller:
    """A labeller made of one condition for each proposition.

    Parameters
    ----------
    conditions : mapping of str to Condition
        When each proposition holds.
    variables : mapping of str to Variable
        Named quantities that conditions may use.
    places : mapping of str to str
        Where each condition was written ("file, line n"), for error messages.

    Raises
    ------
    ValueError
        If a condition names an unknown variable, or its unit does not fit.
    """

    def __init__(
        self,
        conditions: Mapping[str, Condition],
        variables: Mapping[str, Variable] | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        self._tests = [(name, build(part, variables or {})) for name, part in conditions.items()]
        self._places = dict(places or {})
        self.reads_info = any(_reads_info(part, variables or {}) for part in conditions.values())

    def __call__(self, observation: Any, info: Mapping[str, Any]) -> list[str]:
        """Names of the propositions that hold.

        Raises
        ------
        LabelError
            If a condition reads what is not there, or compares what cannot be compared.
        """
        held = []
        for name, test in self._tests:
            try:
                if test(observation, info):
                    held.append(name)
            except (LookupError, TypeError, ValueError) as error:
                raise LabelError(self._misread(name, error, observation, info)) from None
        return held

    def of_observation(self, observation: Any) -> list[str]:
        """Names of the propositions that hold, where no condition reads the info."""
        return self(observation, {})

    def _misread(self, name: str, error: Exception, observation: Any, info: Mapping[str, Any]) -> str:
        place = self._places.get(name, "the conditions")
        shape = getattr(observation, "shape", None)
        seen = f"{type(observation).__name__}{f' of shape {shape}' if shape is not None else ''}"
        return (
            f"{place}: the condition of {name!r} does not fit this environment ({type(error).__name__}: "
            f"{error}). Its observation is a {seen}, its info has {sorted(map(str, info)) or 'nothing'}; "
            "`lantern check-env` shows both."
        )


def _reads_info(condition: Condition, variables: Mapping[str, Variable]) -> bool:
    parts = [*(condition.all or ()), *(condition.any or ())]
    if condition.negated is not None:
        parts.append(condition.negated)
    if parts:
        return any(_reads_info(part, variables) for part in parts)
    return _source(condition, variables).info is not None
