"""What a surrogate plant must do to stand in for a simulator: begin, and advance many plants at once."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Advance(NamedTuple):
    """What one control step of a surrogate gives.

    Attributes
    ----------
    states : float64[plants, size]
        The surrogate's own state after the step; new arrays, the old ones are left alone.
    outputs : float64[plants, len(outputs)]
        What the stack shows at the end of the step, in the units of the data it learned from. They are what
        analysers would show less their noise: a sensor's lag, where the data had it, is already inside.
    novelty : float64[plants]
        How far the step lies from the data: 1 where the outermost percent of the training data lay, above it
        outside. A controller that exploits a surrogate shows here first.
    """

    states: Floats
    outputs: Floats
    novelty: Floats


@runtime_checkable
class SurrogatePlant(Protocol):
    """A learned plant that steps in batches.

    Attributes
    ----------
    actions : tuple of str
        Set-points in the order of the columns of ``actions`` in :meth:`step`.
    outputs : tuple of str
        Names of the columns that a step returns.
    seconds : float
        Length of a control step.
    """

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the set-points, in order."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of what a step returns, in order."""
        ...

    @property
    def seconds(self) -> float:
        """Length of a control step, s."""
        ...

    def begin(self, plants: int, generator: np.random.Generator) -> Floats:
        """Return states drawn from those seen in the data: float64[plants, size]."""
        ...

    def step(self, states: Floats, actions: Floats, generator: np.random.Generator | None = None) -> Advance:
        """Advance all plants by one control step.

        Parameters
        ----------
        states : float64[plants, size]
            From :meth:`begin` or the step before.
        actions : float64[plants, len(actions)]
            Set-points held during the step, physical units of the data.
        generator : numpy Generator, optional
            Draws the disturbances (waste that changes); without it the expected course is returned.
        """
        ...
