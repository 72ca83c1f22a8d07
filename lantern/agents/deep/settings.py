"""Settings of deep agents: what ``deep:`` of an agent's file may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from lantern.agents.config import AgentConfig
from lantern.agents.deep.baselines import METHODS
from lantern.agents.deep.baselines.taught import Taught
from lantern.agents.deep.gate_settings import GateSettings
from lantern.agents.deep.keys import Plain, Problem, complaint
from lantern.content import nearest
from lantern.errors import LanternError


class _Ours(Plain):
    """The part of ``deep:`` that is not passed on to the algorithm."""

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

        What is wrong with them was told when the settings were made; see :mod:`lantern.agents.deep.keys`.
        """
        deep: Mapping[str, Any] = config.deep
        ours = {key: value for key, value in deep.items() if key in _Ours.model_fields}
        read = _Ours.model_validate(ours)
        method = METHODS[read.transfer["method"]] if read.transfer else None
        settings = method.Settings.model_validate(_own(read.transfer)) if method is not None else None
        rest = {key: value for key, value in deep.items() if key not in ours}
        return DeepSettings(rest, read.n_envs, read.noise, read.noise_memory, read.gate, method, settings)


def guidance_problem(deep: Mapping[str, Any], learner: str) -> Problem | None:
    """Find what is wrong with ``gate:`` and ``transfer:``; see :func:`lantern.agents.deep.keys.problem`."""
    if found := complaint(GateSettings, deep.get("gate", {}), ("deep", "gate")):
        return found
    transfer = deep.get("transfer", {})
    where = ("deep", "transfer")
    if not isinstance(transfer, Mapping):
        return where, f"give a method and its settings, such as {{method: kickstarting}}, got {transfer!r}"
    if not transfer:
        return None
    name = str(transfer.get("method", ""))
    if name not in METHODS:
        return (*where, "method"), f"{nearest(name, METHODS)} There is no method {name!r}"
    try:
        METHODS[name].check(learner)
    except LanternError as error:
        return (*where, "method"), str(error).rstrip(".")
    return complaint(METHODS[name].Settings, _own(transfer), where)


def _own(transfer: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a method, its name apart."""
    return {key: value for key, value in transfer.items() if key != "method"}
