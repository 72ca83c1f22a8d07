"""Balances that every prediction keeps: it is reconciled with them, as plants reconcile their readings.

Of the balances of :mod:`lantern.surrogates.process.conservation` two are equations at any waste: carbon (what
carbon dioxide and oxygen add up to) and nitrogen (the air that was blown in leaves as flue gas). With oxygen
read as the logarithm of dilution both are sums of channels. Predictions move onto them by the least that the
covariance of their errors allows: data reconciliation (Kuehn and Davidson 1961).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.surrogates.process.channels import Channels
from lantern.surrogates.process.conservation import Conservation
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
AIR = 21.0
"""Oxygen of dry air, %: the ceiling of the channel of oxygen."""

SLACK = (0.0025, 0.015)
"""How far carbon and nitrogen may be out in a row: instruments lag differently, and air leaks in."""

_AIRS = ("set_primary", "set_secondary")
_MADE = ("co2", "gas", "oxygen")


@dataclass(frozen=True)
class Ties:
    """Two equations between outputs, and how far each output gives way.

    Attributes
    ----------
    weights : float64[2, outputs]
        Of the logarithms of carbon dioxide over dilution, and of flue gas over dilution.
    constants : float64[2]
        What they add up to; for flue gas less the logarithm of the air.
    correction : float64[outputs, 2]
    """

    weights: Floats
    constants: Floats
    correction: Floats

    @classmethod
    def of(
        cls, channels: Channels, conservation: Conservation, records: Sequence[Record], covariance: Floats
    ) -> Ties:
        """Set up the equations of a site.

        Parameters
        ----------
        channels : Channels
            Such as :func:`tied` accepts.
        conservation : Conservation
            Of the site's waste.
        records : sequence of Record
            What the leak of air is read off.
        covariance : float64[outputs, outputs]
            Of the errors of predictions, in units of channels.
        """
        at = {name: channels.outputs.index(name) for name in _MADE}
        weights = np.zeros((2, len(channels.outputs)))
        for row, name in enumerate(("co2", "gas")):
            weights[row, at[name]] = channels.spreads[name]
            weights[row, at["oxygen"]] = channels.spreads["oxygen"]
        count = len(channels.actions)
        values = np.concatenate([channels.read(record) for record in records])
        leak = values[:, count:] @ weights[1] - _air(channels, values[:, :count])
        constants = np.array([np.log(conservation.co2_max / AIR), leak.mean()])
        free = np.zeros(len(channels.outputs))
        free[list(at.values())] = 1.0
        error = covariance * np.outer(free, free)
        inner = weights @ error @ weights.T + np.diag(np.square(SLACK))
        return cls(weights, constants, np.linalg.solve(inner, weights @ error).T)

    def __call__(self, channels: Channels, outputs: Floats, sets: Floats) -> Floats:
        """Outputs that keep the balances.

        Parameters
        ----------
        channels : Channels
        outputs : float64[n, outputs]
            In units of channels, levels included.
        sets : float64[n, actions]
            Set-points of the step, likewise.
        """
        sums = np.repeat(self.constants[None, :], len(outputs), axis=0)
        sums[:, 1] += _air(channels, sets)
        return np.asarray(outputs + (sums - outputs @ self.weights.T) @ self.correction.T)


def tied(channels: Channels) -> bool:
    """Whether the balances can be written as sums of these channels."""
    return (
        channels.ceilings.get("oxygen") == AIR
        and {*_AIRS, "co2", "gas"} <= set(channels.logarithmic)
        and set(_MADE) <= set(channels.outputs)
        and set(_AIRS) <= set(channels.actions)
    )


def _air(channels: Channels, sets: Floats) -> Floats:
    """Logarithm of all air that is blown in: float64[n]."""
    logs = [sets[:, channels.actions.index(name)] * channels.spreads[name] for name in _AIRS]
    return np.asarray(np.logaddexp(*logs))
