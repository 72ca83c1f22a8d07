"""Plants without Gymnasium: disturbances, instruments, the usual controller, records and their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lantern.envs.incinerator.drift import wander
from lantern.envs.incinerator.layout import ACTIONS, DRIFT
from lantern.envs.incinerator.recording import record
from lantern.envs.incinerator.sensors import MEASURED, READ, SENSORS
from lantern.envs.incinerator.simulate import DIRECT, TRIMS, Rules, assemble, run
from lantern.envs.incinerator.sites import find_site, fleet
from lantern.errors import ContentError
from lantern.surrogates.record import Record


@pytest.fixture(scope="module")
def usual() -> Record:
    return record(0, hours=48, seed=1)


def test_a_record_has_what_a_plant_measures_and_what_is_true(usual: Record) -> None:
    assert set(MEASURED) <= set(usual.measured)
    assert {f"true_{name}" for name in MEASURED} < set(usual.columns)
    assert len(usual) == 48 * 60
    assert all(np.isfinite(column).all() for column in usual.columns.values())
    assert usual.units["nox"] == "mg/Nm3"
    assert usual.about["site"] == "site_01"


def test_noise_is_that_of_the_instruments(usual: Record) -> None:
    """Against the lagged true value, readings scatter by the stated share and are not biased."""
    for sensor in SENSORS:
        true = usual[f"true_{sensor.name}"]
        lagged, now = np.empty_like(true), true[0]
        for row, value in enumerate(true):
            now += (1 - np.exp(-60.0 / sensor.lag)) * (value - now)
            lagged[row] = now
        rest = (usual[sensor.name] - lagged)[30:]
        stated = np.hypot(sensor.relative * lagged[30:], sensor.absolute)
        assert (rest / stated).std() == pytest.approx(1.0, abs=0.1), sensor.name
        assert (rest / stated).mean() == pytest.approx(0.0, abs=0.1), sensor.name
    analysers = [
        sensor for sensor in SENSORS if sensor.name in ("nox", "so2", "hcl", "dust", "oxygen", "co2")
    ]
    assert all(sensor.relative >= 0.03 and 30 <= sensor.lag <= 120 for sensor in analysers)
    assert SENSORS[READ["co"]].relative >= 0.10


def test_waste_drifts_as_it_should() -> None:
    """Many plants, long apart: standard deviations and correlation in time are the site's."""
    drift = find_site(0).drift
    plants = assemble([find_site(0)] * 400, seed=3)
    first, pace = plants.state[:, DRIFT].copy(), drift.pace(3600.0)
    for plant in range(400):
        for _ in range(6):
            wander(plants.state[plant], plants.centre[plant], pace, plants.rng[plant])
    last = plants.state[:, DRIFT]
    np.testing.assert_allclose(first.std(axis=0), drift.sizes(), rtol=0.15)
    np.testing.assert_allclose(last.std(axis=0), drift.sizes(), rtol=0.15)
    kept = np.exp(-6 / drift.hours)
    for index in (0, 1, 2, 3, 4, 7):
        assert np.corrcoef(first[:, index], last[:, index])[0, 1] == pytest.approx(kept, abs=0.15)


def test_true_waste_is_what_is_fed() -> None:
    """Its mean is the site's, its heating value falls with its moisture."""
    usual = record(0, hours=240, seed=3)
    waste = find_site(0).waste
    assert usual["true_moisture"].mean() == pytest.approx(waste.moisture / 100, abs=0.02)
    assert usual["true_lhv"].mean() == pytest.approx(waste.lhv, rel=0.06)
    assert usual["true_nitrogen"].mean() == pytest.approx(waste.nitrogen, rel=0.15)
    assert np.corrcoef(usual["true_moisture"], usual["true_lhv"])[0, 1] < -0.3


def test_seeds_are_explicit_and_threads_change_nothing() -> None:
    site = find_site(3)
    load = np.ones((30, 40))
    histories = [
        run(assemble([site] * 40, seed), np.zeros((1, 1, ACTIONS)), load, TRIMS, threads=threads)
        for seed, threads in ((5, 1), (5, 2), (6, 1))
    ]
    np.testing.assert_array_equal(histories[0].reading, histories[1].reading)
    assert not np.array_equal(histories[0].reading, histories[2].reading)
    assert len(np.unique(histories[0].true[-1, :, READ["nox"]])) == 40


