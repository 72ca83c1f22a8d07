"""What controllers do: trims of the usual control's set-points, from readings and the state of the task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.envs.incinerator.site import Site

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRIMMED = ("load", "oxygen", "secondary_air", "nox", "acid")
"""What the trims move, in order; a positive one of the last two asks for cleaner gas."""

FIRE = 3
"""How many of the trims, from the first, move load and air; the others move reagents."""

#: What a rule reads, and which trims may depend on it. Only reagents are moved by readings: what moves the
#: fire by readings has to be right in every waste, and a search of minutes has not seen every waste.
READS = {"load": (3, 4), "furnace": (3,), "nox": (3,), "nh3": (3,), "so2": (4,), "hcl": (4,)}

#: Which means of the day so far press on their limits, and which trims may answer.
PRESSES = {"nox_presses": (("nox",), (3,)), "acid_presses": (("so2", "hcl"), (4,))}

INPUTS = {**READS, **{name: trims for name, (_, trims) in PRESSES.items()}}
"""What gains of a rule may stand on, in order, and the trims that they move."""

PRESSING = 0.9
"""Share of a daily limit from which the mean of the day so far presses: 0 here, 1 at the limit, 2 at most."""


class Policy(Protocol):
    """Chooses trims in [-1, 1]: float64[N, 5] from observations float32[N, D] and DFA states int64[N]."""

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats: ...  # noqa: D102


def columns(names: Sequence[str]) -> list[int]:
    """Where some readings stand in an observation."""
    from lantern.envs.incinerator.observation import OBSERVED

    return [OBSERVED.index(name) for name in names]


@dataclass(frozen=True)
class Rule:
    """Trims that depend linearly on how far a few readings are from the site's usual ones.

    Small enough to be searched in minutes and to be read by an engineer; and the same rule means the same at
    another site, since it reads deviations.

    Attributes
    ----------
    bias : float64[U, 5]
        Trims at usual readings, by state of the automaton.
    gain : float64[5, len(INPUTS)]
        Per unit of a scaled observation's deviation, and of how much a limit presses.
    usual : float64[len(READS)]
        The site's usual observations.
    """

    bias: Floats
    gain: Floats
    usual: Floats

    @classmethod
    def nothing(cls, states: int, site: Site, standard: Any) -> Rule:
        """The rule of usual control: no trim at all."""
        return cls(np.zeros((states, 5)), np.zeros((5, len(INPUTS))), usual_observation(site, standard))

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]."""
        read = observation[:, columns(tuple(READS))] - self.usual
        away = np.column_stack([read, presses(observation)])
        return np.asarray(np.clip(self.bias[state] + away @ self.gain.T, -1.0, 1.0))

    def at(self, site: Site, standard: Any, states: Ints) -> Rule:
        """The same rule at another site; ``states`` are those of this task that correspond, -1 for none."""
        bias = np.where(states[:, None] >= 0, self.bias[np.maximum(states, 0)], 0.0)
        return Rule(bias, self.gain, usual_observation(site, standard))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As a teacher keeps it."""
        return {"bias": self.bias, "gain": self.gain, "usual": self.usual}


def presses(observation: NDArray[np.float32]) -> Floats:
    """How much the means of the day so far press on their limits: float64[N, len(PRESSES)], in [0, 2]."""
    from lantern.envs.incinerator.observation import ratio_of

    found = []
    for pollutants, _ in PRESSES.values():
        ratio = ratio_of(observation[:, columns([f"{name}_today" for name in pollutants])]).max(axis=1)
        found.append((ratio - PRESSING) / (1.0 - PRESSING))
    return np.asarray(np.clip(np.stack(found, axis=1), 0.0, 2.0))


def usual_observation(site: Site, standard: Any) -> Floats:
    """What a rule would read at the usual operating point: float64[len(READS)]."""
    from lantern.envs.incinerator.observation import ratio_scale
    from lantern.envs.incinerator.sensors import READ
    from lantern.envs.incinerator.simulate import usual_reading
    from lantern.envs.incinerator.standards import POLLUTANTS, find_standard

    reading, limits = usual_reading(site), find_standard(standard)
    scale = dict(zip(POLLUTANTS, limits.short, strict=True)) | {"nh3": 10.0}
    found = {name: float(ratio_scale(reading[READ[name]] / limit)) for name, limit in scale.items()}
    found |= {"load": 0.0, "furnace": (reading[READ["furnace"]] - 950.0) / 150.0}
    return np.array([found[name] for name in READS])


@dataclass(frozen=True)
class Network:
    """The mean of a squashed Gaussian, as SAC learns it: layers with ReLU, tanh at the end.

    Attributes
    ----------
    weights, biases : tuple of array
        Of each layer, [out, in] and [out].
    states : int
        Length of the one-hot DFA state at the end of the input.
    """

    weights: tuple[NDArray[Any], ...]
    biases: tuple[NDArray[Any], ...]
    states: int

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]."""
        x = with_state(observation, state, self.states)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = np.maximum(x @ weight.T + bias, 0.0)
        mean = np.tanh(x @ self.weights[-1].T + self.biases[-1])
        return np.asarray(mean, np.float64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As a teacher keeps it."""
        found: dict[str, NDArray[Any]] = {}
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            found |= {f"actor.{index}.weight": weight, f"actor.{index}.bias": bias}
        return found


def with_state(observation: NDArray[np.float32], state: Ints, states: int) -> NDArray[np.float32]:
    """Observations with the automaton's state behind them, one-hot: float32[N, D + U]."""
    return np.concatenate([observation, np.eye(states, dtype=np.float32)[state]], axis=1)


@dataclass(frozen=True)
class Fixed:
    """The same trims, float64[5], whatever happens."""

    trims: Floats

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]."""
        return np.tile(self.trims, (len(observation), 1))


@dataclass(frozen=True)
class Reagents:
    """A policy's trims of reagents alone; load and air stay as usual control has them."""

    policy: Policy

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]."""
        trims = self.policy(observation, state).copy()
        trims[:, :FIRE] = 0.0
        return trims


@dataclass(frozen=True)
class Remapped:
    """A network of another task, shown the states of its own automaton that correspond; trims 0 elsewhere."""

    network: Network
    states: Ints

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]."""
        theirs = self.states[state]
        return np.where(theirs[:, None] >= 0, self.network(observation, np.maximum(theirs, 0)), 0.0)


