"""The report of a sweep with conditions: side by side, each with its own numbers."""

import csv

import pytest

from lantern.experiments import load_results
from lantern.experiments.report import table_rows, write_report
from lantern.experiments.report.page import make_page

AGENTS = ("product_q", "crm_shaping", "lantern")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from synthetic import write_sweep

    conditions = ("aligned", "irrelevant")
    return write_sweep(
        tmp_path_factory.mktemp("conditions") / "out",
        agents=AGENTS,
        seeds=8,
        every=1000,
        conditions=conditions,
        references=("crm_shaping",),
    )


@pytest.fixture(scope="module")
def page(folder):
    return make_page(load_results(folder))


def test_the_answer_opens_on_the_first_condition_and_tells_of_the_others(page):
    first, *rest = page.answer.text, *page.answer.points
    assert first.startswith("Aligned: LANTERN reached 90 % success with")
    assert rest[0].startswith("Irrelevant: LANTERN reached 90 % success with")
    assert rest[1].startswith("Steps of LANTERN compared with those of CRM with shaping: ")
    assert rest[1].endswith("(irrelevant).") and "(aligned) and" in rest[1]


def test_every_condition_has_its_own_rows_and_agents_without_teachers_the_same_in_all(folder):
    rows = table_rows(load_results(folder)).rows
    assert [(row.place, row.agent) for row in rows[:4]] == [
        ("dungeon_quest · aligned", "product_q"),
        ("dungeon_quest · aligned", "crm_shaping"),
        ("dungeon_quest · aligned", "lantern"),
        ("dungeon_quest · irrelevant", "product_q"),
    ]
    median = {
        (row.condition, row.agent): row.measure.median.value for row in rows if row.target == rows[0].target
    }
    assert median["aligned", "crm_shaping"] == median["irrelevant", "crm_shaping"]
    assert median["aligned", "lantern"] < median["irrelevant", "lantern"]


def test_the_table_side_by_side_says_what_the_summary_says(folder, page):
    results = load_results(folder)
    assert page.sides.conditions == ("aligned", "irrelevant")
    for row in page.sides.rows:
        for condition, cell in zip(page.sides.conditions, row.cells, strict=True):
            said = results.summary["conditions"][condition]["agents"][row.agent]["ratio"]
            if row.agent == "product_q":
                assert cell.text == "100 %"
            else:
                low, high = said["ci95"]
                assert (
                    cell.value.split()[-2] == f"{100 * said['estimate']:.{int(said['estimate'] < 0.0995)}f}"
                )
                assert cell.interval.startswith("[") and low < said["estimate"] < high


def test_the_page_and_the_figures_are_there_for_each_condition(folder, tmp_path):
    text = write_report(folder, figures=False).read_text()
    plots = {plot.name: plot for plot in make_page(load_results(folder)).plots}
    assert 'id="conditions"' in text and text.count('<p class="condition">aligned</p>') == 1
    assert {"conditions-aligned", "t0-dungeon-quest-irrelevant-curves", "profiles-aligned"} <= set(plots)
    written = plots["conditions-irrelevant"].write(tmp_path)
    assert all(path.stat().st_size > 100 for path in written)
    with (tmp_path / "conditions-irrelevant.csv").open() as file:
        ratio = {row["agent"]: float(row["ratio"]) for row in csv.DictReader(file)}
    assert set(ratio) == {"crm_shaping", "lantern"}
    said = load_results(folder).summary["conditions"]["irrelevant"]["agents"]["lantern"]["ratio"]["estimate"]
    assert ratio["lantern"] == pytest.approx(said, rel=1e-5)


@pytest.mark.parametrize("missing", [38, 55, 80])
def test_a_sweep_that_is_not_finished_is_shown_as_far_as_it_is(tmp_path, missing):
    """First one condition of the last target is missing, then a whole target, then everything."""
    from synthetic import write_sweep

    folder = write_sweep(
        tmp_path / "out", agents=AGENTS, seeds=10, every=3000, conditions=("a", "b"), missing=missing
    )
    text = write_report(folder, figures=False).read_text()
    assert f"{missing} runs have not finished yet" in text
    assert ("nothing to compare" in text) == (missing == 80)
