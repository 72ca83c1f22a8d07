"""Settings of an agent: what a file in ``agents/`` may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from lantern.agents.control.settings import ControlSettings
from lantern.agents.methods import MethodSettings, Rate, Share
from lantern.agents.switches import AlignmentConfig, TransferConfig


class AgentConfig(MethodSettings):
    """Everything that distinguishes one agent from another.

    The tabular agents are one learner with different settings: plain Q-learning on the product is all of
    them off. ``method`` adds a transfer method of the literature to the same learner.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", description="name of the agent; that of its file by default")
    description: str = Field("", description="one sentence for tables and reports")
    paper: str = Field("", description="the publication the method comes from")
    learner: Literal["tabular", "dqn", "sac", "td3", "ppo", "control"] = "tabular"
    step_size: Rate = 0.5
    discount: Annotated[float, Field(gt=0, lt=1)] = 0.95
    epsilon: Share = Field(0.1, description="share of uniformly random actions")
    episode_limit: Annotated[int, Field(ge=1)] | None = Field(
        None, description="longest episode in steps; the environment's own limit by default"
    )
    crm: bool = Field(False, description="replay each step in every DFA state (counterfactual experience)")
    planning: bool = Field(
        False, description="learn a model of the environment and plan in its product with the automaton"
    )
    potential: Literal["none", "automaton", "goals"] = Field(
        "none",
        description="none; potential_base ** distance of the DFA; or worth and distance of goals",
    )
    potential_base: Rate = 0.9
    edge_steps: Annotated[float, Field(gt=0)] = Field(
        10.0, description="steps that one edge of the automaton is taken to cost, in potentials of goals"
    )
    use_teachers: bool = Field(
        False,
        description="teachers say what lies ahead, beside learning alone; experience decides",
    )
    distillation: Literal["none", "dynamic", "static"] = "none"
    distillation_rate: Rate = Field(0.99, description="rho: a teacher's value weighs rho^n after n visits")
    encoder: str = Field("auto", description="sentence encoder of the alignment")
    alignment: AlignmentConfig = Field(default_factory=lambda: AlignmentConfig())
    transfer: TransferConfig = Field(default_factory=lambda: TransferConfig())
    deep: dict[str, Any] = Field(default_factory=dict, description="settings of deep learners")
    control: ControlSettings | None = Field(
        None, description="settings of controllers of incineration lines (learner: control)"
    )

    @model_validator(mode="after")
    def _controls(self) -> Self:
        if (self.control is not None) != (self.learner == "control"):
            raise ValueError("`control:` and `learner: control` go together. Give both, or neither")
        return self

    @model_validator(mode="after")
    def _deep_keys(self) -> Self:
        if self.deep:
            from lantern.agents.deep.keys import problem

            found = problem(self.deep, self.learner)
            if found is not None:
                where, what = found
                told = {"where": where, "key": ".".join(where), "what": what}
                raise PydanticCustomError("deep", "{key}: {what}", told)
        return self

    @model_validator(mode="after")
    def _one_planner(self) -> Self:
        if not self.planning:
            return self
        others = self.crm or self.potential != "none" or self.distillation != "none" or self.method != "none"
        if self.learner != "tabular" or others:
            raise ValueError(
                "planning is tabular and takes the place of crm, potential, distillation and method. "
                "Leave them out"
            )
        return self

    @model_validator(mode="after")
    def _one_method(self) -> Self:
        if self.method == "none":
            return self
        if self.learner != "tabular":
            raise ValueError(f"the method {self.method!r} is tabular; the learner {self.learner!r} is not")
        if self.use_teachers or self.distillation != "none" or self.potential == "goals":
            raise ValueError(
                f"the method {self.method!r} does not go together with use_teachers, distillation or "
                "potential: goals. Leave them out, or take method: none"
            )
        return self

    @property
    def uses_teachers(self) -> bool:
        """Whether the agent takes anything from teachers, so that a sweep must train sources for it."""
        return self.use_teachers or self.distillation == "dynamic" or self.method != "none"


def changed(data: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of an agent with some of them changed.

    Parameters
    ----------
    data : mapping
        What its file says.
    settings : mapping
        What to change. A name with dots reaches into a setting that is itself a mapping and leaves the rest
        of that as it is: ``deep.transfer.weight``.
    """
    found = dict(data)
    for key, value in settings.items():
        *outer, last = key.split(".")
        place = found
        for name in outer:
            inner = place.get(name)
            fresh: dict[str, Any] = dict(inner) if isinstance(inner, Mapping) else {}
            place[name] = fresh
            place = fresh
        place[last] = value
    return found
