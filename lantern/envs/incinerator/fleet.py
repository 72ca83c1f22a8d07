"""A fleet of lines that differ as real ones do.

Waste and design are drawn from the ranges found in China and Japan; then each site's chemistry is set so that
its stack shows emissions drawn from the statistics of 919 Chinese plants (daily means of 2020 to 2023:
medians, spread between plants, and correlations). The data themselves carry no licence and are not shipped;
the figures below are all that is used of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lantern.envs.incinerator.drift import Drift
from lantern.envs.incinerator.layout import OUTPUT, Floats
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.steady import settle
from lantern.envs.incinerator.waste import ELEMENTS, LATENT_HEAT, Waste

POLLUTANTS = ("dust", "so2", "nox", "co", "hcl")
MEDIANS = np.array([2.87, 19.6, 139.0, 4.36, 8.19])
"""Medians of daily means, mg per dry Nm3 at 11 % oxygen."""

SPREADS = np.array([0.62, 0.83, 0.45, 0.94, 0.84])
"""Standard deviations of the logarithm of plant means."""

HIGHEST = np.array([13.3, 66.0, 228.0, 50.3, 39.0])
"""The 99th percentiles of line-days: regulated lines are run below their limits."""

CORRELATIONS = np.array(
    [
        [1.00, 0.00, 0.00, 0.29, 0.00],
        [0.00, 1.00, 0.42, 0.00, 0.18],
        [0.00, 0.42, 1.00, 0.00, 0.42],
        [0.29, 0.00, 0.00, 1.00, 0.00],
        [0.00, 0.18, 0.42, 0.00, 1.00],
    ]
)
"""Between-plant correlations of the logarithms; those below 0.15 are taken as none."""


_SHARES = (*ELEMENTS, "moisture")


@dataclass(frozen=True)
class Knob:
    """The parameter of a site that sets a pollutant, its range, and whether it raises the emission."""

    pollutant: str
    name: str
    low: float
    high: float
    raises: bool


# In the order of the gas: carbon monoxide changes the SNCR, chlorine takes lime before sulphur does.
KNOBS = (
    Knob("co", "rich_co", 1e-6, 0.05, True),
    Knob("nox", "fuel_nitrogen", 0.02, 0.25, True),
    Knob("hcl", "hcl_order", 1.2, 30.0, False),
    Knob("so2", "so2_order", 1.2, 30.0, False),
    Knob("dust", "dust_passing", 5e-5, 0.02, True),
)


def draw_fleet(seed: int = 0, sites: int = 13) -> list[Site]:
    """Draw a fleet; the first site is the reference, whose waste and emissions are the most ordinary.

    Parameters
    ----------
    seed : int
        Seed of everything random.
    sites : int
        How many, 2 or more.

    Returns
    -------
    list of Site
        The first is the reference site; at least one has a fluidised bed where there are five or more.
    """
    generator = np.random.default_rng(seed)
    levels = np.minimum(draw_levels(generator, sites), HIGHEST)
    fluidised = int(np.argmax(levels[:, POLLUTANTS.index("co")])) if sites >= 5 else -1
    fleet = []
    for index in range(sites):
        technology = "fluidised bed" if index == fluidised else "grate"
        fleet.append(calibrate(draw_site(generator, f"site_{index + 1:02d}", technology), levels[index]))
    distance = np.abs(np.log(levels / MEDIANS) / SPREADS).sum(axis=1)
    distance[fluidised if fluidised >= 0 else 0] += 10.0 if fluidised >= 0 else 0.0
    reference = int(np.argmin(distance))
    order = [reference, *(index for index in range(sites) if index != reference)]
    return [replace(fleet[index], name=f"site_{rank + 1:02d}") for rank, index in enumerate(order)]


def draw_levels(generator: np.random.Generator, sites: int) -> Floats:
    """Draw emission levels: lognormal, correlated, with medians and spreads met by stratification.

    The ranks come from correlated normals, the values from the quantiles of the distribution (Iman and
    Conover 1982), so that even thirteen sites have its median and spread.

    Returns
    -------
    float64[sites, 5]
        mg per dry Nm3 at 11 % oxygen, columns as ``POLLUTANTS``.
    """
    from scipy.stats import norm

    correlated = generator.multivariate_normal(np.zeros(len(POLLUTANTS)), CORRELATIONS, size=sites)
    scores = norm.ppf((np.arange(sites) + 0.5) / sites)
    scores /= scores.std(ddof=1)
    ranks = correlated.argsort(axis=0).argsort(axis=0)
    return np.asarray(MEDIANS * np.exp(SPREADS * scores[ranks]))


def draw_site(generator: np.random.Generator, name: str, technology: str) -> Site:
    """Draw waste and design from the ranges of real plants: 32 to 55 % moisture, 5.5 to 11 MJ/kg."""
    while True:
        waste = draw_waste(generator)
        oxygen = float(generator.uniform(0.06, 0.10))
        spread = (0.35, 0.45) if technology == "fluidised bed" else (0.15, 0.3)
        site = Site(
            name,
            waste,
            technology=technology,
            capacity=float(np.round(generator.uniform(250.0, 800.0), -1)),
            oxygen=round(oxygen, 4),
            mixing_spread=round(float(generator.uniform(*spread)), 3),
            sncr_mixing=round(float(generator.uniform(0.45, 0.85)), 3),
            sncr_offset=round(float(generator.uniform(-40.0, 40.0)), 1),
            leak=round(float(generator.uniform(0.02, 0.08)), 3),
            preheat=round(float(generator.uniform(120.0, 220.0)), 0),
            ratio=round(float(generator.uniform(0.6, 1.4)), 2),
            lime_ratio=round(float(generator.uniform(1.4, 2.4)), 2),
            drift=draw_drift(generator),
        )
        furnace = settle(site, hours=1.0)[1][OUTPUT["furnace"]]
        if 880.0 <= furnace <= 1050.0:  # a site that runs hotter or colder would have been built otherwise
            return site


def draw_drift(generator: np.random.Generator) -> Drift:
    """Draw how much a site's waste and mixing drift."""
    sizes = {
        "moisture": (0.02, 0.04), "heating": (0.02, 0.06), "nitrogen": (0.06, 0.15), "sulphur": (0.15, 0.35),
        "chlorine": (0.15, 0.35), "feed": (0.03, 0.09), "mixing": (0.04, 0.10), "dust": (0.05, 0.15),
        "hours": (4.0, 24.0),
    }  # fmt: skip
    return Drift(**{name: round(float(generator.uniform(*bounds)), 3) for name, bounds in sizes.items()})


