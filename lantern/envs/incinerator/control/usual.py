"""The control that plants usually have: feed-forward ratios trimmed by PI loops, anti-windup, rate limits.

Steam follows the load by feed and primary air; oxygen is held by secondary air; a cold furnace or a surge of
carbon monoxide moves the oxygen's set-point; ammonia follows load and the NOx reading; lime follows load and
whichever of HCl and SO2 is further from its set-point. Compiled, so that plants run for months in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lantern.compiled import njit
from lantern.envs.incinerator.layout import ACTIONS, Floats
from lantern.envs.incinerator.sensors import READ
from lantern.errors import ContentError


@dataclass(frozen=True)
class Gains:
    """Settings of the loops.

    Attributes
    ----------
    steam, steam_minutes : float
        Gain from the relative error of the steam to relative feed, and integral time, min.
    air : float
        Gain from the same error to primary air.
    oxygen, oxygen_minutes : float
        Gain from an error of 1 % of oxygen to relative secondary air, and integral time.
    nox, nox_minutes : float
        Gain from the relative error of NOx to relative ammonia, and integral time.
    acid, acid_minutes : float
        The same from HCl or SO2 to lime.
    furnace : float
        % of oxygen by which the set-point falls for each kelvin below ``furnace_low`` C.
    furnace_low : float
        C.
    co : float
        % of oxygen by which the set-point rises for each ``co_high`` that CO is above it.
    co_high : float
        mg/Nm3.
    feed_rate, dose_rate : float
        Largest change of feed and air, and of reagents, per minute, relative to design.

    Raises
    ------
    ContentError
        If a number is out of range.
    """

    steam: float = 0.4
    steam_minutes: float = 30.0
    air: float = 0.4
    oxygen: float = 0.08
    oxygen_minutes: float = 8.0
    nox: float = 0.5
    nox_minutes: float = 8.0
    acid: float = 0.3
    acid_minutes: float = 25.0
    furnace: float = 0.03
    furnace_low: float = 880.0
    co: float = 0.5
    co_high: float = 50.0
    feed_rate: float = 0.02
    dose_rate: float = 0.2

    def __post_init__(self) -> None:
        for name in GAINS:
            value = getattr(self, name)
            low, high = _BOUNDS.get(name, (0.0, 20.0))
            if not low <= value <= high:
                raise ContentError(f"Gains: {name} is {value:g}; expected {low:g} to {high:g}.")

    def row(self) -> Floats:
        """The numbers in the order of the fields: float64[len(GAINS)]."""
        return np.array([getattr(self, name) for name in GAINS])


_BOUNDS = {
    **{f"{loop}_minutes": (0.5, 1000.0) for loop in ("steam", "oxygen", "nox", "acid")},
    "furnace_low": (0.0, 1200.0),
    "co_high": (1.0, 1000.0),
    "feed_rate": (0.001, 1.0),
    "dose_rate": (0.001, 3.0),
}
GAINS = tuple(field.name for field in fields(Gains))
TARGETS = ("steam", "oxygen", "nox", "so2", "hcl")
"""Set-points at full load: MW, % dry, mg/Nm3."""

# Parameters of the compiled controller: design set-points, targets, gains.
_TARGET = ACTIONS
_GAIN = ACTIONS + len(TARGETS)
USUAL = _GAIN + len(GAINS)
_STEAM, _OXYGEN, _NOX, _SO2, _HCL = range(_TARGET, _TARGET + len(TARGETS))
(
    _K_STEAM, _T_STEAM, _K_AIR, _K_OXYGEN, _T_OXYGEN, _K_NOX, _T_NOX, _K_ACID, _T_ACID, _K_FURNACE,
    _FURNACE_LOW, _K_CO, _CO_HIGH, _FEED_RATE, _DOSE_RATE,
) = range(_GAIN, USUAL)  # fmt: skip

# Its memory: integrals of the four loops, then the last set-points relative to design.
_LAST = 4
MEMORY = _LAST + ACTIONS
LOW = np.array([0.4, 0.4, 0.2, 0.0, 0.2])
HIGH = np.array([1.2, 1.4, 2.5, 3.0, 2.5])
"""Limits of all set-points, relative to the site's design."""

TRIMS = np.array([0.08, 1.5, 0.4, 0.4, 0.5])
"""What a trim of 1 changes: load (share), oxygen (%), secondary air (share), NOx and acid set-points."""

