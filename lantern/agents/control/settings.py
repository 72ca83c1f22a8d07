"""Settings of the control agents: what ``control:`` in an agent's file may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Hours = Annotated[float, Field(gt=0, le=24 * 366)]
Count = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]


class Aim(BaseModel):
    """What a control step is worth to a learner; all controllers are trained for the same aim.

    Attributes
    ----------
    risk : float
        Weight of the risk index (CPSI-style, about 0.3 to 1).
    cost : float
        Weight of the cost, in units of the full load's worth.
    task : float
        Gained over an episode when the task is done, in proportion to the way there; lost when it no longer
        can be done.
    limits : float
        Lost in proportion to the logarithm of a reading's ratio to nine tenths of the daily limit, where that
        is above 0, for each pollutant. A penalty at midnight says too late, and too much at once, which hour
        was to blame.
    worse : float
        Lost for each pollutant whose mean of the day is higher than under usual control, in proportion. Known
        only where the same waste can be burnt twice, which a model allows and a plant does not.
    novelty : float
        Lost in proportion as a surrogate is asked outside its data.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    risk: Weight = 2.0
    cost: Weight = 1.0
    task: Weight = 6.0
    limits: Weight = 20.0
    worse: Weight = 40.0
    novelty: Weight = 0.1


class SearchSettings(BaseModel):
    """How set-point rules are improved on a model of the plant; see `lantern.agents.control.search`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rounds: Count = Field(default=8, description="generations")
    candidates: Annotated[int, Field(ge=4)] = Field(default=12, description="rules tried in each")
    plants: Count = Field(default=16, description="days that each is tried on")
    hours: Hours = Field(default=24.0, description="length of these days; daily limits need whole ones")
    spread: Annotated[float, Field(gt=0)] = Field(default=0.4, description="first deviation of the trims")
    levels: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(), description="limits in place of the site's own: usual emissions are these shares of them"
    )


class ControlSettings(BaseModel):
    """What distinguishes one controller from another.

    Attributes
    ----------
    method : str
        ``usual``: the plant's own control. ``screening``: fixed set-points chosen on the surrogate.
        ``search``: set-point rules searched on a model. ``sac``: soft actor-critic. ``lantern``: rules and
        values of other sites, the surrogate adapted to this one, and a gate.
    plant : str
        What ``search`` and ``sac`` learn on: the site itself (its simulator), or a surrogate of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["usual", "screening", "search", "sac", "lantern"] = "usual"
    plant: Literal["site", "surrogate"] = "site"
    aim: Aim = Aim()
    record_hours: Hours = Field(default=84.0, description="record that a surrogate is adapted with")
    trial_hours: Annotated[float, Field(ge=0)] = Field(default=84.0, description="trials at the site")
    block_hours: Hours = Field(default=4.0, description="one arm of the gate is tried so long")
    search: SearchSettings = SearchSettings()
    model_steps: Count = Field(default=12_000, description="control steps of sac on a surrogate")
