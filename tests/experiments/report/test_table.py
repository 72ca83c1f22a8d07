import pytest

from lantern.experiments.loading import load_results
from lantern.experiments.report import table_rows
from lantern.experiments.report.measures import Measures
from lantern.experiments.report.palette import styles
from lantern.experiments.report.table import bars, latex, markdown
from lantern.experiments.summary import summarise


@pytest.fixture
def table(results_of):
    return table_rows(
        results_of({"product_q": [4000] * 9 + [None], "lantern": [800, 900, 1000, 1100, 1200] * 2})
    )


def test_the_rows_are_the_numbers(table):
    first, second = table.lines()
    assert first == ("maze", "product-MDP Q-learning", "9 of 10", "4,000 [4,000, 4,000]", *first[4:])
    assert first[4] == "4,000 [4,000, > 10,000]"
    assert second[:4] == ("maze", "LANTERN", "10 of 10", "1,000 [900, 1,100]")
    assert first[5] == "100 %" and second[5] == "25 % [21, 27]"
    assert [row.ours for row in table.rows] == [False, True]


def test_intervals_can_stand_below_their_numbers(table):
    stacked = table.lines(stacked=True)[0]
    assert stacked[2:4] == ("9 of 10", "4,000\n[4,000, 4,000]")
    assert [cell.replace("\n", " ") for cell in stacked] == list(table.lines()[0])


def test_the_table_agrees_with_the_summary(synthetic_folder):
    results = load_results(synthetic_folder)
    summary = summarise(results)
    for row in table_rows(results).rows:
        said = summary["targets"][row.target]["agents"][row.agent]
        assert row.measure.median.value == pytest.approx(said["steps_to_threshold"]["median"])
        assert row.measure.iqm.value == pytest.approx(said["steps_to_threshold"]["iqm"])
        assert row.measure.reached == said["steps_to_threshold"]["reached"]
        low = row.measure.iqm.interval[0]
        assert low == pytest.approx(said["steps_to_threshold"]["ci95"][0])
        assert row.cells[2].value == f"{round(said['steps_to_threshold']['iqm']):,}"
        if row.agent != results.baseline:
            assert row.measure.ratio.value == pytest.approx(said["ratio"]["estimate"])


def test_all_censored_is_more_than_the_budget(results_of):
    row = table_rows(results_of({"product_q": [None] * 10, "lantern": [None] * 10})).rows[1]
    assert [cell.text for cell in row.cells[:4]] == ["0 of 10", "> 10,000", "> 10,000", "–"]


def test_markdown_has_a_row_for_each_line_and_escapes_bars(results_of):
    text = markdown(table_rows(results_of({"product_q": [4000] * 5, "a|b": [900] * 5})))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 4
    assert "a\\|b" in lines[-1]


def test_latex_escapes_what_it_must(results_of):
    text = latex(table_rows(results_of({"product_q": [4000] * 5, "my_50%&more": [900] * 5})))
    assert r"my 50\%\&more" in text
    assert text.count(r"\begin{tabular}{llrrrrrr}") == 1
    assert text.count(r" \\") == 3


def test_every_row_has_a_bar_inside_the_drawing(table):
    import re

    drawn = bars(table, styles(("product_q", "lantern"), "lantern", "product_q"))
    assert set(drawn) == {("maze", "product_q"), ("maze", "lantern")}
    for svg in drawn.values():
        assert all(0 <= float(x) <= 100 for x in re.findall(r"M([\d.]+) 12", svg))


def test_no_agent_has_results(results_of):
    assert table_rows(results_of({"product_q": [1]}, jobs=())).rows == ()


def test_measures_skip_what_never_ran(results_of, one_job):
    jobs = tuple(one_job("maze", "crm", seed, 500) for seed in range(5))
    measures = Measures(results_of({"product_q": [1] * 5, "crm": [1] * 5}, jobs=jobs))
    assert measures.agents == ("crm",) and measures.baseline is None
