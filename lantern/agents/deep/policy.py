"""A deep teacher's policy: weights as arrays, architecture as JSON, and what it sees of a student's task.

Nothing here needs torch: a saved policy is a few matrix products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Setting

from lantern.envs.task_env import STATE
from lantern.errors import TeacherError

if TYPE_CHECKING:
    from lantern.transfer import Teacher

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Field:
    """A part of an observation and the columns it fills.

    Attributes
    ----------
    key : str
        Its name in the observation; "" where the observation has no parts.
    start, stop : int
        Columns.
    counts : bool
        Whether it is one number that counts from 0, shown as one column for each value.
    """

    key: str
    start: int
    stop: int
    counts: bool


@dataclass(frozen=True)
class Dense:
    """A network that no longer learns.

    Attributes
    ----------
    weight : tuple of float32[out, in]
    bias : tuple of float32[out]
    activation : {"relu", "tanh"}
    """

    weight: tuple[Floats, ...]
    bias: tuple[Floats, ...]
    activation: str

    def __call__(self, x: Floats) -> Floats:
        """Outputs of a batch, float32[B, A]."""
        last = len(self.weight) - 1
        for index, (weight, bias) in enumerate(zip(self.weight, self.bias, strict=True)):
            x = x @ weight.T + bias
            if index < last:
                x = np.maximum(x, 0.0) if self.activation == "relu" else np.tanh(x)
        return x

    def arrays(self, name: str) -> dict[str, Floats]:
        """The weights under names, as a teacher stores them."""
        found: dict[str, Floats] = {}
        for index, (weight, bias) in enumerate(zip(self.weight, self.bias, strict=True)):
            found[f"{name}.{index}.weight"], found[f"{name}.{index}.bias"] = weight.copy(), bias.copy()
        return found


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Setting(max_length=500)
    columns: int = Setting(ge=1, le=10_000_000)
    counts: bool


class _Actions(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    n: int = Setting(ge=1, le=100_000)
    low: list[float] | None = None
    high: list[float] | None = None


class _Architecture(BaseModel):
    """What ``Teacher.network`` must hold."""

    model_config = ConfigDict(extra="forbid", strict=True)

    head: Literal["values", "logits", "mean", "clipped_mean"]
    activation: Literal["relu", "tanh"]
    layers: int = Setting(ge=1, le=64)
    critics: int = Setting(ge=0, le=16)
    critic_layers: int = Setting(ge=0, le=64)
    inputs: list[_Input]
    actions: _Actions
    potential: list[float]


def softmax(logits: Floats) -> Floats:
    """Shares of each row, float32[B, K]."""
    weight = np.exp(logits - logits.max(axis=1, keepdims=True))
    share: Floats = weight / weight.sum(axis=1, keepdims=True)
    return share


@dataclass(frozen=True)
class NetworkPolicy:
    """The policy of a deep teacher.

    Attributes
    ----------
    head : {"values", "logits", "mean", "clipped_mean"}
        What the outputs are: action values, logits, means before tanh, or means that are cut to [-1, 1].
    policy : Dense
    critics : tuple of Dense
        Values of observations and actions, where the head gives none.
    fields : tuple of Field
        Columns of its inputs.
    n_actions : int
        Number of actions, or of their components.
    bounds : tuple of array, or None
        Least and greatest action, float32[A], where actions are continuous.
    potential : float64[V]
        What its values lack: the potential that they were shaped by, by DFA state.
    """

    head: str
    policy: Dense
    critics: tuple[Dense, ...]
    fields: tuple[Field, ...]
    n_actions: int
    bounds: tuple[Floats, Floats] | None
    potential: NDArray[np.float64]

    @property
    def size(self) -> int:
        """Number of input columns."""
        return self.fields[-1].stop

    def actions(self, x: Floats) -> NDArray[Any]:
        """Greedy actions: int64[B], or float32[B, A] in [-1, 1]."""
        out = self.policy(x)
        if self.bounds is None:
            best: Ints = out.argmax(axis=1)
            return best
        scaled: Floats = np.tanh(out) if self.head == "mean" else np.clip(out, -1.0, 1.0)
        return scaled

    def preferences(self, x: Floats, temperature: float) -> Floats:
        """Probabilities of the actions, float32[B, A]: the softmax of the values, or the policy's own."""
        out = self.policy(x)
        return softmax(out / np.float32(temperature) if self.head == "values" else out)

    def values(self, x: Floats, state: Ints) -> Floats | None:
        """Value of acting on, cut to [0, 1]; None where nothing was learned about values."""
        if self.head == "values":
            best = self.policy(x).max(axis=1)
        elif self.critics:
            joined = np.concatenate([x, self.actions(x)], axis=1)
            best = np.min([critic(joined)[:, 0] for critic in self.critics], axis=0)
        else:
            return None
        value: Floats = np.clip(best + self.potential[state], 0.0, 1.0).astype(np.float32)
        return value

    def architecture(self) -> dict[str, Any]:
        """The JSON form of all but the weights."""
        low, high = self.bounds if self.bounds is not None else (None, None)
        return {
            "head": self.head,
            "activation": self.policy.activation,
            "layers": len(self.policy.weight),
            "critics": len(self.critics),
            "critic_layers": len(self.critics[0].weight) if self.critics else 0,
            "inputs": [
                {"key": one.key, "columns": one.stop - one.start, "counts": one.counts} for one in self.fields
            ],
            "actions": {
                "n": self.n_actions,
                "low": None if low is None else [float(x) for x in low],
                "high": None if high is None else [float(x) for x in high],
            },
            "potential": [float(value) for value in self.potential],
        }

    def arrays(self) -> dict[str, Floats]:
        """The weights, as a teacher stores them."""
        found = self.policy.arrays("policy")
        for index, critic in enumerate(self.critics):
            found |= critic.arrays(f"critic{index}")
        return found


