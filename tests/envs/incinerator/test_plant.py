"""The dynamic plant: exact balances, the static examples as its rest point, and the known curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lantern.envs.incinerator.drift import Drift
from lantern.envs.incinerator.layout import (
    ACTIONS,
    BOOK,
    BOOKS,
    CAKE,
    DRIFT,
    HEAT,
    OUTPUT,
    OUTPUTS,
    WATER,
)
from lantern.envs.incinerator.plant import SNCR_SECONDS, STEAM_TEMPERATURE, advance
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sncr import interpolate, kinetics, kinetics_at
from lantern.envs.incinerator.stack import conversion, rich_share
from lantern.envs.incinerator.steady import SUBSTEPS, settle
from lantern.envs.incinerator.waste import Waste
from lantern.errors import ContentError

WET = Waste(20, 2.8, 12, 0.6, 0.12, 0.4, moisture=45, ash=19.08, lhv=6.5)
DRY = Waste(27, 3.7, 17, 0.6, 0.12, 0.6, moisture=30, ash=20.98, lhv=10)


@pytest.mark.parametrize(
    ("waste", "oxygen", "furnace"),
    [
        (WET, 0.06, 1025),
        (WET, 0.08, 946),
        (WET, 0.10, 858),
        (DRY, 0.06, 1245),
        (DRY, 0.08, 1139),
        (DRY, 0.10, 1023),
    ],
)
def test_it_settles_to_the_worked_examples(waste: Waste, oxygen: float, furnace: float) -> None:
    _, output = settle(Site("x", waste, oxygen=oxygen))
    assert output[OUTPUT["furnace"]] == pytest.approx(furnace, abs=15)
    assert output[OUTPUT["oxygen"]] == pytest.approx(oxygen, abs=0.002)


@pytest.fixture(scope="module", params=[WET, DRY], ids=["wet", "dry"])
def history(request: pytest.FixtureRequest) -> tuple[Site, np.ndarray, np.ndarray, np.ndarray]:
    """Two hours under changing set-points and waste: the site, the states at both ends, the summed books."""
    site = Site("x", request.param)
    table, generator = kinetics_at(SNCR_SECONDS), np.random.default_rng(0)
    state, row, usual = site.usual_state(), site.parameters(), site.usual_actions()
    first, total = state.copy(), np.zeros(len(BOOKS))
    books, output = np.zeros(len(BOOKS)), np.zeros(len(OUTPUTS))
    for _ in range(120):
        state[DRIFT] = generator.normal(0.0, Drift().sizes())
        actions = usual * generator.uniform(0.7, 1.3, ACTIONS)
        advance(state, actions, row, 60.0, SUBSTEPS, table, books, output)
        total += books
    return site, first, state, total


def book(total: np.ndarray, **weights: float) -> float:
    return sum(weight * total[BOOK[name]] for name, weight in weights.items())


def close(one: float, other: float) -> None:
    assert one == pytest.approx(other, rel=1e-6, abs=1e-9)


def test_every_element_is_conserved(history: tuple[Site, np.ndarray, np.ndarray, np.ndarray]) -> None:
    """What was fed and blown in is on the grate, in the stack, or bound: to one in a million."""
    site, first, last, total = history
    stored = last - first
    water = (stored[WATER] - total[BOOK["fed_water"]]) / 18.015
    hcl_kept = 1.0 - site.parameters()[site_index("hcl_release")]
    so2_kept = 1.0 - site.parameters()[site_index("so2_release")]
    burnt_cl = total[BOOK["fed_cl"]] - stored[5]
    burnt_s = total[BOOK["fed_s"]] - stored[4]
    close(total[BOOK["fed_c"]] - stored[0], book(total, co2=1, co=1))
    close(burnt_cl, book(total, hcl=1, hcl_bound=1) + hcl_kept * burnt_cl)
    close(burnt_s, book(total, so2=1, so2_bound=1) + so2_kept * burnt_s)
    nitrogen_in = total[BOOK["fed_n"]] - stored[3] + book(total, air=2 * 0.79, dose=1)
    close(nitrogen_in, book(total, n2=2, no=1, nh3=1, n2o=2))
    hydrogen_in = total[BOOK["fed_h"]] - stored[1] - burnt_cl + book(total, vapour=2, dose=3) - 2 * water
    close(hydrogen_in, book(total, h2o=2, nh3=3))
    oxygen_in = total[BOOK["fed_o"]] - stored[2] + book(total, air=2 * 0.21, vapour=1) - water
    close(oxygen_in, book(total, o2=2, co2=2, co=1, h2o=1, no=1, n2o=1) + 2 * burnt_s)


def site_index(name: str) -> int:
    from lantern.envs.incinerator.layout import INDEX

    return INDEX[name]


def test_lime_is_conserved_and_binds_no_more_than_it_can(
    history: tuple[Site, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    _, first, last, total = history
    close(total[BOOK["lime"]], last[CAKE] - first[CAKE] + total[BOOK["lime_out"]])
    assert book(total, hcl_bound=0.5, so2_bound=1) <= total[BOOK["lime_out"]]


def test_energy_is_conserved(history: tuple[Site, np.ndarray, np.ndarray, np.ndarray]) -> None:
    site, first, last, total = history
    close(total[BOOK["fed_heat"]], last[HEAT] - first[HEAT] + total[BOOK["burnt_heat"]])
    released = book(total, burnt_heat=1, warm_air=1, evaporation=-1, unburnt=-1)
    assert released == pytest.approx(book(total, surface=1, wall=1, hot_gas=1), rel=1e-6)
    capacity = site.parameters()[site_index("wall_capacity")] / 1000.0
    close(capacity * (last[9] - first[9]), book(total, wall=1, steam=-1))


def test_ammonia_makes_no_more_than_it_consumes(
    history: tuple[Site, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    total = history[3]
    assert 0 <= total[BOOK["nh3"]] <= total[BOOK["dose"]]
    assert min(total[: BOOK["air"]]) >= 0


def reduction(celsius: float, ratio: float, monoxide: float) -> float:
    table = kinetics()
    point = np.array([celsius, 200.0, ratio, monoxide, 0.08, 1.0])
    return float(100 * (1 - interpolate(table, point)[0]))


@pytest.mark.parametrize(
    ("celsius", "ratio", "monoxide", "percent"),
    [
        (900, 1.0, 0, 65),
        (925, 1.5, 0, 82),
        (950, 1.5, 100, 59),
        (1000, 2.0, 0, 74),
        (1050, 1.5, 0, 42),
        (1100, 1.5, 100, -6),
    ],
)
def test_the_sncr_window(celsius: float, ratio: float, monoxide: float, percent: float) -> None:
    assert reduction(celsius, ratio, monoxide) == pytest.approx(percent, abs=3)


def test_carbon_monoxide_shifts_the_sncr_window_down() -> None:
    grid = np.arange(800, 1101, 25)
    best = [grid[int(np.argmax([reduction(t, 1.5, co) for t in grid]))] for co in (0, 100)]
    assert 900 <= best[0] <= 950
    assert 25 <= best[0] - best[1] <= 75


def test_the_kinetics_agree_with_the_reference_table(shared: object) -> None:
    """2,592 conditions computed independently; ours are interpolated on another grid."""
    import csv
    from pathlib import Path

    table = kinetics()
    with (Path(str(shared)) / "data" / "sncr" / "sncr_pfr_alzueta2023.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if float(row["NSR"]) <= 3]
    errors = []
    for row in rows:
        names = ("T_C", "NO_in_ppm", "NSR", "CO_in_ppm", "O2_frac", "tau_s")
        point = np.array([float(row[name]) for name in names])
        ours = interpolate(table, point)[0] * point[1]
        errors.append(abs(ours - float(row["NO_ppm"])) / point[1])
    assert len(errors) > 2500
    assert np.median(errors) < 0.02
    assert np.mean(errors) < 0.05


def test_carbon_monoxide_is_u_shaped_in_the_air() -> None:
    levels = []
    for oxygen in (0.045, 0.075, 0.125):
        _, output = settle(Site("x", replace(WET, lhv=6.0), oxygen=oxygen), hours=2)
        levels.append(output[OUTPUT["co"]])
    assert levels[0] > 2 * levels[1]
    assert levels[2] > 2 * levels[1]


def test_rich_share_is_the_lognormal_tail() -> None:
    from scipy.stats import lognorm

    for ratio, spread in ((1.3, 0.25), (1.6, 0.3), (2.0, 0.15)):
        sigma = np.sqrt(np.log(1 + spread**2))
        expected = lognorm.cdf(1.0, sigma, scale=ratio / np.sqrt(1 + spread**2))
        assert rich_share(ratio, spread) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("order", "ratio", "share"),
    [(2, 1.5, 0.60), (2, 2.0, 0.67), (3, 1.5, 0.79), (5, 2.0, 0.97), (4, 1.0, 0.75)],
)
def test_sorption(order: float, ratio: float, share: float) -> None:
    assert conversion(ratio, order) == pytest.approx(share, abs=0.005)


def test_a_site_out_of_range_is_refused() -> None:
    with pytest.raises(ContentError, match=r"Site 'x': capacity is -1; expected 50 to 2000 \(t/d\)"):
        Site("x", WET, capacity=-1)
    with pytest.raises(ContentError, match="technology is 'rocket'"):
        Site("x", WET, technology="rocket")


def test_nothing_grows_without_bound_when_the_air_fails() -> None:
    """With too little air the grate fills up, the stack stays physical."""
    site = Site("x", DRY)
    starved = site.usual_actions() * np.array([1.0, 0.3, 0.1, 1.0, 1.0])
    state, output = settle(site, hours=1, actions=starved)
    assert np.isfinite(state).all()
    assert np.isfinite(output).all()
    assert output[OUTPUT["oxygen"]] >= 0
    assert STEAM_TEMPERATURE < state[10] < 2300