_R_STEAM, _R_OXYGEN, _R_FURNACE = READ["steam"], READ["oxygen"], READ["furnace"]
_R_CO, _R_NOX, _R_SO2, _R_HCL = READ["co"], READ["nox"], READ["so2"], READ["hcl"]


@njit()
def _loop(
    memory: Floats, index: int, base: float, error: float, gain: float, minutes: float, step: float,
    low: float, high: float,
) -> float:  # fmt: skip
    """PI loop about a feed-forward; its integral stops where the output would leave [low, high]."""
    change = gain * error * step / minutes
    wanted = base + gain * error + memory[index] + change
    if (wanted <= high or change < 0.0) and (wanted >= low or change > 0.0):
        memory[index] += change
    output: float = min(max(base + gain * error + memory[index], low), high)
    return output


@njit()
def oxygen_target(reading: Floats, usual: Floats, trim: float) -> float:
    """Set-point of the oxygen, %: lower where the furnace is cold, higher where CO surges."""
    cold = max(usual[_FURNACE_LOW] - reading[_R_FURNACE], 0.0)
    surge = max(reading[_R_CO] / usual[_CO_HIGH] - 1.0, 0.0)
    shift = min(usual[_K_CO] * surge, 2.0) - min(usual[_K_FURNACE] * cold, 2.0)
    target: float = min(max(usual[_OXYGEN] + 1.5 * trim + shift, 3.5), 13.0)
    return target


@njit()
def usual_control(
    reading: Floats,
    load: float,
    trims: Floats,
    usual: Floats,
    memory: Floats,
    minutes: float,
    setpoints: Floats,
) -> None:
    """Choose set-points from readings.

    Parameters
    ----------
    reading : float64[len(MEASURED)]
    load : float
        Demanded load, share of full.
    trims : float64[5]
        In [-1, 1]; zeros for the plain controller. They move load, oxygen, the share of secondary air, and
        the set-points of NOx and of the acid gases (a positive one asks for cleaner gas); see ``TRIMS``.
    usual : float64[USUAL]
        Parameters of the site's controller.
    memory : float64[MEMORY]
        Changed in place.
    minutes : float
        Since the last call.
    setpoints : float64[ACTIONS]
        Receives set-points in the plant's units.
    """
    demand = load * (1.0 + 0.08 * trims[0])
    error = demand - reading[_R_STEAM] / usual[_STEAM]
    wanted = np.empty(5)
    wanted[0] = _loop(memory, 0, demand, error, usual[_K_STEAM], usual[_T_STEAM], minutes, LOW[0], HIGH[0])
    firing = demand + memory[0] + usual[_K_AIR] * error
    wanted[1] = firing * (1.0 - 0.17 * trims[2])
    missing = oxygen_target(reading, usual, trims[1]) - reading[_R_OXYGEN]
    share = _loop(memory, 1, 1.0, missing, usual[_K_OXYGEN], usual[_T_OXYGEN], minutes, LOW[2], HIGH[2])
    wanted[2] = firing * share * (1.0 + 0.4 * trims[2])
    target = usual[_NOX] * (1.0 - 0.4 * trims[3])
    excess = min(max(reading[_R_NOX] / target - 1.0, -1.0), 1.0)
    wanted[3] = _loop(memory, 2, demand, excess, usual[_K_NOX], usual[_T_NOX], minutes, LOW[3], HIGH[3])
    cleaner = 1.0 - 0.5 * trims[4]
    acid = max(reading[_R_HCL] / (usual[_HCL] * cleaner), reading[_R_SO2] / (usual[_SO2] * cleaner)) - 1.0
    acid = min(max(acid, -1.0), 1.0)
    wanted[4] = _loop(memory, 3, demand, acid, usual[_K_ACID], usual[_T_ACID], minutes, LOW[4], HIGH[4])
    for index in range(5):
        rate = (usual[_FEED_RATE] if index < 3 else usual[_DOSE_RATE]) * minutes
        last = memory[_LAST + index]
        moved = min(max(wanted[index], last - rate), last + rate)
        memory[_LAST + index] = min(max(moved, LOW[index]), HIGH[index])
        setpoints[index] = usual[index] * memory[_LAST + index]


def fresh_memory(load: float = 1.0) -> Floats:
    """Memory of a controller that takes over a plant at its usual operating point: float64[MEMORY]."""
    memory = np.zeros(MEMORY)
    memory[_LAST:] = load
    return memory
