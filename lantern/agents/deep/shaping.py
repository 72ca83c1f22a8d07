"""What proven teachers expect of places, as potentials: F = gamma Phi(s') - Phi(s) (Ng et al. 1999)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.agents.deep.adviser import Adviser
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch

if TYPE_CHECKING:
    from lantern.agents.deep.task import TaskModel

Weights = NDArray[np.float64]

#: Values from which the range of a teacher's values is taken.
KNOWN = 2000


class Shaping:
    """See the module.

    Parameters
    ----------
    task : TaskModel
        The student's task.
    advisers : sequence of Adviser
        The teachers.
    """

    def __init__(self, task: TaskModel, advisers: Sequence[Adviser]) -> None:
        states, count = task.dfa.n_states, len(advisers)
        self.task, self.advisers = task, tuple(advisers)
        self.rise = rises(task)
        #: Range of each teacher's values in each state, and of how many values it was taken.
        self.low, self.high = np.full((2, count, states), np.inf)
        self.high *= -1.0
        self.seen = np.zeros((count, states), np.int64)

    def shaped(self, batch: Batch, target: Floats, belief: Weights) -> Floats:
        """Add F to the targets.

        Parameters
        ----------
        batch : Batch
        target : float32[B]
        belief : float64[K, U]
            How far the potential of each teacher is believed in each DFA state, in [0, 1].
        """
        before = self._expect(batch.x, batch.state, belief)
        after = self._expect(batch.x2, batch.following, belief)
        shaped: Floats = target + np.float32(self.task.discount) * batch.onward * after - before
        return shaped

    def _expect(self, x: Floats, state: NDArray[np.int64], belief: Weights) -> Floats:
        """Potential of proven teachers beyond that of the automaton, float32[B].

        A teacher's values, put between the least and the greatest that it gives in a DFA state, say how far
        the way through that state has been gone; the potential rises by as much of the way to the potential
        of the next state. So it fits on to the automaton's at both ends, whatever the scale of the values.
        """
        total = np.zeros(len(x), np.float32)
        belief = belief * self.rise
        for arm, adviser in enumerate(self.advisers):
            weight = belief[arm, state].astype(np.float32)
            some = np.flatnonzero(weight > 1e-4)
            if len(some):
                values = adviser.interpreter.values(x[some], state[some])
                if values is not None:
                    total[some] += weight[some] * self._gone(arm, state[some], values)
        return total

    def _gone(self, arm: int, state: NDArray[np.int64], values: Floats) -> Floats:
        """Share of the way through the DFA state, in [0, 1]; the first values give the range."""
        for u in np.unique(state[self.seen[arm, state] < KNOWN]):
            found = values[state == u]
            self.low[arm, u] = min(self.low[arm, u], found.min())
            self.high[arm, u] = max(self.high[arm, u], found.max())
            self.seen[arm, u] += len(found)
        low, high = self.low[arm, state], self.high[arm, state]
        share: Floats = np.clip((values - low) / np.maximum(high - low, 1e-3), 0.0, 1.0)
        return share.astype(np.float32)


def rises(task: TaskModel) -> Weights:
    """How far the potential of each DFA state is below the best that one transition leads to, float64[U]."""
    rise = np.zeros(task.dfa.n_states)
    for edge in task.dfa.edges:
        gain = float(task.potential[edge.target] - task.potential[edge.source])
        rise[edge.source] = max(rise[edge.source], gain)
    return rise
