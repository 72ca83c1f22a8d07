"""Which keys ``deep:`` of an agent's file may have, told when the file is read.

What goes to Stable-Baselines3 is checked against the signatures in its sources, which are read as text:
importing it brings torch, seconds that a mistake in a file should not have to wait for. The settings of the
gate and of the methods of transfer are models of modules that use torch, and are loaded where a file has any.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lantern.content import nearest

#: Learner -> file and class of the algorithm, and of the policy that it is given.
CLASSES = {
    "dqn": ("dqn/dqn.py", "DQN", "dqn/policies.py", "MultiInputPolicy"),
    "sac": ("sac/sac.py", "SAC", "sac/policies.py", "MultiInputPolicy"),
    "td3": ("td3/td3.py", "TD3", "td3/policies.py", "MultiInputPolicy"),
    "ppo": ("ppo/ppo.py", "PPO", "common/policies.py", "MultiInputActorCriticPolicy"),
}
#: Arguments that are ours to give, or that no file can.
GIVEN = frozenset({
    "self", "policy", "env", "action_noise", "replay_buffer_class", "replay_buffer_kwargs",
    "rollout_buffer_class", "rollout_buffer_kwargs", "_init_setup_model",
})  # fmt: skip
GIVEN_POLICY = frozenset({"self", "observation_space", "action_space", "lr_schedule"})

Problem = tuple[tuple[str, ...], str]


class Plain(BaseModel):
    """What ``deep:`` says of the training environments, which is not passed on to the algorithm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_envs: int = Field(1, ge=1, le=10_000, description="copies of the environment, side by side")
    noise: float = Field(0.0, ge=0, le=2, description="deviation of noise on continuous actions")
    noise_memory: float = Field(
        0.0, ge=0, lt=1, description="share of the noise that is kept from step to step (Ornstein-Uhlenbeck)"
    )


def problem(deep: Mapping[str, Any], learner: str) -> Problem | None:
    """Find the first thing that is wrong with ``deep:``.

    Parameters
    ----------
    deep : mapping
        What the file says there.
    learner : str
        Which learner reads it; controllers have soft actor-critic for one.

    Returns
    -------
    (tuple of str, str) or None
        Where it is, from ``deep`` on, and what is wrong; None where nothing is, or where it cannot be told
        because the packages of deep agents are not installed.
    """
    algorithm = "sac" if learner == "control" else learner
    if algorithm not in CLASSES:
        return ("deep",), f"these are settings of {', '.join(CLASSES)}. Leave them out: {learner} has none"
    gates = frozenset[str]() if learner == "control" else frozenset({"gate", "transfer"})
    constructor = arguments(*CLASSES[algorithm][:2])
    if constructor is not None:
        known = (constructor - GIVEN) | Plain.model_fields.keys() | gates
        if found := _unknown(deep, known, ("deep",), f"the learner {learner}"):
            return found
    policy, options = arguments(*CLASSES[algorithm][2:]), deep.get("policy_kwargs")
    if policy is not None and isinstance(options, Mapping):
        found = _unknown(options, policy - GIVEN_POLICY, ("deep", "policy_kwargs"), "its network")
        if found is not None:
            return found
    return _ours(deep, learner)


def _unknown(
    given: Mapping[str, Any], known: frozenset[str], where: tuple[str, ...], who: str
) -> Problem | None:
    for key in given:
        if key not in known:
            return (*where, str(key)), f"{nearest(str(key), known)} There is no such setting of {who}"
    return None


def _ours(deep: Mapping[str, Any], learner: str) -> Problem | None:
    """Check what is not Stable-Baselines3's: names, types and ranges."""
    plain = {key: value for key, value in deep.items() if key in Plain.model_fields}
    if found := complaint(Plain, plain, ("deep",)):
        return found
    if not {"gate", "transfer"} & set(deep) or importlib.util.find_spec("torch") is None:
        return None
    from lantern.agents.deep.settings import guidance_problem

    return guidance_problem(deep, learner)


def complaint(model: type[BaseModel], data: Any, where: tuple[str, ...]) -> Problem | None:
    """Return what a model has to say against data that stand at ``where``; None where it takes them."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        problems = error.errors()
        first = next((one for one in problems if one["type"] == "extra_forbidden"), problems[0])
        place = (*where, *map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            return place, f"{nearest(place[-1], model.model_fields)} There is no such setting of {where[-1]}"
        return place, f"{first['msg'].removeprefix('Value error, ')}, got {first['input']!r}"
    return None


@lru_cache(maxsize=16)
def arguments(file: str, name: str) -> frozenset[str] | None:
    """Arguments of the constructor of a class of Stable-Baselines3; None where it is not installed.

    Parameters
    ----------
    file : str
        Path of its module inside the package.
    name : str
        The class, which has a constructor of its own.
    """
    package = importlib.util.find_spec("stable_baselines3")
    if package is None or package.origin is None:
        return None
    source = (Path(package.origin).parent / file).read_bytes()
    classes = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == name
    ]
    inside = [node for found in classes for node in found.body if isinstance(node, ast.FunctionDef)]
    for function in inside:
        if function.name == "__init__":
            listed = function.args
            return frozenset(one.arg for one in (*listed.posonlyargs, *listed.args, *listed.kwonlyargs))
    return None  # of a version that is laid out in another way: the algorithm itself will tell
