"""What evaluations measure beside success: kept with the job, summed up, shown; and a plant's day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lantern.experiments.jobfile import encode, read_job
from lantern.experiments.report.day import day_figures
from lantern.experiments.report.measured import measured_markdown, measured_table
from lantern.experiments.report.page import make_page
from lantern.experiments.report.palette import styles
from lantern.experiments.report.surrogate import surrogate_figures
from lantern.experiments.report.writer import render
from lantern.experiments.summary import summarise


@pytest.fixture
def runs(results_of, one_job):
    """Two agents, two seeds; the index ends at 0.4 and 0.6 under the first, at 1,000 under the second."""
    made = []
    for agent, ends in (("lantern", (0.4, 0.6)), ("usual", (1000.0, 1000.0))):
        for seed, end in enumerate(ends):
            one = one_job("maze", agent, seed, 500)
            index = np.linspace(1.0, end, len(one.curve.step))
            made.append(replace(one, curve=replace(one.curve, metrics={"risk_index": index})))
    solved = {"lantern": [500, 500], "usual": [500, 500]}
    return results_of(solved, baseline="usual", jobs=tuple(made))


def test_metrics_are_kept_with_the_job(runs, tmp_path: Path) -> None:
    one = runs.jobs[0]
    (tmp_path / "a.parquet").write_bytes(encode(replace(one, key="a")))
    again = read_job(tmp_path / "a.parquet", "a")
    np.testing.assert_array_equal(again.curve.metrics["risk_index"], one.curve.metrics["risk_index"])
    plain = replace(one, key="a", curve=replace(one.curve, metrics={}))
    (tmp_path / "a.parquet").write_bytes(encode(plain))
    assert read_job(tmp_path / "a.parquet", "a").curve.metrics == {}


def test_metrics_are_summed_up_at_the_last_evaluation(runs) -> None:
    agents = summarise(runs)["agents"]
    assert agents["lantern"]["metrics"] == {"risk_index": {"mean": 0.5, "min": 0.4, "max": 0.6}}
    assert agents["usual"]["metrics"]["risk_index"]["max"] == 1000.0


def test_the_table_shows_means_and_extremes(runs, results_of) -> None:
    [table] = measured_table(runs)
    assert table.agents == ("lantern", "usual")
    assert [(name, [cell.text for cell in cells]) for name, cells in table.rows] == [
        ("risk index", ["0.5 0.4 to 0.6", "1,000"])
    ]
    assert "| risk index | 0.5 (0.4 to 0.6) | 1,000 |" in measured_markdown([table])
    assert "What else was measured" in render(make_page(runs))
    assert measured_table(results_of({"lantern": [500], "usual": [500]}, baseline="usual")) == ()


def day(level: float):
    """An hour in steps of ten minutes, a limit for means of half an hour."""
    steps = [
        {"action": [0.1, -0.2], "day": {"hour": (t + 1) / 6, "nox": level * (t + 1), "co": 1.0}}
        for t in range(6)
    ]
    steps[0]["day"] |= {"limits": {"nox": 100.0, "co": 10.0}, "minutes": 30, "trims": ["nox", "acid"]}
    return steps


def test_a_surrogate_is_drawn_where_an_agent_had_one() -> None:
    portrait = {
        "shown": {"nox": [100.0, 110.0, 90.0], "co": [3.0, 4.0, 5.0]},
        "predicted": {"nox": [101.0, 108.0, 93.0], "co": [3.0, 4.5, 4.8]},
        "r2": {"nox": 0.9, "co": 0.8},
        "inside": 0.9,
        "experts": {"reference": [0.5, 0.5], "site": [0.8, 0.2], "distance": 0.23},
    }
    one = day(10.0)
    one[0]["surrogate"] = portrait
    predicted, experts = surrogate_figures("t0", [day(40.0), one])
    assert predicted.rows[0] == ("nox", "100", "101")
    assert list(predicted.legend) == ["NOx, R2 0.90", "CO, R2 0.80"]
    assert "90 % of the readings" in predicted.caption
    assert experts.rows[2] == ("this site", 1, "0.8")
    assert "0.230" in experts.caption
    assert all(plot.inline().startswith("<svg") for plot in (predicted, experts))
    assert surrogate_figures("t0", [day(40.0), []]) == ()


def test_a_day_is_drawn_against_its_limits() -> None:
    looks = styles(("lantern", "usual"), "lantern", "usual")
    titles = {"lantern": "LANTERN", "usual": "usual"}
    plots = day_figures("t0", {"lantern": day(10.0), "usual": day(40.0)}, "lantern", looks, titles)
    assert [plot.name for plot in plots] == ["t0-day", "t0-day-emissions", "t0-day-trims"]
    rows = {(str(line), str(hour)): float(str(value)) for line, hour, value in plots[0].rows}
    assert (
        rows["usual", "1"] == 40.0 * (4 + 5 + 6) / 3 / 100.0
    )  # the largest ratio, NOx, of the last half hour
    assert rows["LANTERN", "0.166667"] == 0.1
    assert all(plot.inline().startswith("<svg") for plot in plots)
    assert day_figures("t0", {"lantern": [{"action": 1}]}, "lantern", looks, titles) == ()
