"""A surrogate at a new site of the fleet: levels, balances, a day without readings, intervals, files."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lantern.envs.incinerator.recording import record  # noqa: E402
from lantern.errors import LanternError, SurrogateError  # noqa: E402
from lantern.experiments.emission.physics import free_run, violations  # noqa: E402
from lantern.experiments.emission.pieces import Pieces  # noqa: E402
from lantern.surrogates.process import (  # noqa: E402
    INCINERATOR,
    Channels,
    Settings,
    adapt,
    load_surrogate,
    save_surrogate,
    train_surrogate,
)
from lantern.surrogates.process.freedom import directions  # noqa: E402
from lantern.surrogates.process.heads import fit_head  # noqa: E402
from lantern.surrogates.process.levels import Levels, plain_levels  # noqa: E402

QUICK = Settings(experts=2, hidden=16, features=8, steps=60)


@pytest.fixture(scope="module")
def source():
    archive = [record(0, 72, 1, "trimmed").every(300), record(0, 36, 2, "excited").every(300)]
    return train_surrogate(archive, INCINERATOR, QUICK)


@pytest.fixture(scope="module")
def days():
    return record(4, 96, 3, "trimmed").every(300)


@pytest.fixture(scope="module")
def held():
    return record(4, 48, 4, "trimmed").every(300)


@pytest.fixture(scope="module")
def site(source, days):
    return adapt(source, [days], "heads", QUICK)


def test_design_puts_the_levels_of_an_hour_right(source):
    usual = record(4, 240, 5, "trimmed").every(300)
    true = plain_levels(INCINERATOR, [usual])
    plain, better = [], []
    for start in range(0, len(usual) - 12, 240):
        hour = usual.rows(start, start + 12)
        plain.append(plain_levels(INCINERATOR, [hour]) - true)
        better.append(source.usual.estimate(INCINERATOR, [hour]) - true)
    for name in ("set_feed", "steam", "gas", "furnace"):
        column = INCINERATOR.names.index(name)
        errors = [np.sqrt(np.mean(np.square(part)[:, column])) for part in map(np.array, (plain, better))]
        assert errors[1] < 0.8 * errors[0], name


def test_without_a_design_levels_are_the_mean_of_the_record():
    channels = Channels(("set_x",), ("y",), (), {}, {}, (0.0, 600.0), 0.0, ("y",), design=("set_x",))
    rng = np.random.default_rng(0)
    from lantern.surrogates.record import Record

    columns = {"set_x": rng.normal(size=200), "y": rng.normal(size=200)}
    made = Record(columns, dict.fromkeys(columns, "1"), 300.0, {})
    levels = Levels.learn(channels, [made])
    assert len(levels.share) == 0
    assert levels.estimate(channels, [made]) == pytest.approx(plain_levels(channels, [made]))


def test_a_head_moves_freely_in_differences_and_hardly_in_levels():
    channels = Channels(("set_x",), ("y",), (), {}, {}, (0.0, 600.0), 0.0, ("y",))
    rng = np.random.default_rng(0)
    slow, apart = rng.normal(size=(500, 2)), rng.normal(size=(500, 2))
    starts = np.stack([slow + apart, slow], axis=2)
    freedom = directions(channels, starts, np.ones(5), 7, stiff=10.0)
    difference, level, move = np.zeros(7), np.zeros(7), np.zeros(7)
    difference[[2, 3]] = 1.0, -1.0
    level[3] = 1.0
    move[[4, 0]] = 1.0, -1.0
    need = {
        name: np.linalg.norm(np.linalg.solve(freedom, weights))
        for name, weights in {"difference": difference, "level": level, "move": move}.items()
    }
    assert need["level"] == pytest.approx(10.0 * need["difference"], rel=0.15)
    assert need["move"] == pytest.approx(need["difference"], rel=0.15)
    assert freedom[5:, 5:] == pytest.approx(np.eye(2))


def test_a_share_of_the_prior_is_chosen_for_each_output():
    rng = np.random.default_rng(0)
    features, prior = rng.normal(size=(60, 30)), rng.normal(size=(30, 2))
    true = prior * [1.0, 0.0]
    made = fit_head(features, features @ true + 0.1 * rng.normal(size=(60, 2)), prior, shares=(1.0, 0.5, 0.0))
    assert np.abs(made.weights - true).max() < 0.2


def test_predictions_keep_the_balances(source, site, days, held):
    rows = np.arange(1, len(held))
    bare = adapt(source, [days], "full_no_physics", QUICK)
    kept, broken = (violations(held, m.predict(held).mean, m.outputs, rows) for m in (site, bare))
    assert kept[0] < 0.005  # carbon
    assert kept[0] < 0.5 * broken[0]
    assert bare.ties is None


def test_a_day_without_readings_stays_within_bounds(site, held):
    starts, [hour, day] = free_run(site, held, (12, 288), 24)
    for made in (hour, day):
        at = {name: made[:, site.outputs.index(name)] for name in site.outputs}
        assert np.isfinite(made).all()
        assert ((at["oxygen"] > 0) & (at["oxygen"] < 21)).all()
        assert (at["co2"] < site.site.conservation.co2_max).all()
        assert ((at["furnace"] > 500) & (at["furnace"] < 1500)).all()
        assert all((at[name] >= 0).all() for name in ("co", "nox", "so2", "hcl", "dust", "nh3", "n2o"))
    assert violations(held, day, site.outputs, starts + 288)[0] < 0.02


def test_novelty_rises_outside_the_data(site, held):
    rng = np.random.default_rng(0)
    usual = np.median(held.array(site.actions), axis=0)
    states = {1.0: site.begin(100, rng)}
    states[3.0] = states[1.0].copy()
    novelty = {}
    for factor in states:
        for _ in range(24):
            done = site.step(states[factor], np.tile(usual * [0.5 if factor > 1 else 1, 1, 1, factor, factor],
                                                     (100, 1)))  # fmt: skip
            states[factor] = done.states
        novelty[factor] = np.median(done.novelty)
    assert novelty[1.0] < 1.0
    assert novelty[3.0] > 1.5


def test_intervals_after_heads_are_calibrated(source):
    inside = []
    for number in (2, 6, 10):
        few = record(number, 48, 20 + number, "trimmed").every(300)
        later = record(number, 48, 40 + number, "trimmed").every(300)
        made = adapt(source, [few], "heads", QUICK).predict(later, 0.9)
        readings = later.array(source.outputs)[1:]
        inside.append(np.mean((made.low <= readings) & (readings <= made.high)))
    assert 0.8 < np.mean(inside) < 0.97


def test_a_saved_site_predicts_the_same(site, held, tmp_path):
    again = load_surrogate(save_surrogate(site, tmp_path / "site"))
    assert again.predict(held).mean == pytest.approx(site.predict(held).mean)
    assert again.usual.share == pytest.approx(site.usual.share)


def test_wrong_paths_and_damage_are_told(site, tmp_path):
    with pytest.raises(SurrogateError, match="missing"):
        load_surrogate(tmp_path / "nowhere")
    folder = save_surrogate(site, tmp_path / "site")
    with pytest.raises(SurrogateError, match="surrogate"):
        load_surrogate(folder / "surrogate.json")  # the file, not the folder
    arrays = folder / "surrogate.safetensors"
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SurrogateError, match=r"damaged.*checksum"):
        load_surrogate(folder)
    arrays.unlink()
    with pytest.raises(SurrogateError, match="missing"):
        load_surrogate(folder)


def test_a_measurement_in_pieces_goes_on_where_it_was(tmp_path):
    done = []

    def work(name):
        done.append(name)
        return {"value": len(name)}

    with pytest.raises(LanternError, match="0 of 2 pieces"):
        Pieces(tmp_path, minutes=-1.0).measure(["a", "bb"], work)
    assert Pieces(tmp_path).measure(["a"], work)["a"]["value"] == 1
    assert {k: v["value"] for k, v in Pieces(tmp_path).measure(["a", "bb"], work).items()} == {
        "a": 1,
        "bb": 2,
    }
    assert done == ["a", "bb"]
    (tmp_path / "a.json").write_text("{")
    Pieces(tmp_path).measure(["a"], work)
    assert done == ["a", "bb", "a"]
