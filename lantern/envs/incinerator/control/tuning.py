"""Tuning of the usual controllers: the gains of a site's loops, found on the site itself.

So that the baseline is no straw man, every site's loops are tuned by the cross-entropy method (Rubinstein
1999) on days with changing load and drifting waste. Only gains and integral times are tuned; set-points stay
those of the usual operating point, since choosing these is what other controllers are compared in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lantern.envs.incinerator.control.usual import GAINS, Gains
from lantern.envs.incinerator.layout import ACTIONS, Floats
from lantern.envs.incinerator.recording import load_profile
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.simulate import TRIMS, History, Plants, assemble, controller_row, run
from lantern.envs.incinerator.site import Site

TUNED = (
    "steam",
    "steam_minutes",
    "air",
    "oxygen",
    "oxygen_minutes",
    "nox",
    "nox_minutes",
    "acid",
    "acid_minutes",
)
SPREAD = 0.7
"""First standard deviation of the search, of the logarithm."""

_SETTLING = 120
_TRUE = [READ[name] for name in ("steam", "oxygen", "nox", "so2", "hcl")]


def tune(
    site: Site, seed: int = 0, *, generations: int = 6, candidates: int = 24, days: int = 4
) -> tuple[Gains, float, float]:
    """Tune the usual controller of a site.

    Parameters
    ----------
    site : Site
    seed : int
        Of the days and of the search.
    generations, candidates, days : int
        Of the search; every candidate of a generation runs the same days.

    Returns
    -------
    gains : Gains
    before, after : float
        The loss of the site's own and of the new gains on other days.
    """
    rng = np.random.default_rng([seed, 0x7E])
    centre = np.log([getattr(site.gains, name) for name in TUNED])
    spread = np.full(len(TUNED), SPREAD)
    for generation in range(generations):
        draws = centre + spread * rng.standard_normal((candidates, len(TUNED)))
        draws[0] = centre
        losses = _losses(site, [_with(site.gains, draw) for draw in draws], days, seed * 1000 + generation)
        best = draws[np.argsort(losses)[: candidates // 4]]
        centre, spread = best.mean(axis=0), np.maximum(best.std(axis=0), 0.05)
    found = _with(site.gains, centre)
    before, after = _losses(site, [site.gains, found], 2 * days, seed * 1000 + 999)
    return (found if after < before else site.gains), float(before), float(min(before, after))


def _with(gains: Gains, logarithms: Floats) -> Gains:
    values = dict(zip(TUNED, (float(f"{value:.3g}") for value in np.exp(logarithms)), strict=True))
    return replace(gains, **values)


def _losses(site: Site, gains: list[Gains], days: int, seed: int) -> Floats:
    """Mean loss of some gains over the same days: float64[len(gains)]."""
    steps = 24 * 60
    plants = assemble([site] * days, seed)
    copies: Any = [np.tile(part, (len(gains), *[1] * (part.ndim - 1))) for part in plants]
    many = Plants(*copies)
    many.usual[:] = np.repeat([controller_row(site, one) for one in gains], days, axis=0)
    load = np.stack([load_profile(np.random.default_rng([seed, day]), steps) for day in range(days)], axis=1)
    history = run(many, np.zeros((1, 1, ACTIONS)), np.tile(load, (1, len(gains))), TRIMS)
    loss = _loss(history, np.tile(load, (1, len(gains))), many.usual)
    return np.asarray(loss.reshape(len(gains), days).mean(axis=1))


def _loss(history: History, load: Floats, usual: Floats) -> Floats:
    """What operators watch, after settling: distance from set-points, each in units of a usual one; unrest.

    3 % of steam, 0.5 % of oxygen, 5 % of NOx, 15 % of the nearer acid gas, 1 % of any actuator a minute.
    """
    true = history.true[_SETTLING:, :, _TRUE]
    steam, oxygen, nox, so2, hcl = np.moveaxis(true, -1, 0)
    targets = usual[:, ACTIONS : ACTIONS + 5]
    loss = np.abs(steam / targets[:, 0] - load[_SETTLING:]) / 0.03
    loss += np.abs(oxygen - targets[:, 1]) / 0.5
    loss += np.abs(nox / targets[:, 2] - 1.0) / 0.05
    loss += np.abs(np.maximum(so2 / targets[:, 3], hcl / targets[:, 4]) - 1.0) / 0.15
    moves = np.abs(np.diff(history.setpoints[_SETTLING:] / usual[:, :ACTIONS], axis=0)).sum(axis=2)
    return np.asarray(loss.mean(axis=0) + moves.mean(axis=0) / 0.01)


assert set(TUNED) <= set(GAINS)
