"""The sentence must follow the numbers, whichever way they came out."""

import pytest

from lantern.experiments.report.answer import answer
from lantern.experiments.report.measures import Measures
from lantern.experiments.results import Failure


def say(results):
    return answer(Measures(results))


def test_a_clear_win_gives_the_ratio_and_its_interval(results_of):
    results = results_of({"product_q": [4000] * 10, "lantern": [800, 800, 900, 900, 1000] * 2})
    said = say(results)
    cell = Measures(results).table["maze", "lantern"]
    assert cell.ratio.value == pytest.approx(870 / 4000)  # the middle half of the ten seeds
    low, high = (round(100 * end) for end in cell.ratio.interval)
    assert said.text == (
        "LANTERN reached 90 % success with 22 % of the steps of product-MDP Q-learning "
        f"[{low}, {high}], and was never behind at any evaluation."
    )
    assert said.warnings == ()


def test_a_small_deficit_is_named(results_of, one_job):
    jobs = [one_job("maze", "product_q", seed, 4000) for seed in range(10)]
    jobs += [one_job("maze", "lantern", seed, 800, final=0.97) for seed in range(10)]
    said = say(results_of({"product_q": [1] * 10, "lantern": [1] * 10}, jobs=tuple(jobs)))
    assert said.text.endswith("and was never more than 3 % behind.")


def test_a_loss_is_called_a_loss(results_of):
    said = say(results_of({"product_q": [1000] * 10, "lantern": [2000] * 10}))
    assert "LANTERN lost: it reached 90 % success with 200 % of the steps" in said.text
    assert "at worst its success rate was 100 % behind" in said.text


def test_without_lantern_nobody_loses(results_of):
    said = say(results_of({"product_q": [1000] * 10, "crm": [2000] * 10}))
    assert said.text.startswith("CRM reached 90 % success with 200 % of the steps of product-MDP Q-learning")


def test_an_interval_around_one_is_no_difference(results_of):
    spread = [500, 1000, 2000, 3000, 4000, 800, 1500, 2500, 3500, 600]
    said = say(results_of({"product_q": spread, "lantern": spread[::-1]}))
    assert said.text.startswith("No clear difference: LANTERN reached")


def test_nobody_reached_the_threshold(results_of, one_job):
    jobs = [one_job("maze", "product_q", seed, None) for seed in range(10)]
    jobs += [one_job("maze", "lantern", seed, None, final=0.4) for seed in range(10)]
    said = say(results_of({"product_q": [None] * 10, "lantern": [None] * 10}, jobs=tuple(jobs)))
    assert said.text.startswith(
        "No agent reached 90 % success within 10,000 steps; the best, LANTERN, ended at 40 %"
    )


def test_the_hero_did_not_get_there(results_of):
    said = say(results_of({"product_q": [1000] * 10, "lantern": [900] * 3 + [None] * 7}))
    assert said.text == (
        "LANTERN did not get there: only 3 of 10 seeds reached 90 % success within 10,000 steps; "
        "product-MDP Q-learning did in 10 of 10."
    )


def test_only_the_hero_got_there(results_of):
    said = say(results_of({"product_q": [None] * 10, "lantern": [900] * 10}))
    assert said.text == (
        "LANTERN reached 90 % success after 900 steps [900, 900]; "
        "product-MDP Q-learning got there in 0 of 10 seeds within 10,000 steps."
    )


def test_few_seeds_show_no_interval_and_warn(results_of):
    said = say(results_of({"product_q": [4000] * 3, "lantern": [1000] * 3}))
    assert "25 %" in said.text and "[" not in said.text
    assert said.warnings[0].startswith("Only 3 seeds: too few for an interval")


def test_fewer_than_ten_seeds_warn_but_show_the_interval(results_of):
    said = say(results_of({"product_q": [4000] * 7, "lantern": [1000] * 7}))
    assert "[25, 25]" in said.text
    assert said.warnings[0].startswith("Only 7 seeds: with fewer than 10")


def test_one_seed_is_a_seed(results_of):
    said = say(results_of({"product_q": [4000], "lantern": [1000]}))
    assert said.warnings[0].startswith("Only 1 seed: too few")


