"""What a grid-world file may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from lantern.envs.said import Said, short_form

Count = Annotated[int, Field(ge=0, le=255)]
Amounts = dict[str, Count | tuple[Count, Count]]

Action = Literal["up", "down", "left", "right", "stay", "interact"]
ACTIONS: tuple[Action, ...] = ("up", "down", "left", "right", "stay", "interact")
MAX_ITEMS = 7


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """What happens when a tile is triggered: entered, stood on, or interacted with, as `events` says.

    Parameters
    ----------
    needs : dict
        Items that must be carried: a number is "at least", a pair is "from, to".
    gives, takes : dict
        Items gained and lost. What cannot be taken counts as a need that is not met.
    turns : dict
        Items of one kind that all become items of another kind, e.g. ``{wood: tools}``.
    reward : float
        The environment's own reward.
    ends : bool
        Whether the episode ends.
    vanishes : bool
        Whether the tile is gone afterwards.
    otherwise : Rule, optional
        What happens where the needs are not met. Without it nothing happens and there is no event.
    """

    needs: Amounts = Field(default_factory=dict)
    gives: dict[str, Count] = Field(default_factory=dict)
    takes: dict[str, Count] = Field(default_factory=dict)
    turns: dict[str, str] = Field(default_factory=dict, max_length=1)
    reward: float = 0.0
    ends: bool = False
    vanishes: bool = False
    otherwise: Rule | None = None


class Tile(Rule):
    """A kind of cell: its rule, and what it takes to step onto it.

    Parameters
    ----------
    enter : dict
        Items without which the agent cannot step onto the tile (a locked door).
    """

    enter: Amounts = Field(default_factory=dict)


class Seen(Said):
    """A proposition: its English, and how it is observed.

    Parameters
    ----------
    event : str, optional
        It holds in the step in which this tile is triggered. The default is the tile of the same name.
    at : str, optional
        It holds as long as the agent stands on this tile.
    has : dict, optional
        It holds as long as these items are carried.
    """

    event: str | None = None
    at: str | None = None
    has: Amounts | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Seen:
        if sum(way is not None for way in (self.event, self.at, self.has)) > 1:
            raise ValueError("give only one of event, at and has")
        return self


class Random(_Strict):
    """A family of maps: tiles at random cells, the same map for the same seed.

    Parameters
    ----------
    height, width : int
        Size in cells.
    place : dict
        How many of each tile to place at random distinct cells.
    fixed : dict
        Tiles with a fixed (row, column).
    obstacles : int
        How many cells to wall off at random. A map that cannot be solved is drawn again.
    seed : int, optional
        One map for ever. Without it every episode has a new map.
    """

    height: int = Field(ge=2, le=64)
    width: int = Field(ge=2, le=64)
    place: dict[str, Annotated[int, Field(ge=1)]]
    fixed: dict[str, tuple[int, int]] = Field(default_factory=dict)
    obstacles: int = Field(default=0, ge=0)
    seed: int | None = None


class GridFile(_Strict):
    """A grid world, as its file describes it."""

    kind: Literal["grid"] = "grid"
    description: str
    reference: str = ""
    map: str | None = None
    random: Random | None = None
    legend: dict[str, str] = Field(default_factory=dict)
    start: Literal["map", "anywhere"] = "map"
    actions: tuple[Action, ...] = ("up", "down", "left", "right")
    events: Literal["entering", "standing", "interacting"] = "entering"
    observe: Literal["position", "coordinates", "planes"] = "position"
    items: dict[str, Annotated[int, Field(ge=1, le=255)]] = Field(default_factory=dict, max_length=MAX_ITEMS)
    tiles: dict[str, Tile] = Field(default_factory=dict)
    step_reward: float = 0.0
    slip: float = Field(default=0.0, ge=0.0, lt=1.0)
    limit: int = Field(ge=1)
    propositions: Annotated[dict[str, Seen], BeforeValidator(short_form)] = Field(min_length=1, max_length=62)

    @field_validator("tiles", mode="before")
    @classmethod
    def _empty_tiles(cls, value: object) -> object:
        """A tile with nothing after its name is a tile where nothing happens."""
        if not isinstance(value, dict):
            return value
        return {name: {} if rule is None else rule for name, rule in value.items()}

    @model_validator(mode="after")
    def _consistent(self) -> GridFile:
        if (self.map is None) == (self.random is None):
            raise ValueError("give either map or random")
        if len(set(self.actions)) != len(self.actions):
            raise ValueError("an action is listed twice under actions")
        if self.events == "interacting" and "interact" not in self.actions:
            raise ValueError("events: interacting needs the action interact; add it to actions")
        return self
