"""What the model-based learner works on.

Shapes: R table rows (an observation with what is remembered), O observations, M memories, A actions, U DFA
states, L labels; at most `OUTCOMES` outcomes of a pair of row and action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import Floats, Ints, Task

if TYPE_CHECKING:
    from lantern.agents.tabular.recall import Recall
    from lantern.envs.tabular import TabularModel

Bools = NDArray[np.bool_]

#: Outcomes of a pair that are told apart; rarer ones count as the last of them.
OUTCOMES = 6
#: Tries after which a pair counts as known once outcomes were seen to vary.
KNOWN = 5
#: Changes of a value below this share of the reward are not passed on; backups after one step of the world.
NEGLIGIBLE, BACKUPS = 1e-5, 4000


class Learned(NamedTuple):
    """The model of the environment, and the plan; filled in place."""

    row: Ints  # R, A, K: where an outcome leads
    label: Ints  # R, A, K
    ended: Bools  # R, A, K: whether the environment ended there
    counts: Ints  # R, A, K
    tries: Ints  # R, A
    guess: Ints  # O, A, 3: observation, label and end seen from other memories; -1 unknown
    value: Floats  # R, U: optimistic value
    q: Floats  # R, U, A: optimistic value
    bound: Floats  # U: most that can still be got
    queue: Ints  # R: rows to be backed up, a ring
    queued: Bools  # R
    place: Ints  # 2: head of the ring, rows in it
    needed: Ints  # 1: tries that make a pair known
    before: Ints  # R: first link of the pairs that lead to a row, or -1
    link: Ints  # N, 2: pair (row * A + action), next link
    links: Ints  # 1: links in use


class Memory(NamedTuple):
    """How rows are made of observations and of the last event."""

    base: Ints  # R: observation
    remembered: Ints  # R: memory
    rows: Ints  # O, M: row, or -1
    event: Ints  # O, L: memory of the event, -1 where it is none
    source: Ints  # M: observation at which the remembered event was


def make_learned(rows: int, observations: int, actions: int, bound: Floats) -> Learned:
    """Start with an empty model: everything is as good as can be."""
    pairs = rows * actions
    shape = (rows, actions, OUTCOMES)
    return Learned(
        row=np.full(shape, -1, np.int32),
        label=np.zeros(shape, np.int32),
        ended=np.zeros(shape, np.bool_),
        counts=np.zeros(shape, np.int32),
        tries=np.zeros((rows, actions), np.int32),
        guess=np.full((observations, actions, 3), -1, np.int32),
        value=np.tile(bound, (rows, 1)),
        q=np.tile(bound[None, :, None], (rows, 1, actions)),
        bound=bound,
        queue=np.zeros(rows, np.int32),
        queued=np.zeros(rows, np.bool_),
        place=np.zeros(2, np.int32),
        needed=np.ones(1, np.int32),
        before=np.full(rows, -1, np.int32),
        link=np.zeros((2 * pairs * OUTCOMES, 2), np.int32),
        links=np.zeros(1, np.int32),
    )


def make_memory(model: TabularModel, recall: Recall | None) -> Memory:
    """Say what each row of the table is made of."""
    labels = len(model.masks)
    if recall is None:
        rows = np.arange(model.n_observations, dtype=np.int32)
        none = np.zeros(len(rows), np.int32)
        event = np.full((len(rows), labels), -1, np.int32)
        return Memory(rows, none, rows[:, None].copy(), event, np.full(1, -1, np.int32))
    size = int(recall.index.max()) + 1
    base, remembered = np.zeros(size, np.int32), np.zeros(size, np.int32)
    seen, memory = np.nonzero(recall.index >= 0)
    base[recall.index[seen, memory]] = seen
    remembered[recall.index[seen, memory]] = memory
    event = np.full((len(recall.index), labels), -1, np.int32)
    for m, (place, mask) in enumerate(recall.event.tolist()):
        if m:
            event[place, np.flatnonzero(model.masks == mask)] = m
    source = recall.event[:, 0].astype(np.int32)
    return Memory(base, remembered, recall.index.astype(np.int32), event, source)


def upper_bound(task: Task, labels: Floats, discount: float) -> Floats:
    """Most that can still be got in each DFA state: acceptance after the fewest labels, float64[U]."""
    reached: Floats = max(task.accept, 0.0) * discount ** np.maximum(labels - 1.0, 0.0)
    return np.where(task.terminal, 0.0, reached)