def test_instruments_drop_out_only_where_asked() -> None:
    site = find_site(0)
    for dropouts in (0.0, 0.2):
        plants = assemble([site] * 20, 0)
        out = run(plants, np.zeros((1, 1, ACTIONS)), np.ones((300, 20)), TRIMS, Rules(dropouts=dropouts)).out
        expected = dropouts / 60 * 10 / (1 + dropouts / 60 * 10)
        assert out.mean() == pytest.approx(expected, rel=0.3)


def test_without_noise_and_drift_the_usual_controller_rests_at_the_usual_point() -> None:
    site = find_site(0)
    plants = assemble([site], 0)
    plants.state[:, DRIFT] = 0.0
    plants.pace[:, 1] = 0.0
    history = run(plants, np.zeros((1, 1, ACTIONS)), np.ones((360, 1)), TRIMS, Rules(noise=0.0))
    design = site.usual_actions()
    np.testing.assert_allclose(history.setpoints[-1, 0], design, rtol=0.03)


@pytest.mark.parametrize("site", [0, 6, 12])
def test_the_usual_controller_follows_load_and_oxygen(site: int) -> None:
    usual = record(site, hours=72, seed=2)
    line = find_site(site)
    delivered = usual["true_steam"] / usual.about["steam"]
    assert np.abs(delivered - usual["load"]).mean() < 0.03
    assert usual["true_oxygen"].mean() == pytest.approx(100 * line.oxygen, abs=0.5)


def test_excited_records_move_every_actuator_by_itself() -> None:
    excited = record(2, hours=72, seed=0, policy="excited")
    ratios = [np.log(excited[f"set_{name}"]) for name in MEASURED[:ACTIONS]]
    usual = record(2, hours=72, seed=0)
    for index in (2, 3, 4):  # air and feed follow the load, which moves them more than the test does
        assert ratios[index].std() > 1.2 * np.log(usual[f"set_{MEASURED[index]}"]).std()
    together = np.corrcoef(ratios)
    assert abs(together[2, 3]) < 0.5
    assert abs(together[3, 4]) < 0.5


def test_a_policy_of_ones_own_is_asked_every_minute() -> None:
    asked = []

    def hold(reading: dict[str, float], load: float, minute: int) -> list[float]:
        asked.append((reading["nox"], load, minute))
        return [20.0, 70.0, 40.0, 15.0, 450.0]

    own = record("site_01", hours=1, seed=0, policy=hold)
    assert [entry[2] for entry in asked] == list(range(60))
    np.testing.assert_allclose(own["set_ammonia"], 15.0)
    assert own["true_ammonia"][-1] == pytest.approx(15.0, rel=0.01)
    with pytest.raises(ContentError, match="five set-points of 0 or more: feed in t/h"):
        record(0, hours=1, policy=lambda reading, load, minute: [1.0, 2.0])
    with pytest.raises(ContentError, match="'excited'"):
        record(0, hours=1, policy="exited")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["a.parquet", "a.json"])
def test_records_survive_their_file(tmp_path: Path, name: str) -> None:
    kept = record(0, hours=2, seed=0, dropouts=0.5)
    assert np.isnan(kept.array(kept.measured)).any()
    kept.save(tmp_path / name)
    back = Record.load(tmp_path / name)
    assert (back.units, back.seconds, back.about) == (kept.units, kept.seconds, kept.about)
    for column in kept.columns:
        np.testing.assert_array_equal(back[column], kept[column])


def test_a_file_that_is_no_record_is_refused(tmp_path: Path) -> None:
    for name, content in (("a.parquet", b"nonsense"), ("b.json", b"{}")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ContentError, match="is not a record"):
            Record.load(tmp_path / name)
    with pytest.raises(ContentError, match="There is no record"):
        Record.load(tmp_path / "c.parquet")


def test_means_over_longer_intervals() -> None:
    short = Record({"a": np.array([1.0, 3.0, np.nan, 5.0, np.nan, np.nan, 9.0])}, {"a": "C"})
    np.testing.assert_array_equal(short.every(120)["a"], [2.0, 5.0, np.nan])
    assert short.rows(2, 6)["a"].shape == (4,)
    with pytest.raises(ContentError, match="no multiple"):
        short.every(90)
    with pytest.raises(ContentError, match="has no column 'b'"):
        short["b"]


def test_set_points_given_directly_are_what_is_set() -> None:
    sites = fleet()[:3]
    plants = assemble(sites, 0)
    commands = np.array([site.usual_actions() for site in sites]) * 0.9
    history = run(plants, commands[None], np.ones((60, 3)), DIRECT)
    np.testing.assert_allclose(history.setpoints[-1], commands)
    np.testing.assert_allclose(plants.state[:, 12:17], commands, rtol=1e-6)
