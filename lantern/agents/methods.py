"""Settings of the transfer methods that a tabular agent can use instead of LANTERN's own.

They stand beside those of the learner in an agent's file. A setting that its method does not read is an
error, so that no file promises what does nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lantern.content import nearest

Rate = Annotated[float, Field(gt=0, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]

#: Method -> the settings that it reads.
READS: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "warm_start": frozenset({"positions", "teacher_weight"}),
    "policy_distillation": frozenset({"positions", "teacher_weight", "temperature"}),
    "kickstarting": frozenset({"positions", "teacher_weight", "temperature", "fading"}),
    "qdagger": frozenset({"positions", "teacher_weight", "temperature", "teacher_episodes", "window"}),
    "jsrl": frozenset({"positions", "levels", "tolerance", "window"}),
    "policy_reuse": frozenset({"positions", "reuse", "fading", "greed"}),
    "caps": frozenset({"positions", "ending_rate", "ending_margin"}),
    "a2t": frozenset({"positions", "teacher_weight", "mixing_rate"}),
    "multipolar": frozenset({"positions", "teacher_weight", "mixing_rate"}),
    "sf_fsa_vi": frozenset({"exits"}),
    "lantern_blend": frozenset({"positions", "temperature", "volatility", "uncertainty", "familiarity"}),
}

Method = Literal[
    "none",
    "warm_start",
    "policy_distillation",
    "kickstarting",
    "qdagger",
    "jsrl",
    "policy_reuse",
    "caps",
    "a2t",
    "multipolar",
    "sf_fsa_vi",
    "lantern_blend",
]


class MethodSettings(BaseModel):
    """Which transfer method an agent uses, and its settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Method = Field(
        "none", description="a transfer method of the literature (tabular); none: what the other settings say"
    )
    choice: Literal["all", "best", "random", "oracle"] = Field(
        "all",
        description="which teachers are used: all, the best aligned one, one drawn at random, or the one "
        "that proves best in hindsight",
    )
    teacher_weight: Weight = Field(1.0, description="weight of what teachers say, at first")
    positions: bool = Field(
        True,
        description="whether a place on another map counts as the same place, where only positions are seen",
    )
    temperature: Positive = Field(
        0.05,
        description="temperature of the softmax that makes a policy of values, or weights of similarities",
    )
    fading: Rate = Field(0.9, description="what the teachers' weight is multiplied by, each episode or step")
    teacher_episodes: Annotated[int, Field(ge=0)] = Field(
        5, description="episodes at first that the teachers act in (counted as steps of the student)"
    )
    levels: Annotated[int, Field(ge=1)] = Field(10, description="stages in which the guide's share shrinks")
    tolerance: Share = Field(0.1, description="share of the best return that a stage may fall short of")
    window: Annotated[int, Field(ge=1)] = Field(5, description="episodes that a return is averaged over")
    reuse: Share = Field(1.0, description="chance of following the chosen teacher in an episode's first step")
    greed: Weight = Field(
        0.05, description="how much more an episode prefers the policy of most gain to others"
    )
    ending_rate: Rate = Field(0.5, description="learning rate of when an option ends")
    ending_margin: Weight = Field(0.01, description="value an option may lack before it learns to end")
    mixing_rate: Positive = Field(0.1, description="learning rate of the teachers' weights")
    exits: Annotated[int, Field(ge=1, le=64)] = Field(
        12, description="most exits (cells where events happen) that features are learned for"
    )
    volatility: Weight = Field(4.0, description="how much a volatile TD error turns to the teachers")
    uncertainty: Weight = Field(4.0, description="how much semantic uncertainty turns away from them")
    familiarity: Weight = Field(1.0, description="how much experience turns away from them")

    @field_validator("method", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if isinstance(value, str) and value not in READS:
            raise ValueError(f"{nearest(value, READS)} There is no such method")
        return value

    @model_validator(mode="after")
    def _only_what_is_read(self) -> Self:
        reads = READS[self.method]
        for name, field in MethodSettings.model_fields.items():
            if name in {"method", "choice"} or name in reads:
                continue
            if getattr(self, name) != field.default:
                users = sorted(method for method, names in READS.items() if name in names)
                raise ValueError(
                    f"the method {self.method!r} does not read {name!r} (that is for {', '.join(users)}). "
                    f"{nearest(name, reads) if reads else 'It has no settings of its own.'}"
                )
        return self
