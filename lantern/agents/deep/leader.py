"""Who has the lead: the arm that the agent's greedy policy follows in each DFA state.

Evidence are stays that were played as the lead would play them, without noise: a teacher's greedy actions,
or those of the student's own policy. A stay that ends in progress after t steps gains gamma^t, any other 0.
A teacher begins with the lead where the alignment says that it knows the way. Without a success it loses it
with its first failure, noise or not, or with the first success of the student's own policy. With one it
keeps it until the student's own policy gains as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import TeacherError

Weights = NDArray[np.float64]

#: Weight of what earlier trials of the student's own policy showed, at each new one: it learns.
FADING = 0.8
#: Gains that differ by less are the same; the student's own policy has the lead then.
MARGIN = 0.05
#: What is saved.
KEPT = ("gain", "trials", "failed", "succeeded")


class Leader:
    """See the module.

    Parameters
    ----------
    prior : float64[K, U]
        Gain that is expected of each teacher in each DFA state, as one trial; 0: it has no advice there.
    on : bool
        Whether teachers may lead at all.
    """

    def __init__(self, prior: Weights, on: bool) -> None:
        count, states = prior.shape
        self.on, self.prior, self.alone = on, prior, count
        self.gain = np.vstack([prior, np.zeros((1, states))])
        self.trials = np.vstack([np.ones((count, states)), np.zeros((1, states))])
        self.failed, self.succeeded = np.zeros((2, count, states))
        self._arms: NDArray[np.int64] | None = None

    def note(self, arm: int, state: int, gain: float) -> None:
        """Count a stay without noise."""
        if arm == self.alone:
            self.gain[arm, state] *= FADING
            self.trials[arm, state] *= FADING
        else:
            (self.succeeded if gain > 0.0 else self.failed)[arm, state] += 1.0
        self.gain[arm, state] += gain
        self.trials[arm, state] += 1.0
        self._arms = None

    def disappoint(self, arm: int, state: int) -> None:
        """Count a teacher's stay with noise that came to nothing: it takes a lead on trust away."""
        self.failed[arm, state] += 1.0
        self._arms = None

    def to_dict(self) -> dict[str, Any]:
        """All evidence, JSON-safe."""
        return {name: getattr(self, name).tolist() for name in KEPT}

    def recall(self, told: Mapping[str, Any]) -> None:
        """Take over what :meth:`to_dict` returned.

        Raises
        ------
        TeacherError
            If it is damaged, or about another number of teachers or DFA states.
        """
        for name in KEPT:
            try:
                found = np.array(told[name], np.float64)
            except (KeyError, ValueError, TypeError):
                found = np.zeros(0)
            if found.shape != getattr(self, name).shape or not np.isfinite(found).all():
                raise TeacherError(
                    f"The saved lead does not fit this agent: {name!r} is damaged or of another task. "
                    "Make the agent with the task and the teachers that it was saved with."
                )
            setattr(self, name, found)
        self._arms = None

    def arms(self) -> NDArray[np.int64]:
        """Who has the lead in each DFA state, int64[U]; K is the student's own policy."""
        if self._arms is None:
            mean = self.gain / np.maximum(self.trials, 1e-9)
            untried = (self.failed == 0) & (self.gain[-1] <= 0)
            allowed = (self.prior > 0) & ((self.succeeded > 0) | untried) & self.on
            theirs = np.where(allowed, mean[:-1], -1.0)
            best = theirs.max(axis=0, initial=-1.0)
            ahead = (best > mean[-1] + MARGIN) & (best > 0)
            first = theirs.argmax(axis=0) if self.alone else np.zeros(self.prior.shape[1], np.int64)
            self._arms = np.where(ahead, first, self.alone)
        return self._arms
