"""Settings that take a part of the transfer out of an agent, one at a time, as ablations do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class AlignmentConfig(BaseModel):
    """Signals of the alignment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: bool = Field(default=True, description="similarity of the sentences of DFA states")
    behaviour: bool = Field(default=True, description="bisimulation distance of the automata")
    propositions: bool = Field(default=True, description="similarity of the matched propositions")
    sampling: bool = Field(default=True, description="how well the teacher knows a state")


class TransferConfig(BaseModel):
    """What is taken from teachers, and how far they are trusted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strategy: bool = Field(default=True, description="teachers' costs of DFA edges shape the potentials")
    tactics: bool = Field(
        default=True, description="teachers' actions are followed where observations are shared"
    )
    carry_over: bool = Field(
        default=True, description="actions learned on another map are followed, too, where the map is seen"
    )
    gate: Literal["learned", "uniform"] = Field(
        default="learned", description="trust follows measured benefit, or stays uniform"
    )
    max_teachers: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="how many of the teachers are used, from the first on; all by default"
    )
