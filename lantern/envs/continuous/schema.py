"""What the file of a continuous world may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from lantern.envs.said import Said, short_form

Point = tuple[float, float]
Positive = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Walk(_Strict):
    """The agent moves by ``step * action``; the action is a vector in [-1, 1] x [-1, 1]."""

    step: Positive


class Accelerate(_Strict):
    """The agent has momentum; the action is one of none, up, down, left, right.

    Parameters
    ----------
    change : float
        How much an action changes the speed in its direction.
    top_speed : float
        Greatest speed along each axis.
    seconds : float
        Time of a step.
    """

    change: Positive
    top_speed: Positive
    seconds: Positive


class Disc(_Strict):
    """Discs of one name: where they are, or how many there are at random places.

    Parameters
    ----------
    at : list of (x, y)
        Fixed centres.
    count : int
        Number of discs at random places, drawn for every episode; instead of `at`.
    radius : float
        Their radius.
    speed : float
        How fast they move; they start in random directions and bounce off the edges.
    """

    at: tuple[Point, ...] = ()
    count: int = Field(default=0, ge=0)
    radius: Positive
    speed: float = Field(default=0.0, ge=0)

    @field_validator("at", mode="before")
    @classmethod
    def _one_point(cls, value: object) -> object:
        """A single point is short for a list of one."""
        if isinstance(value, list) and value and not isinstance(value[0], list):
            return [value]
        return value

    @model_validator(mode="after")
    def _placed(self) -> Disc:
        if bool(self.at) == bool(self.count):
            raise ValueError("give either at, one point or several, or count")
        return self


class Seen(Said):
    """A proposition: its English, and the disc on which it is seen (by default that of its own name)."""

    disc: str | None = None


class PlaneFile(_Strict):
    """A continuous world, as its file describes it.

    Parameters
    ----------
    low, high : (x, y)
        Corners of the world. The agent cannot leave it.
    start : (x, y) or "anywhere"
        Where the agent starts.
    agent_radius : float
        The agent touches a disc when the circles meet; 0 is a point.
    moves : Walk or Accelerate
        How actions move the agent.
    walls : list of (x, y, x, y)
        Opposite corners of rectangles that cannot be entered.
    observe : {"position", "all"}
        The position alone, or also the velocity and the place and velocity of every disc.
    events : {"entering", "standing"}
        Whether a disc is seen when it is entered, and again only after another one; or as long as it is
        touched.
    edge_reward : float
        The environment's own reward of a step that runs into the edge.
    step_reward : float
        The environment's own reward of every step.
    limit : int
        Time limit in steps.
    """

    kind: Literal["continuous"] = "continuous"
    description: str
    reference: str = ""
    low: Point = (0.0, 0.0)
    high: Point
    start: Point | Literal["anywhere"]
    agent_radius: float = Field(default=0.0, ge=0)
    moves: Walk | Accelerate
    discs: dict[str, Disc] = Field(min_length=1)
    walls: tuple[tuple[float, float, float, float], ...] = ()
    observe: Literal["position", "all"] = "position"
    events: Literal["entering", "standing"] = "entering"
    edge_reward: float = 0.0
    step_reward: float = 0.0
    limit: int = Field(ge=1)
    propositions: Annotated[dict[str, Seen], BeforeValidator(short_form)] = Field(min_length=1, max_length=62)

    @model_validator(mode="after")
    def _corners(self) -> PlaneFile:
        if self.low[0] >= self.high[0] or self.low[1] >= self.high[1]:
            raise ValueError("low must be below high in both coordinates")
        return self
