"""Selective non-catalytic reduction: what ammonia does to NO at a temperature, from a table of kinetics.

The table is computed, not fitted: ``data/recompute_sncr.py`` integrates a published mechanism in an ideally
mixed, isothermal plug flow. A real furnace mixes less well, which :func:`reduce` takes as a share of the gas
that meets its ammonia.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

Floats = NDArray[np.float64]
AXES = ("temperature", "nitric_oxide", "ratio", "carbon_monoxide", "oxygen", "seconds")


class Kinetics(NamedTuple):
    """A table of ideal reductions.

    Attributes
    ----------
    axes : float64[dimensions, 20]
        Grid of each of ``AXES`` (C, ppm, mol/mol, ppm, share, s), padded with inf.
    sizes : int64[dimensions]
        Grid points of each axis.
    outcome : float64[product of sizes, 3]
        Of the NO that came in, the shares that leave as NO, NH3 and N2O; the last axis varies fastest.
    """

    axes: Floats
    sizes: NDArray[np.int64]
    outcome: Floats


@cache
def kinetics() -> Kinetics:
    """Read the table that LANTERN ships."""
    with (files("lantern.envs.incinerator") / "data" / "sncr.npz").open("rb") as file, np.load(file) as data:
        grids = [data[name].astype(np.float64) for name in AXES]
        table = data["table"].astype(np.float64)[..., :3]
    axes = np.full((len(grids), max(map(len, grids))), np.inf)
    for row, grid in zip(axes, grids, strict=True):
        row[: len(grid)] = grid
    table = table / grids[1][:, None, None, None, None, None]
    sizes = np.array([len(grid) for grid in grids])
    return Kinetics(axes, sizes, np.ascontiguousarray(table.reshape(-1, 3)))


@cache
def kinetics_at(seconds: float) -> Kinetics:
    """The table for one residence time: its last axis is gone, which makes looking up cheaper."""
    whole = kinetics()
    low, high = whole.axes[-1, : whole.sizes[-1]]
    part = min(max((seconds - low) / (high - low), 0.0), 1.0)
    pairs = whole.outcome.reshape(-1, 2, 3)
    outcome = (1.0 - part) * pairs[:, 0] + part * pairs[:, 1]
    return Kinetics(whole.axes[:-1].copy(), whole.sizes[:-1].copy(), np.ascontiguousarray(outcome))


@njit()
def interpolate(table: Kinetics, point: Floats) -> Floats:
    """Multilinear interpolation in a table; points outside are moved to its edge.

    Parameters
    ----------
    table : Kinetics
    point : float64[dimensions]
        Temperature C, NO ppm, NSR, CO ppm, O2 share, and seconds where the table has them.

    Returns
    -------
    float64[3]
        Shares of NO, NH3 and N2O, of the NO that came in.
    """
    dimensions = len(table.sizes)
    weights = np.empty(1 << dimensions)
    rows = np.zeros(1 << dimensions, np.int64)
    weights[0] = 1.0
    corners = 1
    for axis in range(dimensions):
        last = table.sizes[axis] - 2
        cell = 0
        while cell < last and point[axis] >= table.axes[axis, cell + 1]:
            cell += 1
        low, high = table.axes[axis, cell], table.axes[axis, cell + 1]
        part = min(max((point[axis] - low) / (high - low), 0.0), 1.0)
        for corner in range(corners):
            row = rows[corner] * table.sizes[axis] + cell
            rows[corner], rows[corner + corners] = row, row + 1
            weights[corner + corners] = weights[corner] * part
            weights[corner] *= 1.0 - part
        corners *= 2
    result = np.zeros(3)
    for corner in range(corners):
        for outcome in range(3):
            result[outcome] += weights[corner] * table.outcome[rows[corner], outcome]
    return result


@njit()
def surviving_ammonia(celsius: float) -> float:
    """Share of unmixed ammonia that slips.

    Above about 1000 C it burns off whether it meets NO or not; below, most of it meets its gas further down,
    where it only burns. The share is ours, set so that usual sites slip 1 to 20 mg/Nm3 as real ones do.
    """
    return 0.35 / (1.0 + math.exp((celsius - 960.0) / 25.0))


@njit()
def reduce(table: Kinetics, point: Floats, mixing: float) -> tuple[float, float, float]:
    """Reduce NO with ammonia that only part of the gas meets.

    Nitrogen balances by construction: the share of the gas that is not mixed keeps its NO, and the ammonia
    meant for it slips through or burns.

    Parameters
    ----------
    table : Kinetics
    point : float64[dimensions]
        As for :func:`interpolate`.
    mixing : float
        Share of NO and NH3 that meet, in [0, 1]; plants reach 0.5 to 0.8.

    Returns
    -------
    nitric_oxide, ammonia, nitrous_oxide : float
        ppm that leave.
    """
    ideal = interpolate(table, point)
    inflow = point[1]
    unmixed = point[2] * surviving_ammonia(point[0])
    return (
        inflow * (mixing * ideal[0] + 1.0 - mixing),
        inflow * (mixing * ideal[1] + (1.0 - mixing) * unmixed),
        inflow * mixing * ideal[2],
    )
