"""What teachers may do to a deep learner: the places where a method of transfer can reach in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch


class Guide:
    """A method of transfer. Each of these does nothing here; a method overrides what it needs.

    Arrays have one row for each environment (N) or for each sample of a batch (B).

    Attributes
    ----------
    columns : slice
        Columns of the encoded observation that hold the DFA state; a method that asks for it sets them.
    """

    columns: slice

    def state(self, x: Floats) -> NDArray[np.int64]:
        """DFA states of encoded observations, int64[N]."""
        states: NDArray[np.int64] = x[:, self.columns].argmax(axis=1)
        return states

    def begin(self, model: Any) -> None:
        """Get to know the model, when its training begins or goes on."""

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Actions to take instead of the learner's own.

        Parameters
        ----------
        x : float32[N, D]
            What the student sees, encoded.
        action : int64[N] or float32[N, A]
            What it would do; continuous actions are scaled to [-1, 1].
        """
        return action

    def lead(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Greedy actions of the agent as a whole, where they are not the learner's own.

        Parameters
        ----------
        x : float32[N, D]
            What the student sees, encoded.
        action : int64[N] or float32[N, A]
            The learner's greedy actions; continuous ones are scaled to [-1, 1].
        """
        return action

    def note(
        self,
        env: int,
        state: int,
        following: int,
        terminated: bool,
        truncated: bool,
        info: Mapping[str, Any],
    ) -> None:
        """Take note of one step of one environment: DFA states before and after, and how it ended."""

    def values(self, x: Floats, values: Floats) -> Floats:
        """Values by which a value-based learner acts, float32[N, A]."""
        return values

    def targets(self, batch: Batch, target: Floats) -> Floats:
        """Targets of the value functions, float32[B]."""
        return target

    def value_slope(self, batch: Batch, values: Floats, slope: Floats) -> None:
        """Add to the loss of a value-based learner, by its slope in the values, float32[B, A], in place."""

    def own_slope(self, batch: Batch, values: Floats, slope: Floats) -> Floats:
        """Slope of the loss in the network's own values, where :meth:`values` made others of them."""
        return slope

    def errors(self, batch: Batch, error: Floats, target: Floats) -> None:
        """Take note of the errors of the value functions (their mean) on a batch, both float32[B]."""

    def outputs(self, x: Floats, out: Floats) -> Floats:
        """Outputs by which an actor acts, of which there are as many as of the network.

        They are means before tanh (TD3: float32[B, A]), followed by logarithms of standard deviations (SAC:
        float32[B, 2A]).
        """
        return out

    def own_outputs_slope(self, batch: Batch, out: Floats, slope: Floats) -> Floats:
        """Slope of the loss in the actor's own outputs, where :meth:`outputs` made others of them."""
        return slope

    def actor_slope(self, batch: Batch, out: Floats, slope: Floats) -> None:
        """Add to the loss of an actor, by its slope in the actor's outputs, in place.

        Outputs are those that :meth:`outputs` returned.
        """
