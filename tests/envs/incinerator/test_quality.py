"""Recorded data: what is wrong is found, repaired with a message, or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lantern.envs.incinerator.quality import Limits, check_record, repair_record
from lantern.envs.incinerator.recording import record
from lantern.envs.incinerator.sites import fleet
from lantern.errors import ContentError
from lantern.surrogates.record import Record


@pytest.fixture(scope="module")
def clean() -> Record:
    return record(0, hours=12, seed=4)


def changed(clean: Record, name: str, start: int, stop: int, value: float) -> Record:
    values = clean[name].copy()
    values[start:stop] = value
    return clean.with_columns({name: values})


def test_clean_records_of_all_sites_are_left_alone() -> None:
    for site in fleet():
        one = record(site, hours=24, seed=1)
        assert check_record(one) == []
        repaired, _ = repair_record(one)
        np.testing.assert_array_equal(repaired.array(one.columns), one.array(one.columns))


def test_short_gaps_are_interpolated_and_long_ones_named(clean: Record) -> None:
    broken = changed(changed(clean, "nox", 100, 110, np.nan), "nox", 300, 400, np.nan)
    repaired, problems = repair_record(broken)
    assert [(p.kind, p.rows) for p in problems] == [("gap", (100, 110)), ("gap", (300, 400))]
    assert problems[0].message == "nox: rows 100 to 109 (10 min) missing; interpolated."
    assert "longer than 30 min, left empty" in problems[1].message
    line = np.linspace(clean["nox"][99], clean["nox"][110], 12)[1:-1]
    np.testing.assert_allclose(repaired["nox"][100:110], line)
    assert np.isnan(repaired["nox"][300:400]).all()
    _, longer = repair_record(broken, limits=Limits(gap_minutes=120.0))
    assert all("interpolated" in p.message for p in longer)


def test_gaps_at_the_edges_are_not_guessed(clean: Record) -> None:
    repaired, problems = repair_record(changed(clean, "so2", 0, 5, np.nan))
    assert "at the edge, left empty" in problems[0].message
    assert np.isnan(repaired["so2"][:5]).all()


def test_a_stuck_instrument_is_found_by_its_stillness(clean: Record) -> None:
    repaired, problems = repair_record(changed(clean, "hcl", 200, 260, 7.3))
    assert problems[0].kind == "stuck"
    assert problems[0].message == "hcl: rows 200 to 259 (60 min): stuck at 7.3 mg/Nm3; left out."
    assert np.isnan(repaired["hcl"][200:260]).all()
    assert check_record(changed(clean, "hcl", 200, 215, 7.3)) == []
    assert check_record(changed(clean, "nh3", 200, 260, 0.0)) == []


@pytest.mark.parametrize(
    ("name", "unit", "factor", "offset"),
    [
        ("furnace", "K", 1.0, 273.15),
        ("oxygen", "share", 0.01, 0.0),
        ("co", "ppm", 22.414 / 28.010, 0.0),
        ("nox", "ppm", 22.414 / 46.006, 0.0),
        ("steam", "kW", 1000.0, 0.0),
        ("gas", "Nm3/s", 1 / 3.6, 0.0),
        ("ammonia", "kg/s", 1 / 3600.0, 0.0),
        ("so2", "g/m3", 0.001, 0.0),
    ],
)
def test_stated_units_are_converted(
    clean: Record, name: str, unit: str, factor: float, offset: float
) -> None:
    given = clean.with_columns({name: clean[name] * factor + offset}, {name: unit})
    repaired, problems = repair_record(given)
    assert [p.kind for p in problems] == ["unit"]
    assert f"given in {unit}, converted to" in problems[0].message
    np.testing.assert_allclose(repaired[name], clean[name], rtol=1e-9)
    assert repaired.units[name] == clean.units[name]


@pytest.mark.parametrize(
    ("name", "unit", "factor", "offset"),
    [
        ("furnace", "K", 1.0, 273.15),
        ("oxygen", "share", 0.01, 0.0),
        ("steam", "kW", 1000.0, 0.0),
        ("gas", "Nm3/h", 1000.0, 0.0),
        ("co2", "share", 0.01, 0.0),
    ],
)
def test_a_wrong_unit_shows_by_its_range(
    clean: Record, name: str, unit: str, factor: float, offset: float
) -> None:
    repaired, problems = repair_record(clean.with_columns({name: clean[name] * factor + offset}))
    assert [p.kind for p in problems] == ["unit"]
    assert f"shows {unit}; converted" in problems[0].message
    np.testing.assert_allclose(repaired[name], clean[name], rtol=1e-9)


def test_ppm_of_nox_show_beside_other_data_of_the_line(clean: Record) -> None:
    week = record(0, hours=24, seed=9)
    given = clean.with_columns({"nox": clean["nox"] * 22.414 / 46.006})
    assert check_record(given) == []
    repaired, problems = repair_record(given, reference=week)
    assert "shows ppm; converted" in problems[0].message
    np.testing.assert_allclose(repaired["nox"], clean["nox"])
    assert check_record(clean, reference=week) == []


def test_impossible_values_are_left_out(clean: Record) -> None:
    broken = changed(changed(clean, "co", 50, 51, -5.0), "oxygen", 70, 72, 35.0)
    repaired, problems = repair_record(broken)
    messages = " ".join(p.message for p in problems)
    assert "oxygen: rows 70 to 71 (2 min): 35 % dry is outside 0 to 21; left out." in messages
    assert "co: row 50 (1 min): -5 mg/Nm3 is outside 0 to 10000; left out." in messages
    assert np.isfinite(repaired.array(["co", "oxygen"])).all()


def test_what_cannot_be_repaired_is_refused(clean: Record) -> None:
    columns = {name: column for name, column in clean.columns.items() if name != "nox"}
    with pytest.raises(ContentError, match=r"The column 'nox' is missing"):
        repair_record(Record(columns, clean.units))
    with pytest.raises(ContentError, match=r"furnace: the unit 'bananas' is not known. Give it in C"):
        repair_record(clean.with_columns({}, {"furnace": "bananas"}))
    with pytest.raises(ContentError, match=r"dust: 83% of the rows are missing; at most half may be"):
        repair_record(changed(clean, "dust", 0, 600, np.nan))
    problems = check_record(changed(clean, "dust", 0, 600, np.nan))
    assert [p.fatal for p in problems] == [True]


def test_missing_rows_and_wrong_order_show_in_the_time(clean: Record) -> None:
    time = 60.0 * np.arange(len(clean))
    whole = clean.with_columns({"time": time}, {"time": "s"})
    kept = np.r_[0:100, 108 : len(clean)]
    holed = Record({name: column[kept] for name, column in whole.columns.items()}, whole.units)
    repaired, problems = repair_record(holed)
    assert problems[0].message.startswith("time: 8 of 720 rows are missing at an interval of 60 s")
    assert len(repaired) == len(clean)
    assert np.isfinite(repaired["nox"]).all()
    np.testing.assert_array_equal(repaired["nox"][108:], clean["nox"][108:])
    time[10] = 0.0
    with pytest.raises(ContentError, match="row 10 is not after row 9"):
        repair_record(clean.with_columns({"time": time}, {"time": "s"}))


def test_a_table_in_csv_with_units_in_its_head(tmp_path: Path, clean: Record) -> None:
    rows = ["time,nox [ppm],furnace [K]"]
    for minute in (0, 1, 2, 5):
        rows.append(f"2026-01-01 00:0{minute}:00,{clean['nox'][minute] / 2.05:.6f},{1200 + minute}")
    path = tmp_path / "plant.csv"
    path.write_text("\n".join(rows))
    given = Record.load(path)
    assert given.units == {"time": "s", "nox": "ppm", "furnace": "K"}
    repaired, problems = repair_record(given, needed=("nox", "furnace"))
    assert len(repaired) == 6
    np.testing.assert_allclose(repaired["furnace"], 1200 + np.arange(6) - 273.15)
    assert {p.kind for p in problems} == {"time", "unit", "gap"}
    path.write_text("time,nox\n2026-01-01 00:00:00,3.0\n")
    with pytest.raises(ContentError, match=r"has no unit; write it as 'nox \[unit\]'"):
        Record.load(path)
