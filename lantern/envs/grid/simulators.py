"""Two ways to run a grid world, one meaning: look steps up in a table, or ask the kernel.

A world on one map with few states is enumerated once and then only looked up, which is several times faster
than any call into compiled code. Random maps and large worlds ask the kernel at every step.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lantern.envs.grid.enumerate import Enumeration, branches, enumerate_world
from lantern.envs.grid.generate import MapSource, map_of
from lantern.envs.grid.kernel import CELL, STATE_SIZE, advance_packed, pack, reset_label
from lantern.envs.grid.maps import Map
from lantern.envs.grid.observe import observations
from lantern.envs.grid.world import World

# Beyond this many table entries the lists cost more memory than they save time.
MAX_TABLE = 400_000


class Simulator(Protocol):
    """The state of one running world."""

    layout: NDArray[np.int32]
    enumeration: Enumeration | None

    @property
    def drawn(self) -> Map:
        """The present map."""

    @property
    def state(self) -> NDArray[np.int64]:
        """The state, as in `lantern.envs.grid.kernel`."""

    def reset(self, rng: np.random.Generator) -> int:
        """Draw a map and a start cell; return the label."""

    def step(self, action: int, rng: np.random.Generator) -> tuple[float, bool, int]:
        """Take a step; return reward, whether it ended, and the label."""

    def observe(self) -> Any:
        """What the agent sees."""


class TableSimulator:
    """Looks every step up."""

    def __init__(self, world: World, enumeration: Enumeration, layout: NDArray[np.int32]) -> None:
        model = enumeration.model
        self.layout = layout
        self._drawn = world.map
        self.enumeration: Enumeration | None = enumeration
        self._n_actions, self._n_branches = model.next_state.shape[1:]
        self._next: list[int] = model.next_state.ravel().tolist()
        assert model.reward is not None
        self._reward: list[float] = model.reward.ravel().tolist()
        self._ended: list[bool] = model.terminated.ravel().tolist()
        self._label: list[int] = model.masks[model.label].ravel().tolist()
        self._cumulative: list[list[float]] = model.cumulative.reshape(-1, self._n_branches).tolist()
        self._initial: list[int] = model.initial.tolist()
        self._initial_label: list[int] = model.masks[model.initial_label].tolist()
        seen = observations(world, layout[None, :], enumeration.states)
        self._seen = seen.tolist() if world.file.observe == "position" else list(seen)
        self._copies = world.file.observe != "position"
        self._state = self._initial[0]

    @property
    def drawn(self) -> Map:
        """The map."""
        return self._drawn

    @property
    def state(self) -> NDArray[np.int64]:
        """The state, as in `lantern.envs.grid.kernel`."""
        assert self.enumeration is not None
        state: NDArray[np.int64] = self.enumeration.states[self._state]
        return state

    def reset(self, rng: np.random.Generator) -> int:
        """Draw a start cell; return the label."""
        start = int(rng.integers(len(self._initial))) if len(self._initial) > 1 else 0
        self._state = self._initial[start]
        return self._initial_label[start]

    def step(self, action: int, rng: np.random.Generator) -> tuple[float, bool, int]:
        """Take a step; return reward, whether it ended, and the label."""
        index = self._state * self._n_actions + action
        if self._n_branches > 1:
            drawn = rng.random()
            branch = sum(drawn >= bound for bound in self._cumulative[index])
            index = index * self._n_branches + branch
        self._state = self._next[index]
        return self._reward[index], self._ended[index], self._label[index]

    def observe(self) -> Any:
        """What the agent sees."""
        seen = self._seen[self._state]
        return seen.copy() if self._copies else seen


class KernelSimulator:
    """Asks the kernel at every step; draws a new map for every episode of a random family."""

    enumeration: Enumeration | None = None

    def __init__(self, world: World) -> None:
        self.world = world
        self.layout = world.layout()
        self._numbers, self._rewards = pack(world.rules)
        self._maps = MapSource(world) if world.varies else None
        self._branches, cumulative = branches(world)
        self._cumulative = cumulative[0]
        self._starts = world.starts
        self._state = np.zeros(STATE_SIZE, dtype=np.int64)

    @property
    def drawn(self) -> Map:
        """The present map."""
        return map_of(self.world, self.layout) if self.world.varies else self.world.map

    @property
    def state(self) -> NDArray[np.int64]:
        """The state, as in `lantern.envs.grid.kernel`."""
        return self._state

    def reset(self, rng: np.random.Generator) -> int:
        """Draw a map and a start cell; return the label."""
        if self._maps is not None:
            self.layout, self._starts = self._maps.draw(rng)
        self._state[:] = 0
        self._state[CELL] = self._starts[int(rng.integers(len(self._starts)))]
        return int(reset_label(self.world.rules, self.layout, self._state))

    def step(self, action: int, rng: np.random.Generator) -> tuple[float, bool, int]:
        """Take a step; return reward, whether it ended, and the label."""
        if self._cumulative.size > 1:
            branch = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
            action = self._branches[action, branch]
        label, reward, ended = advance_packed(self._numbers, self._rewards, self.layout, self._state, action)
        return reward, ended, label

    def observe(self) -> Any:
        """What the agent sees."""
        cell = int(self._state[CELL])
        if self.world.file.observe == "position":
            return cell
        return observations(self.world, self.layout[None, :], self._state[None, :])[0]


def make_simulator(world: World) -> Simulator:
    """The table where the world is small and its map fixed, else the kernel."""
    if world.varies:
        return KernelSimulator(world)
    limit = MAX_TABLE // len(world.file.actions)
    enumeration = enumerate_world(world, limit=limit)
    if enumeration is None:
        return KernelSimulator(world)
    return TableSimulator(world, enumeration, world.layout())
