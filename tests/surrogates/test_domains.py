"""Domains that shift: a head from a few rows, on made data and on the years of a gas turbine."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lantern.errors import SurrogateError  # noqa: E402
from lantern.surrogates import train_domains  # noqa: E402


def domain(rows, shift, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 3))
    y = (
        np.sin(1.5 * x[:, :1]) * (1 + shift)
        + shift * x[:, 1:2]
        + 0.5 * shift
        + 0.1 * rng.normal(size=(rows, 1))
    )
    return x, y


def r2(made, true):
    return 1 - np.sum((made - true) ** 2) / np.sum((true - true.mean()) ** 2)


@pytest.mark.parametrize("seed", range(2))
def test_a_new_domain_from_forty_rows(seed):
    model = train_domains(
        [domain(800, s, i) for i, s in enumerate((-0.3, 0.0, 0.3))], members=2, steps=300, seed=seed
    )
    few, rest = domain(40, 1.0, 50 + seed), domain(2000, 1.0, 99)
    adapted = model.adapt(*few)
    made, spread = adapted.predict_with_spread(rest[0])
    assert r2(made, rest[1]) > 0.8
    assert r2(made, rest[1]) > r2(model.predict(rest[0]), rest[1]) + 0.2
    assert np.mean(np.abs(made - rest[1]) < 1.645 * spread) > 0.75


def test_wrong_domains_are_refused():
    with pytest.raises(SurrogateError, match="one domain"):
        train_domains([])
    with pytest.raises(SurrogateError, match="inputs"):
        train_domains([(np.zeros((10, 3)), np.zeros((9, 1)))])
    with pytest.raises(SurrogateError, match="not finite"):
        train_domains([(np.full((10, 3), np.nan), np.zeros((10, 1)))])
    model = train_domains([domain(50, 0.0, 0)], members=1, steps=2)
    with pytest.raises(SurrogateError, match="3 inputs"):
        model.adapt(np.zeros((10, 4)), np.zeros((10, 1)))


def test_years_of_a_gas_turbine(shared):
    """Official protocol, 2 % of 2015 at random: clearly positive where the sources alone are negative."""
    folder = shared / "data" / "gas_turbine"
    if not (folder / "gt_2011.csv").is_file():
        pytest.skip("needs the gas turbine data (UCI 551) in shared/data/gas_turbine")
    years = {
        year: np.genfromtxt(folder / f"gt_{year}.csv", delimiter=",", skip_header=1)
        for year in (2011, 2012, 2013, 2015)
    }
    split = {year: (rows[:, :9], rows[:, 10:]) for year, rows in years.items()}
    model = train_domains([split[year] for year in (2011, 2012, 2013)], members=2, steps=500)
    inputs, target = split[2015]
    for seed in range(3):
        few = np.zeros(len(target), dtype=bool)
        few[np.random.default_rng(seed).permutation(len(target))[: int(0.02 * len(target))]] = True
        adapted = model.adapt(inputs[few], target[few], blocks=40)
        assert r2(adapted.predict(inputs[~few]), target[~few]) > 0.7
    assert r2(model.predict(inputs), target) < 0.3
