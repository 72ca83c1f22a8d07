"""Learning fast dynamics at the source: head, disturbance, and how far its intervals can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantern.errors import SurrogateError
from lantern.surrogates.dynamics.disturbance import Disturbance, whiten
from lantern.surrogates.dynamics.fast import APART, FastDynamics
from lantern.surrogates.dynamics.responses import ACTIONS, BURNING, HEAT, KELVINS, Lumps, strays
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
AHEAD = 30
"""Rows ahead for which intervals are measured."""
_ROWS = 3000  # of a record, from which the disturbance is fitted
_HISTORY = 120


def train_fast_dynamics(records: Sequence[Record]) -> FastDynamics:
    """Learn how temperature and oxygen follow feed and air at a site with plenty of data.

    The head is solved by least squares, the disturbance fitted to what is left, and the head solved again on
    whitened rows. The last quarter of every record is held out: on it the intervals are measured.

    Parameters
    ----------
    records : sequence of Record
        Days in which feed and air were moved on purpose: set-points, ``feed``, ``oxygen``, ``furnace``.

    Raises
    ------
    SurrogateError
        If there is no record, or one is shorter than a day.
    """
    if not records or min(len(record) * record.seconds for record in records) < 86_400:
        raise SurrogateError(
            "Fast dynamics are learned from records of a day or more, and at least one of them."
        )
    parts = [record.rows(0, 3 * len(record) // 4) for record in records]
    size = BURNING + HEAT
    model = FastDynamics(
        np.zeros(size), np.zeros((size, size)), Disturbance.first(),
        Lumps.fit(np.concatenate([strays(part) for part in parts])), 1.0, 1.0, records[0].seconds,
        technology=str(records[0].about.get("technology", "")),
    )  # fmt: skip
    model = _solve(model, parts, white=False)
    places = np.concatenate([model.rows(part).place for part in parts])  # in an interval of half width 1
    model = _solve(replace(model, half=float(np.quantile(np.abs(places), 0.995))), parts, white=False)
    made = model.rows(parts[0])
    rest = (made.columns[:, :, -1] - made.columns[:, :, :-1] @ model.weights)[:_ROWS]
    model = replace(model, disturbance=Disturbance.fit(rest, made.weights[:_ROWS]))
    for _ in range(2):
        model = _solve(model, parts, white=True)
    return _judge(model, [record.rows(3 * len(record) // 4) for record in records])


def _solve(model: FastDynamics, records: Sequence[Record], white: bool) -> FastDynamics:
    """Least squares on all records, whitened or as they are."""
    rows = []
    for record in records:
        made = model.rows(record)
        columns = whiten(model.disturbance, made.columns, made.weights)[0] if white else made.columns
        flat = columns.reshape(-1, columns.shape[2])
        rows.append(flat[np.isfinite(flat[:, -1]) & flat.any(axis=1)])
    every = np.concatenate(rows)
    features, target = every[:, :-1], every[:, -1]
    precision = features.T @ features + np.diag(1e-4 / APART**2)
    covariance = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    weights = covariance @ (features.T @ target)
    noise = float(np.mean((target - features @ weights) ** 2))
    return replace(model, weights=weights, covariance=noise * covariance, noise=noise)


def _judge(model: FastDynamics, records: Sequence[Record]) -> FastDynamics:
    """Measure on held-out rows how far forecasts miss, over their spread, and what surprise is usual."""
    misses, surprises = [], []
    for record in records:
        settings = record.array(ACTIONS)
        read = np.column_stack([record["oxygen"], record["furnace"]])
        for now in range(_HISTORY, len(record) - AHEAD, 7):
            made = model.forecast(record.rows(now - _HISTORY, now), settings[now : now + AHEAD], 0.6827)
            reading = read[now : now + AHEAD]
            instruments = np.column_stack(
                [model.disturbance.noise[0] * reading[:, 0], np.full(AHEAD, np.nan)]
            )
            instruments[:, 1] = model.disturbance.noise[1] * KELVINS
            spread = 0.5 * (made.high - made.low)
            misses.append(((reading - made.mean) ** 2 - instruments**2) / spread**2)
            surprises.append(made.surprised)
    inflation = np.sqrt(np.maximum(np.nanmean(misses, axis=0), 1.0))
    return replace(model, inflation=inflation, usual=float(np.quantile(surprises, 0.99)))
