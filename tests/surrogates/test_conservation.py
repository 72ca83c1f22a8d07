"""Balances hold for the simulator's own flue gas, and each is broken by what should break it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from lantern.envs.incinerator.recording import record  # noqa: E402
from lantern.errors import SurrogateError  # noqa: E402
from lantern.surrogates.process import Conservation  # noqa: E402
from lantern.surrogates.process.conservation import MADE, SETS  # noqa: E402


@pytest.fixture(scope="module")
def plant():
    made = record(2, 12, seed=1).rows(60)
    sets = {name: torch.from_numpy(made[f"true_{name}"]) for name in SETS}
    return Conservation.of(made.about), sets, {name: torch.from_numpy(made[f"true_{name}"]) for name in MADE}


def test_the_plant_keeps_its_balances(plant):
    conservation, sets, made = plant
    for name, violation in conservation.violations(sets, made).items():
        assert violation.item() ** 0.5 < 0.05, name


@pytest.mark.parametrize(
    ("changed", "factor", "broken"),
    [
        ("co2", 1.3, "carbon"),
        ("oxygen", 1.5, "carbon"),
        ("gas", 1.4, "nitrogen"),
        ("nox", 60.0, "nitrogen"),
        ("so2", 100.0, "sulphur"),
        ("hcl", 2000.0, "chlorine"),
        ("nh3", 1000.0, "reagents"),
    ],
)
def test_a_wrong_prediction_breaks_a_balance(plant, changed, factor, broken):
    conservation, sets, made = plant
    wrong = {**made, changed: factor * made[changed]}
    before = conservation.violations(sets, made)[broken].item()
    assert conservation.violations(sets, wrong)[broken].item() > max(10 * before, 1e-3)


def test_oxygen_is_consumed_in_proportion_to_carbon(plant):
    conservation, sets, made = plant
    wrong = {**made, "co2": 0.7 * made["co2"]}
    assert conservation.violations(sets, wrong)["oxygen"].item() > 0.02


def test_a_record_without_its_waste_is_refused():
    with pytest.raises(SurrogateError, match=r"about\['waste'\]"):
        Conservation.of({"site": "x"})
    inert = dict.fromkeys(("carbon", "hydrogen", "nitrogen", "sulphur", "chlorine"), 0.0) | {"oxygen": 10.0}
    with pytest.raises(SurrogateError, match="cannot burn"):
        Conservation.of({"waste": inert})
