"""Propositions of MiniGrid levels: what the agent carries, stands on, is next to, has opened.

An env file with ``labeller: minigrid`` writes them as conditions::

    key:    {sentence: the agent is carrying the key,  when: {carrying: key}}
    door:   {sentence: the yellow door is open,        when: {opened: yellow door}}
    goal:   {sentence: the agent is at the goal,       when: {at: goal}}

An object is a colour, a kind, or both: ``yellow key``, ``key``, ``yellow``; ``object`` is anything that can
be carried; ``every door`` asks all of them. Several conditions in one ``when`` must hold together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from lantern.content import nearest

COLOURS = ("red", "green", "blue", "purple", "yellow", "grey")
KINDS = ("wall", "floor", "door", "key", "ball", "box", "goal", "lava")
CARRIED = ("key", "ball", "box")


@dataclass(frozen=True)
class Thing:
    """Which objects are meant: of some kinds, of a colour, one of them or every one."""

    kinds: tuple[str, ...]
    colour: str | None = None
    every: bool = False

    def fits(self, item: Any) -> bool:
        """Whether an object of the grid (or None) is meant."""
        return (
            item is not None
            and item.type in self.kinds
            and (self.colour is None or item.color == self.colour)
        )


def thing(text: Any) -> Any:
    """Read ``yellow key``, ``door``, ``red``, ``object`` or ``every door``.

    Raises
    ------
    ValueError
        If a word is neither a colour nor a kind of object.
    """
    if not isinstance(text, str):
        return text
    words = text.lower().replace("gray", "grey").split()
    every = bool(words) and words[0] == "every"
    kinds: tuple[str, ...] = KINDS
    colour = None
    for word in words[every:]:
        if word in COLOURS:
            colour = word
        elif word in KINDS:
            kinds = (word,)
        elif word == "object":
            kinds = CARRIED
        else:
            hint = nearest(word, (*COLOURS, *KINDS, "object", "every"))
            raise ValueError(f"{word!r} is neither a colour nor an object of MiniGrid. {hint}")
    if not words[every:]:
        raise ValueError("name an object, for example 'yellow key'")
    return Thing(kinds, colour, every)


Named: TypeAlias = Annotated[Thing, BeforeValidator(thing)]
Place: TypeAlias = Annotated[Thing | tuple[int, int], BeforeValidator(thing)]


class MiniGridCondition(BaseModel):
    """When a proposition holds; all that is given must hold.

    Attributes
    ----------
    carrying : the agent carries such an object.
    at : the agent stands on such a cell (goal, lava, floor, an open door), or at column and row [x, y].
    next_to : such an object is above, below, left or right of the agent.
    facing : such an object is right in front of the agent.
    near : two objects lie within one cell of each other, diagonals included (as PutNear counts).
    opened : such a door is open.
    unlocked : such a door is not locked.
    toggled : such a door is open, or such a box is no longer there because it was opened.
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    carrying: Named | None = None
    at: Place | None = None
    next_to: Named | None = None
    facing: Named | None = None
    near: tuple[Named, Named] | None = None
    opened: Named | None = None
    unlocked: Named | None = None
    toggled: Named | None = None

    @model_validator(mode="after")
    def _sensible(self) -> MiniGridCondition:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if not given:
            raise ValueError(f"give one of {', '.join(type(self).model_fields)}")
        for name, kinds in (("carrying", CARRIED), ("opened", ("door",)), ("unlocked", ("door",))):
            wanted = getattr(self, name)
            if wanted is not None and not set(wanted.kinds) & set(kinds):
                raise ValueError(f"{name}: works for {' and '.join(kinds)}, not for {wanted.kinds[0]}")
        return self


class MiniGridLabeller:
    """Label any MiniGrid level by conditions on its objects.

    Parameters
    ----------
    conditions : mapping of str to (MiniGridCondition or mapping)
        When each proposition holds, such as ``{"key": {"carrying": "yellow key"}}``.

    Examples
    --------
    >>> labeller = MiniGridLabeller({"key": {"carrying": "key"}, "goal": {"at": "goal"}})
    """

    #: What an env file may write in ``when:``.
    Condition = MiniGridCondition

    def __init__(self, conditions: Mapping[str, MiniGridCondition | Mapping[str, Any]]) -> None:
        self._tests = [
            (name, _tests(MiniGridCondition.model_validate(condition)))
            for name, condition in conditions.items()
        ]

    def __call__(self, observation: Any, info: Mapping[str, Any], env: Any) -> list[str]:
        """Names of the propositions that hold now.

        Raises
        ------
        TypeError
            If the environment is not a MiniGrid level.
        """
        level = env.unwrapped
        if not hasattr(level, "grid") or not hasattr(level, "agent_pos"):
            raise TypeError(f"{type(level).__name__} is not a MiniGrid level")
        return [name for name, tests in self._tests if all(test(level) for test in tests)]


_Test: TypeAlias = Callable[[Any], bool]


def _tests(condition: MiniGridCondition) -> list[_Test]:
    """Compile the given fields into functions of the level."""
    makers: dict[str, Callable[[Any], _Test]] = {
        "carrying": lambda wanted: lambda level: wanted.fits(level.carrying),
        "at": _at,
        "next_to": _next_to,
        "facing": lambda wanted: lambda level: wanted.fits(level.grid.get(*level.front_pos)),
        "near": _near,
        "opened": lambda wanted: _doors(wanted, lambda door: bool(door.is_open)),
        "unlocked": lambda wanted: _doors(wanted, lambda door: not door.is_locked),
        "toggled": _toggled,
    }
    return [
        make(getattr(condition, name))
        for name, make in makers.items()
        if getattr(condition, name) is not None
    ]


def _found(level: Any, wanted: Thing) -> Iterator[tuple[int, int, Any]]:
    """Column, row and object of everything on the grid that is meant."""
    width = level.grid.width
    for index, item in enumerate(level.grid.grid):
        if wanted.fits(item):
            yield index % width, index // width, item


def _at(wanted: Thing | tuple[int, int]) -> _Test:
    if isinstance(wanted, tuple):
        x, y = wanted
        return lambda level: bool(level.agent_pos[0] == x and level.agent_pos[1] == y)
    return lambda level: wanted.fits(level.grid.get(*level.agent_pos))


def _next_to(wanted: Thing) -> _Test:
    def test(level: Any) -> bool:
        x, y = level.agent_pos
        return any(
            wanted.fits(level.grid.get(x + dx, y + dy)) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
        )

    return test


def _near(pair: tuple[Thing, Thing]) -> _Test:
    def test(level: Any) -> bool:
        others = list(_found(level, pair[1]))
        return any(
            item is not other and abs(x - u) <= 1 and abs(y - v) <= 1
            for x, y, item in _found(level, pair[0])
            for u, v, other in others
        )

    return test


def _doors(wanted: Thing, holds: Callable[[Any], bool]) -> _Test:
    doors = Thing(("door",), wanted.colour, wanted.every)

    def test(level: Any) -> bool:
        states = [holds(door) for _, _, door in _found(level, doors)]
        return bool(states) and (all(states) if doors.every else any(states))

    return test


def _toggled(wanted: Thing) -> _Test:
    parts: list[_Test] = []
    if "door" in wanted.kinds:
        parts.append(_doors(wanted, lambda door: bool(door.is_open)))
    if "box" in wanted.kinds:
        box = Thing(("box",), wanted.colour)
        parts.append(lambda level: not box.fits(level.carrying) and not any(_found(level, box)))
    return lambda level: any(part(level) for part in parts)