@dataclass(frozen=True)
class Blend:
    """A mean of policies, weighted by the state of the automaton.

    Attributes
    ----------
    arms : tuple of Policy
    weight : float64[arms, U]
        Sums to 1 in every state, or less: the rest is usual control.
    """

    arms: tuple[Policy, ...]
    weight: Floats

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]."""
        total = np.zeros((len(observation), 5))
        for arm, weight in zip(self.arms, self.weight, strict=True):
            if weight.any():
                total += weight[state][:, None] * arm(observation, state)
        return total


@dataclass(frozen=True)
class Abreast:
    """Several policies, each for a part of the plants: the first of them for the first part, and so on."""

    policies: tuple[Policy, ...]

    def __call__(self, observation: NDArray[np.float32], state: Ints) -> Floats:
        """Trims: float64[N, 5]; N is a multiple of the number of policies."""
        parts = zip(
            self.policies,
            np.split(observation, len(self.policies)),
            np.split(state, len(self.policies)),
            strict=True,
        )
        return np.concatenate([policy(seen, at) for policy, seen, at in parts])


def still(observation: NDArray[np.float32], state: Ints) -> Floats:
    """Usual control: no trims."""
    return np.zeros((len(observation), 5))


def read_policy(arrays: Mapping[str, NDArray[Any]]) -> Rule | Network | None:
    """A policy out of what a teacher keeps; None where it keeps none of these."""
    if {"bias", "gain", "usual"} <= set(arrays):
        return Rule(*(np.asarray(arrays[name], np.float64) for name in ("bias", "gain", "usual")))
    count = sum(name.startswith("actor.") for name in arrays) // 2
    if not count:
        return None
    weights = tuple(np.asarray(arrays[f"actor.{index}.weight"]) for index in range(count))
    biases = tuple(np.asarray(arrays[f"actor.{index}.bias"]) for index in range(count))
    from lantern.envs.incinerator.observation import OBSERVED

    return Network(weights, biases, weights[0].shape[1] - len(OBSERVED))