def draw_waste(generator: np.random.Generator) -> Waste:
    """Draw a composition whose heating value is between 5.5 and 11 MJ/kg."""
    while True:
        moisture, ash = generator.uniform(32.0, 55.0), generator.uniform(8.0, 22.0)
        nitrogen, sulphur, chlorine = (
            generator.uniform(low, high) for low, high in ((0.3, 1.0), (0.05, 0.25), (0.2, 0.8))
        )
        combustible = 100.0 - moisture - ash
        carbon = combustible * generator.uniform(0.52, 0.58)
        hydrogen = combustible * generator.uniform(0.07, 0.08)
        oxygen = combustible - carbon - hydrogen - nitrogen - sulphur - chlorine
        lhv = combustible / 100 * generator.uniform(21.5, 24.0) - LATENT_HEAT * moisture / 100
        if 5.5 <= lhv <= 11.0 and 8.0 <= oxygen <= 20.0:
            numbers = (carbon, hydrogen, oxygen, nitrogen, sulphur, chlorine, moisture)
            shares = {name: round(float(value), 4) for name, value in zip(_SHARES, numbers, strict=True)}
            return Waste(
                **shares,
                ash=round(100.0 - sum(shares.values()), 4),
                lhv=round(float(lhv), 3),
                fossil_share=round(float(generator.uniform(0.3, 0.5)), 3),
            )


def calibrate(site: Site, levels: Floats) -> Site:
    """Set a site's chemistry so that its stack shows given levels when it is left alone.

    Bisection over one knob a pollutant, twice through all of them since they touch each other. A level that
    a knob cannot reach is met as closely as its range allows.
    """
    for _ in range(2):
        for knob in KNOBS:
            site = turn(site, knob, float(levels[POLLUTANTS.index(knob.pollutant)]))
    return site


def turn(site: Site, knob: Knob, level: float) -> Site:
    """Turn one knob until its pollutant is at a level; geometric bisection, 24 halvings."""
    low, high = np.log(knob.low), np.log(knob.high)
    for _ in range(24):
        middle = 0.5 * (low + high)
        shown = settle(turned(site, knob, middle), hours=1.5)[1]
        too_much = shown[OUTPUT[knob.pollutant]] > level
        if too_much == knob.raises:
            high = middle
        else:
            low = middle
    return turned(site, knob, 0.5 * (low + high))


def turned(site: Site, knob: Knob, logarithm: float) -> Site:
    """Return the site with a knob at the given logarithm of its value."""
    change: dict[str, Any] = {knob.name: float(np.exp(logarithm))}
    return replace(site, **change)
