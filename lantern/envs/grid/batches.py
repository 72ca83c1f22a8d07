"""The two ways to run many copies of a grid world: by table, or by the rules on a map each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lantern.envs.grid.enumerate import Enumeration, branches, enumerate_world
from lantern.envs.grid.generate import MapSource
from lantern.envs.grid.kernel import STATE_SIZE
from lantern.envs.grid.observe import planes_of
from lantern.envs.grid.simulators import MAX_TABLE
from lantern.envs.grid.vector_kernel import (
    ACCEPTING,
    ENDED,
    LABEL_BITS,
    LABEL_SHIFT,
    OVER,
    Batch,
    Outcome,
    Product,
    Task,
    begin_product,
    begin_rules,
    step_product,
    step_rules,
)
from lantern.envs.grid.world import World
from lantern.envs.tabular import TabularModel
from lantern.errors import EnvError

# The automaton is tabled over all labels where a world has no table of its own.
MOST_PROPOSITIONS = 16

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Delta: TypeAlias = Callable[[Ints], Task]


class Runner(Protocol):
    """N running worlds."""

    batch: Batch

    def begin(self, chosen: Bools, rng: np.random.Generator, observation: Ints, label: Ints) -> None:
        """Start new episodes in the chosen worlds; fill in what is observed there."""

    def step(self, actions: Ints, held: Bools, rng: np.random.Generator, out: Outcome) -> bool:
        """Step all worlds that are not held; whether some episode is over."""

    def planes(self) -> NDArray[np.uint8]:
        """Observation planes of all worlds: uint8 array, shape (N, P, H, W)."""


def new_batch(num_envs: int, shape: tuple[int, ...]) -> Batch:
    """Episodes that have not begun."""
    return Batch(
        state=np.zeros((num_envs, *shape), dtype=np.int64),
        task=np.zeros(num_envs, dtype=np.int64),
        steps=np.zeros(num_envs, dtype=np.int64),
        until_end=np.zeros(num_envs, dtype=np.uint8),
    )


def pack(world: World, model: TabularModel, task: Task) -> Product:
    """The product of a tabular model and a task, packed.

    Parameters
    ----------
    world : World
        The world, for the probabilities of its branches.
    model : TabularModel
        Its model.
    task : Task
        The task; its transitions are over the model's labels.
    """
    n_tasks = len(task.accepting)
    target = np.moveaxis(task.delta[:, model.label], 0, 1)  # (S, U, A, B)
    row = model.next_state[:, None].astype(np.int64) * n_tasks + target
    flags = task.accepting[target].astype(np.int64) << ACCEPTING | task.over[target].astype(np.int64) << OVER
    own = model.label[:, None].astype(np.int64) << LABEL_SHIFT
    own = own | model.terminated[:, None].astype(np.int64) << ENDED
    assert model.reward is not None
    begun = task.delta[task.initial, model.initial_label]
    return Product(
        entry=(row | flags | own).ravel(),
        own=np.repeat(model.reward[:, None], n_tasks, axis=1).ravel(),
        observation=np.repeat(model.observation, n_tasks).astype(np.int64),
        task=np.tile(np.arange(n_tasks), model.n_states),
        masks=model.masks,
        cumulative=np.ascontiguousarray(branches(world)[1][0]),
        start=model.initial.astype(np.int64) * n_tasks + begun,
        start_label=model.masks[model.initial_label],
        n_actions=model.n_actions,
    )


class TableRunner:
    """Worlds that share one small map: the product with the task is looked up."""

    def __init__(self, world: World, enumeration: Enumeration, num_envs: int, delta: Delta) -> None:
        self.world, self.states = world, enumeration.states
        self.task = delta(enumeration.model.masks)
        self.product = pack(world, enumeration.model, self.task)
        self.batch = new_batch(num_envs, ())
        self._layout = world.layout()[None, :]
        self._draws = np.zeros(num_envs)

    def begin(self, chosen: Bools, rng: np.random.Generator, observation: Ints, label: Ints) -> None:
        """Start new episodes in the chosen worlds; fill in what is observed there."""
        draws = rng.random(chosen.size) if self.product.start.size > 1 else self._draws
        begin_product(self.product, self.task, self.batch, chosen, draws, observation, label)

    def step(self, actions: Ints, held: Bools, rng: np.random.Generator, out: Outcome) -> bool:
        """Step all worlds that are not held; whether some episode is over."""
        draws = rng.random(actions.size) if self.product.cumulative.size > 1 else self._draws
        return bool(step_product(self.product, self.task, self.batch, actions, draws, held, out))

    def planes(self) -> NDArray[np.uint8]:
        """Observation planes of all worlds: uint8 array, shape (N, P, H, W)."""
        states = self.states[self.batch.state // len(self.task.accepting)]
        return planes_of(self.world, self._layout, states)


class RulesRunner:
    """Worlds that are large, or have a new map for every episode."""

    def __init__(self, world: World, num_envs: int, delta: Delta) -> None:
        count = len(world.vocabulary)
        if count > MOST_PROPOSITIONS:
            raise EnvError(
                f"{world.name} has {count} propositions and too many states for a table; its vector form "
                f"takes at most {MOST_PROPOSITIONS}. Use lantern.envs.make_vec, which runs single ones."
            )
        self.world = world
        self.task = delta(np.arange(1 << count, dtype=np.int64))
        self.batch = new_batch(num_envs, (STATE_SIZE,))
        self._maps = MapSource(world) if world.varies else None
        self._layouts = np.tile(world.layout(), (num_envs, 1))
        self._slips, cumulative = branches(world)
        self._cumulative = np.ascontiguousarray(cumulative[0])
        self._draws = np.zeros(num_envs)
        self._starts = np.zeros(num_envs, dtype=np.int64)

    def begin(self, chosen: Bools, rng: np.random.Generator, observation: Ints, label: Ints) -> None:
        """Start new episodes in the chosen worlds; fill in what is observed there."""
        starts = self.world.starts
        for n in np.flatnonzero(chosen):
            if self._maps is not None:
                self._layouts[n], starts = self._maps.draw(rng)
            self._starts[n] = starts[rng.integers(starts.size)]
        begin_rules(
            self.world.rules, self._layouts, self.task, self.batch, chosen, self._starts, observation, label
        )

    def step(self, actions: Ints, held: Bools, rng: np.random.Generator, out: Outcome) -> bool:
        """Step all worlds that are not held; whether some episode is over."""
        draws = rng.random(actions.size) if self._cumulative.size > 1 else self._draws
        rules, slips, bounds, task = self.world.rules, self._slips, self._cumulative, self.task
        return bool(
            step_rules(rules, self._layouts, slips, bounds, task, self.batch, actions, draws, held, out)
        )

    def planes(self) -> NDArray[np.uint8]:
        """Observation planes of all worlds: uint8 array, shape (N, P, H, W)."""
        return planes_of(self.world, self._layouts, self.batch.state)


def make_runner(world: World, num_envs: int, delta: Delta) -> Runner:
    """By table where the world is small and its map fixed, else by the rules.

    Parameters
    ----------
    world : World
        The world.
    num_envs : int
        N.
    delta : callable
        Builds the task for the labels (masks) that are to be the columns of its transition table.
    """
    enumeration = None
    if not world.varies:
        enumeration = enumerate_world(world, limit=MAX_TABLE // len(world.file.actions))
    if enumeration is None or enumeration.model.masks.size >= 1 << LABEL_BITS:
        return RulesRunner(world, num_envs, delta)
    return TableRunner(world, enumeration, num_envs, delta)
