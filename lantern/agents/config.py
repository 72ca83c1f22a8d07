"""Settings of an agent: what a file in ``agents/`` may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(gt=0, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class AgentConfig(BaseModel):
    """Everything that distinguishes one agent from another.

    The tabular agents are one learner with different settings: plain Q-learning on the product is all of
    them off.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", description="name of the agent; that of its file by default")
    description: str = Field("", description="one sentence for tables and reports")
    paper: str = Field("", description="the publication the method comes from")
    learner: Literal["tabular", "model", "dqn", "sac", "td3", "ppo"] = "tabular"
    step_size: Rate = 0.5
    discount: Annotated[float, Field(gt=0, lt=1)] = 0.95
    epsilon: Share = Field(0.1, description="share of uniformly random actions")
    episode_limit: Annotated[int, Field(ge=1)] | None = Field(
        None, description="longest episode in steps; the environment's own limit by default"
    )
    crm: bool = Field(False, description="replay each step in every DFA state (counterfactual experience)")
    potential: Literal["none", "automaton", "teachers"] = Field(
        "none", description="reward shaping: potential 0.9^distance of the DFA, or what teachers value"
    )
    potential_base: Rate = 0.9
    distillation: Literal["none", "dynamic", "static"] = "none"
    distillation_rate: Rate = Field(0.99, description="rho: weight of a teacher's value after n visits is rho^n")
    advice: bool = Field(False, description="teachers advise behaviour (which edge to pursue next)")
    gate: Literal["none", "blend", "benefit"] = "none"
    encoder: str = "auto"
    deep: dict[str, Any] = Field(default_factory=dict, description="settings of deep learners")

    @property
    def uses_teachers(self) -> bool:
        """Whether the agent takes anything from teachers, so that a sweep must train sources for it."""
        return self.potential == "teachers" or self.advice or self.distillation != "none"
