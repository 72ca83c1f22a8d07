"""The fleet differs as real lines do: its stacks have the medians and spreads of daily means in China."""

from __future__ import annotations

import numpy as np
import pytest

from lantern.envs.incinerator.fleet import MEDIANS, POLLUTANTS, SPREADS, draw_fleet, draw_levels
from lantern.envs.incinerator.layout import ACTIONS, OUTPUT
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.simulate import TRIMS, assemble, run
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sites import fleet as sites_on_file
from lantern.envs.incinerator.steady import settle

COLUMNS = [OUTPUT[name] for name in POLLUTANTS]


@pytest.fixture(scope="module")
def fleet() -> list[Site]:
    return draw_fleet(seed=0)


def test_thirteen_stacks_match_the_fleet_statistics(fleet: list[Site]) -> None:
    levels = np.array([settle(site)[1][COLUMNS] for site in fleet])
    np.testing.assert_allclose(np.median(levels, axis=0), MEDIANS, rtol=0.1)
    # Levels above the 99th percentile of line-days are cut off, which takes from the spread of NOx.
    np.testing.assert_allclose(np.log(levels).std(axis=0, ddof=1), SPREADS, atol=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_drawn_levels_have_the_median_and_the_spread(seed: int) -> None:
    levels = draw_levels(np.random.default_rng(seed), 13)
    np.testing.assert_allclose(np.median(levels, axis=0), MEDIANS, rtol=1e-9)
    np.testing.assert_allclose(np.log(levels).std(axis=0, ddof=1), SPREADS, rtol=1e-9)


def test_drawn_levels_are_correlated_as_between_plants() -> None:
    levels = np.log(draw_levels(np.random.default_rng(1), 4000))
    found = np.corrcoef(levels, rowvar=False)
    so2, nox, hcl = (POLLUTANTS.index(name) for name in ("so2", "nox", "hcl"))
    assert found[so2, nox] == pytest.approx(0.42, abs=0.05)
    assert found[nox, hcl] == pytest.approx(0.42, abs=0.05)
    assert abs(found[POLLUTANTS.index("dust"), nox]) < 0.08


def test_sites_are_within_the_ranges_of_real_lines(fleet: list[Site]) -> None:
    assert len({site.name for site in fleet}) == 13
    assert all(250 <= site.capacity <= 800 for site in fleet)
    assert all(32 <= site.waste.moisture <= 55 and 5.5 <= site.waste.lhv <= 11 for site in fleet)
    assert sum(site.technology == "fluidised bed" for site in fleet) == 1
    assert all(870 <= settle(site)[1][OUTPUT["furnace"]] <= 1070 for site in fleet)


def test_the_same_seed_draws_the_same_fleet(fleet: list[Site]) -> None:
    assert draw_fleet(seed=0) == fleet
    assert draw_fleet(seed=1, sites=2) != fleet[:2]


def test_the_shipped_fleet_runs_as_real_lines_do() -> None:
    """Days under usual control, disturbances on: medians and spreads are those of real lines."""
    sites = sites_on_file()
    assert len(sites) == 13
    plants = assemble(sites * 4, seed=5)
    run(plants, np.zeros((1, 1, ACTIONS)), np.ones((120, 52)), TRIMS)
    reading = run(plants, np.zeros((1, 1, ACTIONS)), np.ones((1440, 52)), TRIMS).reading
    means = reading[:, :, [READ[name] for name in POLLUTANTS]].mean(axis=0)
    ratio = np.median(means, axis=0) / MEDIANS
    assert ((ratio > 0.6) & (ratio < 1.6)).all(), dict(zip(POLLUTANTS, ratio, strict=True))
    between = np.log(means).reshape(4, 13, 5).mean(axis=0).std(axis=0, ddof=1)
    np.testing.assert_allclose(between, SPREADS, atol=0.2)
    furnace = reading[:, :, READ["furnace"]].mean(axis=0)
    assert (furnace > 850).all()


def test_sites_on_file_are_those_that_are_drawn(fleet: list[Site]) -> None:
    """Five digits of every number are in the files; gains are tuned there."""
    for drawn, kept in zip(fleet, sites_on_file(), strict=True):
        assert drawn.name == kept.name
        np.testing.assert_allclose(kept.parameters(), drawn.parameters(), rtol=2e-5)
        np.testing.assert_allclose(kept.drift.sizes(), drawn.drift.sizes(), rtol=1e-5)