def test_an_empty_sweep_says_so(results_of):
    said = say(results_of({"product_q": [1], "lantern": [1]}, jobs=(), missing=2))
    assert said.text.startswith("No run of this sweep has finished yet")
    assert said.warnings == ("2 runs have not finished yet; this report shows what there is.",)


def test_several_targets_are_averaged_and_listed(results_of):
    cells = {
        "maze": {"product_q": [4000] * 10, "lantern": [1000] * 10},
        "tower": {"product_q": [1000] * 10, "lantern": [1000] * 10},
    }
    said = say(results_of(cells, targets=("maze", "tower")))
    assert (
        "50 % of the steps" in said.text and "over 2 targets" in said.text
    )  # the geometric mean of 1/4 and 1
    assert said.points[0].startswith("On maze: 1,000 steps [1,000, 1,000], 25 %")
    assert said.points[1].startswith("On tower: 1,000 steps [1,000, 1,000], 100 %")


def test_the_strongest_rival_is_named(results_of):
    said = say(
        results_of(
            {"product_q": [8000] * 10, "crm": [4000] * 10, "shaped": [1000] * 10, "lantern": [2000] * 10}
        )
    )
    assert (
        "Against the strongest other agent, shaped: 200 % of its steps [200, 200]; it was beaten."
        in said.points
    )


def test_what_the_teachers_cost_is_said(results_of, one_job):
    jobs = [one_job("maze", "product_q", seed, 8000) for seed in range(10)]
    jobs += [one_job("maze", "lantern", seed, 1000, source_steps=3000) for seed in range(10)]
    said = say(results_of({"product_q": [1] * 10, "lantern": [1] * 10}, jobs=tuple(jobs)))
    assert (
        "Its teachers cost 3,000 steps on the source tasks, not counted above; counted in, its median is "
        "50 % of that of product-MDP Q-learning."
    ) in said.points


def test_a_threshold_passed_once_and_lost_again_is_no_triumph(results_of, one_job):
    jobs = [one_job("maze", "product_q", seed, 4000) for seed in range(10)]
    for seed in range(10):
        lantern = one_job("maze", "lantern", seed, 500)
        lantern.curve.success[lantern.curve.step > 2000] = 0.2
        jobs.append(lantern)
    said = say(results_of({"product_q": [1] * 10, "lantern": [1] * 10}, jobs=tuple(jobs)))
    assert said.text.endswith("but did not keep it: it ended at 20 % [20, 20].")
    assert "At the end of training product-MDP Q-learning stood highest, at 100 % [100, 100]." in said.points


def test_a_rival_weaker_than_the_baseline_is_not_the_strongest(results_of):
    said = say(results_of({"product_q": [2000] * 10, "crm": [9000] * 10, "lantern": [1000] * 10}))
    assert not any("strongest" in point for point in said.points)


def test_large_ratios_are_said_as_times(results_of, one_job):
    jobs = [one_job("maze", "product_q", seed, 1000) for seed in range(10)]
    jobs += [one_job("maze", "lantern", seed, 500, source_steps=6900) for seed in range(10)]
    said = say(results_of({"product_q": [1] * 10, "lantern": [1] * 10}, jobs=tuple(jobs)))
    assert any(
        point.endswith("its median is 7.4 times that of product-MDP Q-learning.") for point in said.points
    )


def test_uneven_seeds_are_said(results_of):
    said = say(results_of({"product_q": [4000] * 12, "lantern": [1000] * 6}))
    assert said.warnings[0].startswith("Only 6 seeds for some agents: with fewer than 10")


def test_censored_seeds_and_failures_are_counted(results_of):
    failure = Failure("k", "maze", "crm", 3, "error", "it broke", "Traceback", 2)
    said = say(
        results_of({"product_q": [4000] * 9 + [None], "lantern": [1000] * 10}, failures=(failure,), missing=0)
    )
    assert (
        "Seeds that never got there within 10,000 steps, counted as censored: "
        "product-MDP Q-learning (1 of 10)." in said.points
    )
    assert any(
        warning.startswith("1 run failed and is not counted: CRM on maze") for warning in said.warnings
    )


def test_without_a_baseline_the_steps_themselves_are_said(results_of):
    said = say(results_of({"lantern": [1000] * 10}, baseline="lantern"))
    assert said.text == "LANTERN reached 90 % success after 1,000 steps [1,000, 1,000] (median over seeds)."
