"""Figures: what is drawn is what the statistics say, on the page and on paper."""

import csv
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from lantern.experiments import statistics
from lantern.experiments.report.figure import short
from lantern.experiments.report.measures import Measures
from lantern.experiments.report.page import make_page
from lantern.experiments.report.trust import mean_trust
from lantern.experiments.results import Trust


@pytest.fixture
def page(results_of):
    return make_page(
        results_of({"product_q": [4000] * 9 + [None], "lantern": [800, 900, 1000, 1100, 1200] * 2})
    )


def rows_of(plot):
    return [dict(zip(plot.columns, row, strict=True)) for row in plot.rows]


def test_curve_data_are_the_interquartile_means(page):
    curves = page.views[0].learning["maze"][0]
    step, success = page.results.success("maze", "lantern")
    rows = [row for row in rows_of(curves) if row["agent"] == "lantern"]
    assert [float(row["success_iqm"]) for row in rows] == pytest.approx(
        statistics.iqm(success, axis=0), abs=1e-5
    )
    assert [float(row["environment_steps"]) for row in rows] == step.tolist()
    assert all(float(row["low_95"]) <= float(row["high_95"]) for row in rows)


def test_the_time_plot_is_kaplan_meier(page):
    rows = [row for row in rows_of(page.views[0].learning["maze"][1]) if row["agent"] == "product_q"]
    assert [(float(row["environment_steps"]), float(row["share_reached"])) for row in rows] == [(4000.0, 0.9)]
    assert "product-MDP Q-learning 1" in page.views[0].learning["maze"][1].caption


def test_improvement_is_the_probability_of_fewer_steps(page):
    [row] = rows_of(page.views[0].comparing[1])
    assert (row["agent"], row["over"], float(row["probability"])) == ("lantern", "product_q", 1.0)


def test_profiles_fall(page):
    rows = [row for row in rows_of(page.views[0].comparing[0]) if row["agent"] == "lantern"]
    shares = [float(row["share_of_runs_above"]) for row in rows]
    assert shares[0] == 1.0 and shares[-1] == 0.0
    assert all(a >= b for a, b in pairwise(shares))


def test_inline_figures_are_well_formed_have_units_and_follow_the_theme(page):
    for plot in page.plots:
        svg = plot.inline()
        ElementTree.fromstring(svg)
        assert f"{plot.name}-" in svg
        assert "var(--ink)" in svg or "var(--muted)" in svg
        assert not re.search(r"#1c2026|#5a6472", svg)
    assert "environment steps" in page.views[0].learning["maze"][0].inline()
    assert "greedy success rate" in page.views[0].learning["maze"][0].inline()


def test_paper_figures_are_repeatable_and_sized_for_a_column(page, tmp_path):
    plot = page.views[0].learning["maze"][0]
    first = [path.read_bytes() for path in plot.write(tmp_path)]
    second = [path.read_bytes() for path in plot.write(tmp_path)]
    assert first == second
    assert first[1].startswith(b"%PDF")
    width = float(re.search(rb'width="([\d.]+)pt"', first[0]).group(1))
    assert width / 72 == pytest.approx(3.4)
    with (tmp_path / f"{plot.name}.csv").open(newline="") as file:
        assert next(csv.reader(file)) == list(plot.columns)


def test_too_few_seeds_draw_no_band(results_of):
    page = make_page(results_of({"product_q": [4000] * 3, "lantern": [1000] * 3}))
    assert all(row["low_95"] == "" for row in rows_of(page.views[0].learning["maze"][0]))
    assert "too few for a band" in page.views[0].learning["maze"][0].caption
    assert "Bars" not in page.views[0].comparing[1].caption


def test_one_seed_and_no_success_can_be_drawn(results_of):
    page = make_page(results_of({"product_q": [None], "lantern": [None]}))
    for plot in page.plots:
        ElementTree.fromstring(plot.inline())


@pytest.mark.parametrize(("value", "text"), [(500, "500"), (2000, "2k"), (1_500_000, "1.5M"), (0, "0")])
def test_axes_shorten_steps(value, text):
    assert short(value) == text


def test_trust_is_averaged_over_the_steps_all_seeds_have(one_job):
    def trust(steps, level):
        weight = np.full((len(steps), 2, 3), level)
        weight[:, 1] = 1 - level
        return Trust(np.array(steps), ("teacher", "alone"), weight)

    jobs = [
        one_job("maze", "lantern", 0, 100, trust=trust([0, 10, 20], 0.2)),
        one_job("maze", "lantern", 1, 100, trust=trust([0, 20], 0.6)),
        one_job("maze", "lantern", 2, 100),
    ]
    arms, step, weight = mean_trust(jobs)
    assert arms == ("teacher", "learning alone")
    assert step.tolist() == [0.0, 20.0]
    assert weight.shape == (2, 2, 2, 3)
    assert weight[:, 0, 0, 0].tolist() == [0.2, 0.6]
    assert mean_trust(jobs[2:]) is None


def test_long_records_of_trust_are_thinned_with_both_ends(one_job):
    steps = np.arange(0, 4001, 10)
    weight = np.zeros((len(steps), 2, 1))
    weight[:, 0, 0] = steps
    job = one_job("maze", "lantern", 0, 100, trust=Trust(steps, ("teacher", "alone"), weight))
    _, step, kept = mean_trust([job])
    assert step[0] == 0 and step[-1] == 4000 and 60 <= len(step) <= 90
    assert kept[0, :, 0, 0].tolist() == step.tolist()


def test_measures_are_deterministic(results_of):
    results = results_of({"product_q": [4000] * 10, "lantern": [800, 900, 1000, 1100, 1200] * 2})
    first, second = Measures(results), Measures(results)
    assert first.table == second.table
    assert np.array_equal(first.line("maze", "lantern").low, second.line("maze", "lantern").low)