def read_policy(teacher: Teacher) -> NetworkPolicy | None:
    """Policy of a teacher that a deep agent has learned; None of any other.

    Raises
    ------
    TeacherError
        If architecture and weights do not fit together.
    """
    if not teacher.network:
        return None
    try:
        said = _Architecture.model_validate(teacher.network)
        return _assemble(said, teacher.policy, teacher.dfa.n_states)
    except (ValidationError, ValueError, KeyError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise TeacherError(
            f"The policy of the teacher {teacher.name!r} is damaged: {why}. Save it again, or learn it again."
        ) from None


def _assemble(said: _Architecture, arrays: Mapping[str, NDArray[Any]], states: int) -> NetworkPolicy:
    fields, start = [], 0
    for one in said.inputs:
        fields.append(Field(one.key, start, start + one.columns, one.counts))
        start += one.columns
    actions, bounds = said.actions, None
    if (actions.low is None) != (said.head in ("values", "logits")):
        raise ValueError("its outputs do not fit its actions")
    if actions.low is not None and actions.high is not None:
        bounds = np.array(actions.low, np.float32), np.array(actions.high, np.float32)
        if len(bounds[0]) != actions.n or len(bounds[1]) != actions.n:
            raise ValueError("the bounds of its actions differ in length")
    if len(said.potential) != states:
        raise ValueError("its potential does not fit its automaton")
    policy = _dense(arrays, "policy", said.layers, (start, actions.n), said.activation)
    critics = tuple(
        _dense(arrays, f"critic{i}", said.critic_layers, (start + actions.n, 1), said.activation)
        for i in range(said.critics)
    )
    potential = np.array(said.potential, np.float64)
    return NetworkPolicy(said.head, policy, critics, tuple(fields), actions.n, bounds, potential)


def _dense(
    arrays: Mapping[str, NDArray[Any]], name: str, layers: int, ends: tuple[int, int], activation: str
) -> Dense:
    weight = tuple(arrays[f"{name}.{index}.weight"] for index in range(layers))
    bias = tuple(arrays[f"{name}.{index}.bias"] for index in range(layers))
    size = ends[0]
    for one, two in zip(weight, bias, strict=True):
        if one.dtype != np.float32 or one.ndim != 2 or one.shape[1] != size or two.shape != one.shape[:1]:
            raise ValueError(f"the layers of {name} do not fit together")
        size = one.shape[0]
    if size != ends[1]:
        raise ValueError(f"{name} has {size} outputs instead of {ends[1]}")
    return Dense(weight, bias, activation)


class Interpreter:
    """Lets a teacher's policy see what a student sees, in DFA states of the teacher's own.

    Parameters
    ----------
    policy : NetworkPolicy
        The teacher's.
    fields : sequence of Field
        Columns of the student's observations.
    states : int64[U]
        The teacher's DFA state for each of the student's; -1 where it has none.
    """

    def __init__(self, policy: NetworkPolicy, fields: Sequence[Field], states: Ints) -> None:
        self.policy = policy
        self.states = states
        mine = {one.key: one for one in fields}
        pairs = [(mine[one.key], one) for one in policy.fields if one.key != STATE]
        self._from = np.concatenate([np.arange(a.start, a.stop) for a, _ in pairs])
        self._to = np.concatenate([np.arange(b.start, b.stop) for _, b in pairs])
        own = next(one for one in policy.fields if one.key == STATE)
        self._state, self._mine = own.start, mine[STATE].start
        self._width = fields[-1].stop

    def rows(self, x: Floats, state: Ints) -> tuple[Floats, Ints]:
        """Inputs of the teacher, float32[B, D'], and its states; where it has none, its first state."""
        seen = np.zeros((len(x), self.policy.size), np.float32)
        seen[:, self._to] = x[:, self._from]
        theirs = np.maximum(self.states[state], 0)
        seen[np.arange(len(x)), self._state + theirs] = 1.0
        return seen, theirs

    def columns(self, width: int) -> tuple[Ints, Ints]:
        """Which columns of the student mean which of the teacher, in inputs of ``width`` columns.

        Columns after those of the observation (actions, in critics) correspond one by one.
        """
        known = np.flatnonzero(self.states >= 0)
        rest = np.arange(width - self._width)
        mine = np.concatenate([self._from, self._mine + known, self._width + rest])
        theirs = np.concatenate([self._to, self._state + self.states[known], self.policy.size + rest])
        return mine, theirs

    def actions(self, x: Floats, state: Ints) -> NDArray[Any]:
        """What the teacher would do."""
        return self.policy.actions(self.rows(x, state)[0])

    def values(self, x: Floats, state: Ints) -> Floats | None:
        """What the teacher expects, in [0, 1]."""
        return self.policy.values(*self.rows(x, state))


def fits(policy: NetworkPolicy, fields: Sequence[Field], n_actions: int, bounds: Any) -> bool:
    """Whether a student observes and does the same kind of thing: all the same, up to its DFA states."""

    def shape(some: Sequence[Field]) -> dict[str, tuple[int, bool]]:
        return {one.key: (one.stop - one.start, one.counts) for one in some if one.key != STATE}

    if shape(policy.fields) != shape(fields) or policy.n_actions != n_actions:
        return False
    if any(all(one.key != STATE for one in some) for some in (policy.fields, fields)):
        return False
    if (policy.bounds is None) != (bounds is None):
        return False
    return bounds is None or all(
        np.allclose(mine, theirs) for mine, theirs in zip(bounds, policy.bounds or (), strict=True)
    )
