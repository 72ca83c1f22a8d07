"""What a surrogate breaks and where it drifts: balances of its predictions, runs without readings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from lantern.experiments.emission.transfer import POLLUTANTS
from lantern.surrogates.process import Conservation, PlantSurrogate
from lantern.surrogates.process.conservation import MADE, SETS
from lantern.surrogates.process.filters import filter_record
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]


def violations(record: Record, made: Floats, columns: tuple[str, ...], rows: NDArray[np.int64]) -> Floats:
    """By how much predictions break each balance: float64[6], root mean square, relative.

    Parameters
    ----------
    record : Record
        With the composition of its waste.
    made : float64[n, columns]
        Predictions, physical units.
    columns : tuple of str
    rows : int64[n]
        Rows of the record that they stand for: their set-points are read off it.
    """
    sets = {name: torch.from_numpy(record[f"set_{name}"][rows]) for name in SETS}
    outputs = {name: torch.from_numpy(made[:, columns.index(name)].copy()) for name in MADE}
    terms = Conservation.of(record.about).violations(sets, outputs)
    return np.sqrt([float(term) for term in terms.values()])


def free_run(
    model: PlantSurrogate, record: Record, horizons: Sequence[int], every: int
) -> tuple[NDArray[np.int64], list[Floats]]:
    """Run from rows of a record with its set-points, but without another reading.

    Parameters
    ----------
    model : PlantSurrogate
    record : Record
    horizons : sequence of int
        Rows ahead, rising.
    every : int
        From start to start, rows.

    Returns
    -------
    starts : int64[n]
    made : list of float64[n, outputs]
        One for each horizon, physical units.
    """
    channels = model.channels
    values = channels.read(record) - model.site.levels
    starts = np.arange(0, len(values) - horizons[-1], every)
    states = filter_record(values, channels.memory, model.seconds)[starts].reshape(len(starts), -1)
    sets, found = record.array(model.actions), []
    for ahead in range(1, horizons[-1] + 1):
        done = model.step(states, sets[starts + ahead])
        states = done.states
        if ahead in horizons:
            found.append(done.outputs)
    return starts, found


def log_error(record: Record, made: Floats, columns: tuple[str, ...], rows: NDArray[np.int64]) -> float:
    """Root mean square error of the logarithms of the six pollutants against readings without noise."""
    chosen = [columns.index(name) for name in POLLUTANTS]
    true = record.array([f"quiet_{name}" for name in POLLUTANTS])[rows]
    apart = np.log(np.maximum(made[:, chosen], 0.05)) - np.log(np.maximum(true, 0.05))
    return float(np.sqrt(np.mean(apart**2)))
