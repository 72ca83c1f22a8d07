"""Selective non-catalytic reduction: what ammonia does to NO at a temperature, from a table of kinetics.

The table is computed, not fitted: ``data/recompute_sncr.py`` integrates a published mechanism in an ideally
mixed, isothermal plug flow. A real furnace mixes less well, which :func:`reduce` takes as a share of the gas
that meets its ammonia.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

Floats = NDArray[np.float64]
AXES = ("temperature", "nitric_oxide", "ratio", "carbon_monoxide", "oxygen", "seconds")


@dataclass(frozen=True)
class Kinetics:
    """The table of ideal reductions.

    Attributes
    ----------
    axes : float64[6, 20]
        Grid of each of ``AXES`` (C, ppm, mol/mol, ppm, share, s), padded with inf.
    sizes : int64[6]
        Grid points of each axis.
    outcome : float64[..., 4]
        Of the NO that came in, the shares that leave as NO, NH3 and N2O; then the share of CO that is left.
    """

    axes: Floats
    sizes: NDArray[np.int64]
    outcome: Floats


@cache
def kinetics() -> Kinetics:
    """Read the table that LANTERN ships."""
    with (files("lantern.envs.incinerator") / "data" / "sncr.npz").open("rb") as file, np.load(file) as data:
        grids = [data[name].astype(np.float64) for name in AXES]
        table = data["table"].astype(np.float64)
    axes = np.full((len(grids), max(map(len, grids))), np.inf)
    for row, grid in zip(axes, grids, strict=True):
        row[: len(grid)] = grid
    inflow = grids[1][:, None, None, None, None]
    monoxide = np.maximum(grids[3], 1.0)[:, None, None]
    table[..., :3] /= inflow[..., None]
    table[..., 3] /= monoxide
    return Kinetics(axes, np.array([len(grid) for grid in grids]), np.ascontiguousarray(table))


@njit()
def interpolate(axes: Floats, sizes: NDArray[np.int64], outcome: Floats, point: Floats) -> Floats:
    """Multilinear interpolation in the table; points outside are moved to its edge.

    Parameters
    ----------
    axes, sizes, outcome
        The fields of :class:`Kinetics`.
    point : float64[6]
        Temperature C, NO ppm, NSR, CO ppm, O2 share, seconds.

    Returns
    -------
    float64[4]
        Shares of NO, NH3, N2O (of the NO that came in) and of CO.
    """
    dimensions = len(sizes)
    base = np.zeros(dimensions, np.int64)
    part = np.zeros(dimensions)
    for axis in range(dimensions):
        last = sizes[axis] - 2
        cell = 0
        while cell < last and point[axis] >= axes[axis, cell + 1]:
            cell += 1
        low, high = axes[axis, cell], axes[axis, cell + 1]
        base[axis] = cell
        part[axis] = min(max((point[axis] - low) / (high - low), 0.0), 1.0)
    flat = outcome.reshape(-1, outcome.shape[-1])
    result = np.zeros(outcome.shape[-1])
    for corner in range(1 << dimensions):
        weight = 1.0
        index = 0
        for axis in range(dimensions):
            upper = (corner >> axis) & 1
            weight *= part[axis] if upper else 1.0 - part[axis]
            index = index * sizes[axis] + base[axis] + upper
        if weight > 0.0:
            result += weight * flat[index]
    return result


@njit()
def surviving_ammonia(celsius: float) -> float:
    """Share of unmixed ammonia that slips.

    Above about 1000 C it burns off whether it meets NO or not; below, most of it meets its gas further down,
    where it only burns. The share is ours, set so that usual sites slip 1 to 20 mg/Nm3 as real ones do.
    """
    return 0.35 / (1.0 + math.exp((celsius - 960.0) / 25.0))


@njit()
def reduce(
    axes: Floats, sizes: NDArray[np.int64], outcome: Floats, point: Floats, mixing: float
) -> tuple[float, float, float]:
    """Reduce NO with ammonia that only part of the gas meets.

    Nitrogen balances by construction: the share of the gas that is not mixed keeps its NO, and the ammonia
    meant for it slips through.

    Parameters
    ----------
    axes, sizes, outcome
        The fields of :class:`Kinetics`.
    point : float64[6]
        As for :func:`interpolate`.
    mixing : float
        Share of NO and NH3 that meet, in [0, 1]; plants reach 0.5 to 0.8.

    Returns
    -------
    nitric_oxide, ammonia, nitrous_oxide : float
        ppm that leave.
    """
    ideal = interpolate(axes, sizes, outcome, point)
    inflow = point[1]
    unmixed = point[2] * surviving_ammonia(point[0])
    return (
        inflow * (mixing * ideal[0] + 1.0 - mixing),
        inflow * (mixing * ideal[1] + (1.0 - mixing) * unmixed),
        inflow * mixing * ideal[2],
    )
