"""Fast dynamics: another site from minutes of records, doubt where it is due, and the filter's arithmetic."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

pytest.importorskip("torch")

from lantern.envs.incinerator.recording import record
from lantern.envs.incinerator.sensors import ACTUATOR_UNITS
from lantern.envs.incinerator.sites import find_site
from lantern.errors import SurrogateError
from lantern.surrogates import load_fast_dynamics, save_fast_dynamics, train_fast_dynamics
from lantern.surrogates.dynamics.disturbance import Disturbance, whiten
from lantern.surrogates.dynamics.responses import ACTIONS, Fuel

MOMENTS = range(60, 160, 20)


def step_test(site, minutes, seed):
    """Feed and air held for 5 to 20 min at drawn levels, whatever the readings say."""
    rng = np.random.default_rng(seed)
    site = find_site(site) if isinstance(site, int) else site
    design = site.usual_actions() * ACTUATOR_UNITS
    levels = np.zeros((minutes, 5))
    for action, size in enumerate((0.1, 0.15, 0.3)):
        row = 0
        while row < minutes:
            length = int(rng.integers(5, 21))
            levels[row : row + length, action] = size * rng.uniform(-1, 1)
            row += length
    return record(site, minutes / 60, seed, lambda reading, load, minute: design * np.exp(levels[minute]))


@pytest.fixture(scope="module")
def source():
    return train_fast_dynamics([step_test(0, 2 * 1440, 1)])


def errors(model, episodes):
    """Root mean squares of oxygen and temperature 10 to 30 min ahead, against true values."""
    found = []
    for episode in episodes:
        settings, true = episode.array(ACTIONS), episode.array(("true_oxygen", "true_furnace"))
        site = model(episode) if callable(model) else model
        for now in MOMENTS:
            mean = site.forecast(episode.rows(0, now), settings[now : now + 30]).mean
            found.append((mean - true[now : now + 30])[10:] ** 2)
    return np.sqrt(np.mean(found, axis=(0, 1)))


def persistence(episodes):
    found = []
    for episode in episodes:
        for now in MOMENTS:
            last = episode.array(("oxygen", "furnace"))[now - 3 : now].mean(axis=0)
            found.append((last - episode.array(("true_oxygen", "true_furnace"))[now + 10 : now + 30]) ** 2)
    return np.sqrt(np.mean(found, axis=(0, 1)))


def test_a_site_from_an_hour_and_from_ten_minutes(source):
    episodes = [step_test(2, 190, seed) for seed in range(4)]
    hour = errors(lambda episode: source.adapt(episode.rows(0, 60)), episodes)
    few = errors(lambda episode: source.adapt(episode.rows(50, 60)), episodes)
    assert (hour < 0.7 * persistence(episodes)).all()
    assert (few < 0.75 * persistence(episodes)).all()
    assert hour[1] < errors(source, episodes)[1]  # the reference site's furnace is not this one


def test_the_bed_of_another_technology_is_faster(source):
    """A fluidised bed that no setting was chosen on: its pace is found, and pays."""
    site = replace(find_site(5), name="made", technology="fluidised bed")
    episodes = [step_test(site, 190, seed) for seed in range(3)]
    adapted = [source.adapt(episode.rows(0, 60)) for episode in episodes]
    assert np.median([one.pace for one in adapted]) < 0.4
    hour = errors(lambda episode: source.adapt(episode.rows(0, 60)), episodes)
    assert (hour < 0.85 * errors(source, episodes)).all()
    same = source.adapt(step_test(5, 60, 7))
    assert same.pace >= 0.5


def test_intervals_hold_most_readings_elsewhere(source):
    inside = []
    for seed in range(4):
        episode = step_test(9, 190, seed)
        site, settings = source.adapt(episode.rows(0, 60)), episode.array(ACTIONS)
        for now in MOMENTS:
            made = site.forecast(episode.rows(0, now), settings[now : now + 30])
            true = episode.array(("true_oxygen", "true_furnace"))[now : now + 30]
            inside.append((made.low < true) & (true < made.high))
    assert (np.mean(inside, axis=(0, 1)) > 0.75).all()


def test_doubt_where_it_is_due(source):
    episode = step_test(5, 120, 3)
    site = source.adapt(episode.rows(0, 60))
    last = episode.array(ACTIONS)[89]
    as_usual = site.forecast(episode.rows(0, 90), np.tile(last, (30, 1)))
    starved = site.forecast(episode.rows(0, 90), np.tile(last * [1.3, 0.6, 0.4], (30, 1)))
    assert as_usual.surprised < 1
    assert starved.outside[-1] > 1
    assert (starved.doubt >= starved.outside).all()
    broken = np.array(episode["oxygen"])
    broken[75:] += 4.0
    wrong = site.forecast(episode.with_columns({"oxygen": broken}).rows(0, 90), np.tile(last, (30, 1)))
    assert wrong.surprised > 1
    assert (wrong.doubt > 1).all()


def test_gaps_are_left_out(source):
    episode = step_test(5, 120, 4)
    holes = {name: np.array(episode[name]) for name in ("oxygen", "furnace", "feed")}
    holes["oxygen"][20:30], holes["furnace"][85:90], holes["feed"][10:14] = np.nan, np.nan, np.nan
    gappy = episode.with_columns(holes)
    made = source.adapt(gappy.rows(0, 60)).forecast(gappy.rows(0, 90), episode.array(ACTIONS)[90:])
    whole = source.adapt(episode.rows(0, 60)).forecast(episode.rows(0, 90), episode.array(ACTIONS)[90:])
    assert np.isfinite(made.mean).all()
    assert np.abs(made.mean - whole.mean).max(axis=0) == pytest.approx([0, 0], abs=40)
    assert (made.high - made.low)[0, 1] > (whole.high - whole.low)[0, 1]  # it knows less


def test_what_cannot_be_is_refused(source):
    episode = step_test(5, 60, 5)
    with pytest.raises(SurrogateError, match="every 300 s"):
        source.adapt(episode.every(300))
    with pytest.raises(SurrogateError, match="readings of oxygen"):
        source.adapt(episode.rows(0, 4))
    with pytest.raises(SurrogateError, match="design"):
        source.adapt(replace(episode, about={}))
    with pytest.raises(SurrogateError, match="plan"):
        source.forecast(episode, np.ones(3))
    with pytest.raises(SurrogateError, match="above 0"):
        source.forecast(episode, np.zeros((5, 3)))
    with pytest.raises(SurrogateError, match="a day or more"):
        train_fast_dynamics([episode])


def test_on_disk(source, tmp_path):
    path = save_fast_dynamics(source, tmp_path / "site" / "fast.json")
    episode = step_test(5, 90, 6)
    plan = episode.array(ACTIONS)[60:]
    again = load_fast_dynamics(path)
    for one, other in zip(
        again.forecast(episode.rows(0, 60), plan), source.forecast(episode.rows(0, 60), plan), strict=True
    ):
        assert np.array_equal(one, other)
    document = json.loads(path.read_text())
    for change in ({"weights": [1.0]}, {"noise": "NaN", "lumps": 3}, {"version": 9}, {"half": float("nan")}):
        path.write_text(json.dumps(document | change))
        with pytest.raises(SurrogateError, match="not a model of fast dynamics"):
            load_fast_dynamics(path)
    with pytest.raises(SurrogateError, match="no model"):
        load_fast_dynamics(tmp_path / "none.json")


def test_whitening_is_the_exact_chance():
    """Against the dense normal distribution of all readings at once, a gap included."""
    model = Disturbance(
        np.array([0.95, 0.8, 0.9, 0.97]), np.array([0.3, 0.2, 0.5]), 2.0, np.array([0.1, 0.2])
    )
    rng = np.random.default_rng(0)
    rows, weights = 6, rng.uniform(0.5, 2.0, 6)
    readings = rng.normal(size=(rows, 2))
    readings[2, 0] = np.nan
    covariance, between = model.usual, []
    for later in range(rows):
        power = np.linalg.matrix_power(model.transition, later)
        between.append(model.observe @ power @ covariance @ model.observe.T)
    dense = np.block(
        [[between[abs(i - j)] if i >= j else between[j - i].T for j in range(rows)] for i in range(rows)]
    )
    dense += np.diag(np.column_stack([model.noise[0] * weights, np.full(rows, model.noise[1])]).ravel() ** 2)
    known = np.isfinite(readings.ravel())
    exact = multivariate_normal(cov=dense[np.ix_(known, known)]).logpdf(readings.ravel()[known])
    white, logs, _, _ = whiten(model, readings[:, :, None], weights)
    constant = 0.5 * known.sum() * np.log(2 * np.pi)
    assert -0.5 * np.sum(white**2) - logs - constant == pytest.approx(exact, abs=1e-9)


def test_oxygen_and_what_is_consumed_are_inverse():
    fuel = Fuel.of(
        {"waste": {"carbon": 25, "hydrogen": 3.3, "oxygen": 14, "sulphur": 0.15, "chlorine": 0.25}}
    )
    share = np.linspace(0.01, 0.17, 30)
    assert fuel.oxygen(fuel.consumed(share)) == pytest.approx(share, abs=1e-12)
    assert 0.8 < fuel.carbon < 0.9
    step = 1e-6
    assert fuel.slope(share) == pytest.approx(
        -(fuel.consumed(share * (1 + step)) - fuel.consumed(share)) / step, rel=1e-4
    )
