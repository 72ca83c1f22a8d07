"""Surrogates of a small process whose truth is known: prediction, transfer, simulation, intervals, files."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from small_process import CHANNELS, TRUE, plant  # noqa: E402

from lantern.errors import SurrogateError  # noqa: E402
from lantern.surrogates import SurrogatePlant  # noqa: E402
from lantern.surrogates.process import (  # noqa: E402
    MODES,
    MixtureOfExperts,
    Settings,
    adapt,
    fit_head,
    jensen_shannon,
    load_surrogate,
    save_surrogate,
    train_surrogate,
)
from lantern.surrogates.process.experts import load_balance  # noqa: E402
from lantern.surrogates.process.filters import filter_record, gains, update  # noqa: E402
from lantern.surrogates.process.novelty import Novelty  # noqa: E402

QUICK = Settings(experts=2, hidden=16, features=8, steps=300, batch=256, rate=1e-2)
SHORT = Settings(steps=80, rate=1e-3, batch=128, doubt=50.0)


def r2(made, true):
    return 1 - np.mean((made - true) ** 2, axis=0) / np.var(true, axis=0)


@pytest.fixture(scope="module")
def source():
    return train_surrogate([plant(2000), plant(2000, seed=1)], CHANNELS, QUICK)


@pytest.fixture(scope="module")
def held():
    return plant(1000, gain=1.6, level=70.0, seed=9)


def test_it_predicts_the_next_row_and_knows_how_well(source):
    record = plant(1500, seed=5)
    made = source.predict(record, 0.9)
    assert (r2(made.mean, record.array(TRUE)[1:]) > 0.95).all()
    readings = record.array(("heat", "smoke"))[1:]
    for level in (0.5, 0.9):
        made = source.predict(record, level)
        inside = np.mean((made.low <= readings) & (readings <= made.high))
        assert abs(inside - level) < 0.06
    assert made.shares.sum(axis=1) == pytest.approx(1.0)


def test_heads_in_closed_form_beat_scratch_on_little_data(source):
    held, errors = plant(600, gain=1.2, level=70.0, seed=9), {"heads": [], "scratch": []}
    for seed in range(3):
        few = plant(30, gain=1.2, level=70.0, seed=20 + seed)
        for mode, found in errors.items():
            made = adapt(source, [few], mode, SHORT).predict(held)
            found.append(1 - r2(made.mean, held.array(TRUE)[1:]).mean())
    assert np.mean(errors["heads"]) < 0.7 * np.mean(errors["scratch"])
    assert max(errors["heads"]) < 0.15


def test_more_data_makes_a_better_head(source, held):
    true = held.array(TRUE)[1:]
    start = r2(adapt(source, [plant(60, 1.6, 70.0, 30)], "zero_shot").predict(held).mean, true).mean()
    much = adapt(source, [plant(2000, 1.6, 70.0, 30)], "heads", SHORT)
    assert r2(much.predict(held).mean, true).mean() > max(start, 0.95)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_moves_what_it_says(source, mode):
    before = {name: value.clone() for name, value in source.net.state_dict().items()}
    made = adapt(source, [plant(200, 1.6, 70.0, 3)], mode, replace(SHORT, steps=20))
    assert all(torch.equal(value, before[name]) for name, value in source.net.state_dict().items())
    moved = {name.split(".")[0] for name, value in made.net.state_dict().items()
             if value.shape != before[name].shape or not torch.equal(value, before[name])}  # fmt: skip
    expected = {
        "zero_shot": set(),
        "scale": set(),
        "router": {"router"},
        "router_scale": {"router"},
        "heads": set(),
    }
    if mode in expected:
        assert moved == expected[mode]
    else:
        assert {"router", "first", "second"} <= moved
    same_head = np.array_equal(made.posterior.weights, source.posterior.weights)
    assert same_head == (mode in ("zero_shot", "scale", "router", "router_scale"))
    assert made.about["mode"] == mode
    assert made.about["site"] == "gain 1.6"


def test_it_runs_as_a_batch_simulator(source):
    assert isinstance(source, SurrogatePlant)
    rng = np.random.default_rng(0)
    states = source.begin(500, rng)
    low, high = np.full((500, 1), 0.7), np.full((500, 1), 1.4)
    for _ in range(30):
        cold, warm = source.step(states, low), source.step(states, high)
        states = source.step(states, high, rng).states
    assert warm.outputs.shape == (500, 2)
    assert warm.outputs[:, 0].mean() > cold.outputs[:, 0].mean() + 0.5
    level = 50 + 5 * np.log(1.4)
    assert warm.outputs[:, 0].mean() == pytest.approx(level, abs=0.5)
    again = source.step(source.begin(3, np.random.default_rng(4)), low[:3], np.random.default_rng(5))
    same = source.step(source.begin(3, np.random.default_rng(4)), low[:3], np.random.default_rng(5))
    assert np.array_equal(again.outputs, same.outputs)


def test_free_runs_follow_the_plant(source):
    record = plant(600, seed=7)
    made = source.forecast(record, 8)
    assert (r2(made, record.array(TRUE)[8:]) > 0.85).all()


def test_far_outside_its_data_it_says_so(source):
    states = source.begin(200, np.random.default_rng(0))
    usual = source.step(states, np.full((200, 1), 1.05)).novelty
    wild = source.step(states, np.full((200, 1), 60.0)).novelty
    assert np.median(usual) < 1.0
    assert (wild > 1.5).all()
    assert source.predict(plant(300, seed=8, wild=5.0)).novelty.max() > 1.3
    outputs = source.step(states, np.full((200, 1), 1e6)).outputs
    assert np.isfinite(outputs).all()
    assert outputs.max() < 1000


def test_gaps_are_bridged_and_left_out(source):
    record = plant(400, seed=6)
    heat = record["heat"].copy()
    heat[100:130] = np.nan
    broken = record.with_columns({"heat": heat})
    assert np.isfinite(source.predict(broken).mean).all()
    table = source.table(broken)
    assert not table.known[99:129].any()
    assert table.known.sum() == 399 - 30
    nothing = record.with_columns({"heat": np.full(400, np.nan)})
    with pytest.raises(SurrogateError, match=r"heat.*no reading"):
        source.predict(nothing)


def test_a_wrong_record_is_refused(source):
    with pytest.raises(SurrogateError, match="every"):
        source.predict(replace(plant(100), seconds=60.0))
    with pytest.raises(SurrogateError, match="8 or more"):
        source.predict(plant(100).rows(0, 4))
    with pytest.raises(SurrogateError, match="choose one of"):
        adapt(source, [plant(100)], "magic")
    with pytest.raises(SurrogateError, match="interval"):
        train_surrogate([plant(100), replace(plant(100), seconds=60.0)], CHANNELS, QUICK)


def test_a_saved_surrogate_is_the_same(source, tmp_path):
    folder = save_surrogate(source, tmp_path / "s")
    again = load_surrogate(folder)
    record = plant(200, seed=2)
    for one, other in zip(source.predict(record), again.predict(record), strict=True):
        assert one == pytest.approx(other)
    assert again.channels == source.channels
    assert again.about == source.about


def spoil(folder, change):
    document = json.loads((folder / "surrogate.json").read_text())
    change(document)
    (folder / "surrogate.json").write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format="pickle"), "not a surrogate"),
        (lambda d: d.update(version=99), "version"),
        (lambda d: d.update(sha256="0" * 64), "checksum"),
        (lambda d: d["sizes"].update(experts=10**9), "do not fit"),
        (lambda d: d["sizes"].update(inputs=-1), "do not fit"),
        (lambda d: d["channels"].update(outputs=["heat"]), "do not fit"),
        (lambda d: d.pop("channels"), "do not fit"),
        (lambda d: d.update(seconds="soon"), "do not fit"),
        (lambda d: d.update(conservation={"os": "system"}), "do not fit"),
    ],
)
def test_a_hostile_file_is_refused(source, tmp_path, change, message):
    folder = save_surrogate(source, tmp_path / "s")
    spoil(folder, change)
    with pytest.raises(SurrogateError, match=message):
        load_surrogate(folder)


def test_missing_or_cut_files_are_refused(source, tmp_path):
    with pytest.raises(SurrogateError, match="missing"):
        load_surrogate(tmp_path / "nowhere")
    folder = save_surrogate(source, tmp_path / "s")
    (folder / "surrogate.json").write_text("{")
    with pytest.raises(SurrogateError, match="not JSON"):
        load_surrogate(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(SurrogateError, match="cannot be saved"):
        save_surrogate(source, tmp_path / "file" / "s")


def test_filters_of_a_record_are_those_of_steps():
    values = np.random.default_rng(0).normal(size=(50, 3))
    means = filter_record(values, (0.0, 900.0), 300.0)
    assert means[:, :, 0] == pytest.approx(values)
    step = update(means[10:11], values[11:12], gains((0.0, 900.0), 300.0))
    assert step[0] == pytest.approx(means[11])


def test_a_head_stays_with_its_prior_until_there_is_evidence():
    rng = np.random.default_rng(0)
    features, true, prior = rng.normal(size=(4000, 6)), rng.normal(size=(6, 2)), np.zeros((6, 2))
    noise = rng.normal(size=(4000, 2))
    targets = features @ true + 0.5 * noise
    few, many = (fit_head(features[:n], targets[:n], prior) for n in (6, 4000))
    assert np.abs(many.weights - true).max() < 0.05
    assert many.deviation == pytest.approx(0.5, rel=0.05)
    far = 100 * features[:5]
    assert (few.spread(far) > few.spread(features[:5])).all()
    nothing = fit_head(features[:500], noise[:500], prior)
    assert np.abs(nothing.weights).max() < 0.05


def test_novelty_is_one_at_the_edge_of_the_data():
    data = np.random.default_rng(0).normal(size=(5000, 4)) * [1.0, 2.0, 0.1, 5.0]
    novelty = Novelty.fit(data)
    assert np.mean(novelty(data) > 1.0) == pytest.approx(0.01, abs=0.002)
    assert novelty(np.array([[0.0, 0.0, 3.0, 0.0]])) > 2.0


def test_load_balance_and_distance():
    even = torch.full((10, 4), 0.25)
    assert load_balance(even) == pytest.approx(0.0, abs=1e-6)
    assert load_balance(torch.eye(4)[torch.zeros(10, dtype=torch.long)]) == pytest.approx(3.0)
    assert jensen_shannon(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == pytest.approx(0.0, abs=1e-6)
    assert jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1.0, abs=1e-5)


def test_a_mixture_is_linear_in_its_head():
    net = MixtureOfExperts(3, 2, 1, experts=2, hidden=4, features=3)
    x, r = torch.randn(5, 3), torch.randn(5, 2)
    with torch.no_grad():
        net.head.normal_()
        made, shares = net(x, r)
        assert torch.allclose(made, net.basis(x, shares) @ net.head)
        assert torch.allclose(shares.sum(dim=1), torch.ones(5))


def test_channels_that_do_not_fit_are_refused():
    with pytest.raises(SurrogateError, match="baseline"):
        replace(CHANNELS, baseline=7.0)
    with pytest.raises(SurrogateError, match="regime"):
        replace(CHANNELS, regime=("valve",))
