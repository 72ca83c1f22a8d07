"""Settings of the gate of deep agents: what ``deep: {gate: ...}`` of an agent's file may say."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting


class GateSettings(BaseModel):
    """Settings of the gate, in an agent's file under ``deep: {gate: ...}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    budget: float = Setting(150.0, ge=0, description="advised steps that may come to nothing, at any rate")
    share: float = Setting(0.02, ge=0, le=1, description="and as a share of all steps")
    most: float = Setting(0.8, ge=0, le=1, description="largest share of stays that teachers act in")
    patience: float = Setting(
        3.0, gt=0, description="longest advised stay, in multiples of what the teacher needed itself"
    )
    noise: float = Setting(0.1, ge=0, le=1, description="share of random actions, or deviation, in advice")
    potential: float = Setting(
        0.0, ge=0, le=1, description="weight of proven teachers' values of places, as potentials"
    )
    imitation: float = Setting(0.0, ge=0, description="weight of the imitation of proven teachers at most")
    temperature: float = Setting(0.03, gt=0, description="of softmax(Q / temperature), which is imitated")
    lead: bool = Setting(
        False, description="the greedy policy follows, in each DFA state, the arm that proved best there"
    )
    plain: float = Setting(
        0.5, ge=0, le=1, description="share of stays without noise, which show who should lead"
    )
