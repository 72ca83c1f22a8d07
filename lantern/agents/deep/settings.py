"""Settings of deep agents: what ``deep:`` of an agent's file may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lantern.agents.config import AgentConfig
from lantern.agents.deep.baselines import METHODS
from lantern.agents.deep.baselines.taught import Taught
from lantern.agents.deep.gate import GateSettings
from lantern.content import nearest
from lantern.errors import ContentError


class _Ours(BaseModel):
    """The part of ``deep:`` that is not passed on to the algorithm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_envs: int = Field(1, ge=1, le=10_000, description="copies of the environment, side by side")
    noise: float = Field(0.0, ge=0, le=2, description="deviation of noise on continuous actions")
    noise_memory: float = Field(
        0.0, ge=0, lt=1, description="share of the noise that is kept from step to step (Ornstein-Uhlenbeck)"
    )
    gate: GateSettings = Field(default_factory=lambda: GateSettings.model_validate({}))
    transfer: dict[str, Any] = Field(
        default_factory=dict, description="method of the literature instead of the gate, and its settings"
    )


@dataclass(frozen=True)
class DeepSettings:
    """Settings of a deep agent.

    Attributes
    ----------
    algorithm : dict
        Constructor arguments of the algorithm of Stable-Baselines3.
    n_envs : int
        Copies of the environment that are stepped side by side.
    noise, noise_memory : float
        Deviation of noise on continuous actions, and the share of it that is kept from step to step.
    gate : GateSettings
    method : type of Taught, or None
        A method of the literature that takes the gate's place.
    method_settings : MethodSettings or None
    """

    algorithm: dict[str, Any]
    n_envs: int
    noise: float
    noise_memory: float
    gate: GateSettings
    method: type[Taught] | None = None
    method_settings: Any = None

    @staticmethod
    def read(config: AgentConfig) -> DeepSettings:
        """Take apart what a file says.

        Raises
        ------
        ContentError
            If a setting of ours is out of range or unknown.
        """
        deep: Mapping[str, Any] = config.deep
        ours = {key: value for key, value in deep.items() if key in _Ours.model_fields}
        try:
            read = _Ours.model_validate(ours)
            method, settings = _method(read.transfer, config.learner)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ContentError(f"agent {config.name or 'settings'}: deep.{where}: {first['msg']}.") from None
        rest = {key: value for key, value in deep.items() if key not in ours}
        return DeepSettings(rest, read.n_envs, read.noise, read.noise_memory, read.gate, method, settings)


def _method(transfer: Mapping[str, Any], learner: str) -> tuple[type[Taught] | None, Any]:
    if not transfer:
        return None, None
    name = str(transfer.get("method", ""))
    if name not in METHODS:
        raise ContentError(f"deep.transfer.method: {name!r} is not known. {nearest(name, METHODS)}")
    method = METHODS[name]
    method.check(learner)
    rest = {key: value for key, value in transfer.items() if key != "method"}
    return method, method.Settings.model_validate(rest)
