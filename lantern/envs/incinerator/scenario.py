"""What happens to a plant in an episode whoever controls it: the load that is asked for, and the waste."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lantern.content import nearest
from lantern.envs.incinerator.layout import Floats
from lantern.errors import EnvError

RAMP = 0.01
"""Largest change of the demanded load in a minute."""

NOTICE = 60
"""Minutes before a change of load that it is announced."""

EVALUATION_SEEDS = tuple(range(9_640_000, 9_640_020))
"""Seeds of episodes on which controllers are judged; training must not use them, nor may whoever designs one
look at them. Earlier ones, 7,000,000 and 8,520,000 on, were given up once decisions had followed them."""

LOADS = ("change", "constant")
WASTES = ("usual", "unseen")


@dataclass
class Loads:
    """Demanded load of N plants.

    Attributes
    ----------
    demand : float64[N, minutes]
        Share of full load.
    change : int64[N]
        Minute in which it begins to change; -1 where it does not.
    after : float64[N]
        What it changes to.
    """

    demand: Floats
    change: np.ndarray
    after: Floats

    @classmethod
    def none(cls, plants: int, minutes: int) -> Loads:
        """Full load all the time."""
        return cls(np.ones((plants, minutes)), np.full(plants, -1), np.ones(plants))

    def repeated(self, copies: int) -> Loads:
        """The same loads so many times, one after the other."""
        return Loads(*(np.concatenate([part] * copies) for part in (self.demand, self.change, self.after)))

    def put(self, chosen: np.ndarray, other: Loads) -> None:
        """Replace the loads of some plants: bool[N]."""
        self.demand[chosen], self.change[chosen], self.after[chosen] = other.demand, other.change, other.after


def check_scenario(load: str | Sequence[float], waste: str) -> None:
    """Refuse a load or a waste that cannot be drawn."""
    if waste not in WASTES:
        raise EnvError(f"waste={waste!r} is not known. {nearest(str(waste), WASTES)}")
    if isinstance(load, str):
        if load not in LOADS:
            raise EnvError(f"load={load!r} is not known. {nearest(load, LOADS)}")
        return
    levels = np.asarray(load, dtype=float)
    if levels.ndim != 1 or levels.size == 0 or not np.all((levels >= 0.5) & (levels <= 1.1)):
        raise EnvError("load: expected shares of full load between 0.5 and 1.1, one for each control step.")


def draw_loads(
    kind: str | Sequence[float], plants: int, minutes: int, step: int, rng: np.random.Generator
) -> Loads:
    """Draw the loads of episodes.

    Parameters
    ----------
    kind : {"change", "constant"} or sequence of float
        One change by 10 % or more of full load, between 75 and 105 %, after a fifth to three fifths of the
        episode; full load; or one load for each control step.
    plants, minutes, step : int
        How many, how long, and the length of a control step in min.
    rng : numpy.random.Generator
    """
    loads = Loads.none(plants, minutes)
    if isinstance(kind, str):
        if kind == "change":
            for plant in range(plants):
                before, after = _two_levels(rng)
                change = int(rng.integers(minutes // 5, max(3 * minutes // 5, minutes // 5 + 1)))
                loads.change[plant] = change = change // step * step
                loads.after[plant] = after
                loads.demand[plant] = _ramped(before, after, change, minutes)
        return loads
    levels = np.repeat(np.asarray(kind, dtype=float), step)[:minutes]
    profile = np.concatenate([levels, np.full(minutes - len(levels), levels[-1])])
    moved = np.flatnonzero(np.abs(np.diff(profile)) > 1e-9)
    change = int(moved[0]) + 1 if len(moved) else -1
    loads.demand[:], loads.change[:], loads.after[:] = profile, change, profile[change] if change > 0 else 1.0
    return loads


def _two_levels(rng: np.random.Generator) -> tuple[float, float]:
    while True:
        before, after = rng.uniform(0.75, 1.05, 2)
        if abs(before - after) >= 0.1:
            return float(before), float(after)


def _ramped(before: float, after: float, change: int, minutes: int) -> Floats:
    moved = np.maximum(np.arange(minutes) - change + 1, 0) * RAMP
    return np.asarray(before + np.sign(after - before) * np.minimum(moved, abs(after - before)))


def draw_centres(kind: str, sizes: Floats, rng: np.random.Generator) -> Floats:
    """Draw what the waste drifts about.

    Parameters
    ----------
    kind : {"usual", "unseen"}
        The site's mean, or a waste whose moisture, heating value, N, S and Cl lie away from it by 1.5 of
        their standard deviations on average, which no training episode has.
    sizes : float64[N, 8]
        Standard deviations.
    rng : numpy.random.Generator

    Returns
    -------
    float64[N, 8]
    """
    centres = np.zeros(sizes.shape)
    if kind == "unseen":
        draws = rng.uniform(1.0, 2.0, (len(sizes), 5)) * rng.choice([-1.0, 1.0], (len(sizes), 5))
        centres[:, :5] = draws * sizes[:, :5]
    return centres
