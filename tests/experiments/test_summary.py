import dataclasses
import json

import numpy as np
import pytest

from lantern.experiments.loading import load_results
from lantern.experiments.results import Curve, Job, Results, Target, common_grid
from lantern.experiments.summary import summarise

STEP = np.arange(0, 1001, 100)


def job(agent, seed, learned, target="t", source_steps=0):
    success = (learned <= STEP).astype(float)
    curve = Curve(STEP, success, 10.0 * np.ones(11), success)
    return Job(f"{target}{agent}{seed}", "target", target, agent, seed, curve, source_steps=source_steps)


def results(jobs, agents=("slow", "fast"), targets=("t",)):
    target = Target("t", "env", "task", "F a", "a", {}, {"a": "a happens"})
    return Results(
        name="s",
        folder=None,
        file="",
        steps=1000,
        evaluate_every=100,
        episodes=1,
        threshold=0.9,
        agents=agents,
        baseline=agents[0],
        targets=dict.fromkeys(targets, target),
        seeds=tuple(range(10)),
        jobs=tuple(jobs),
    )


@pytest.fixture
def plain():
    slow = [job("slow", seed, 500 + 20 * seed) for seed in range(10)]
    fast = [job("fast", seed, 100, source_steps=5000) for seed in range(10)]
    return summarise(results(slow + fast))


def test_numbers_by_hand(plain):
    fast = plain["agents"]["fast"]
    steps = fast["steps_to_threshold"]
    assert (steps["median"], steps["iqm"], steps["ci95"], steps["censored"]) == (100, 100, [100, 100], 0)
    assert steps["median_with_source_steps"] == 5100
    assert fast["source_steps"] == 5000
    assert fast["auc"]["iqm"] == pytest.approx(0.95)
    assert fast["final_success"] == {"iqm": 1.0, "mean": 1.0, "ci95": [1.0, 1.0]}
    assert fast["probability_of_improvement"]["estimate"] == 1.0
    assert fast["largest_deficit"] == 0.0
    # Learned at 500, 520 ... 680 shows at the next evaluation: 500, 600 five times, 700 four times.
    slow = plain["agents"]["slow"]["steps_to_threshold"]
    assert slow["median"] == 600
    assert slow["iqm"] == pytest.approx((600 * 3.5 + 700 * 1.5) / 5)
    assert fast["ratio"]["estimate"] == pytest.approx(100 / slow["iqm"])
    low, high = fast["ratio"]["ci95"]
    assert low < fast["ratio"]["estimate"] < high
    assert plain["agents"]["slow"]["ratio"]["ci95"] == [1.0, 1.0]


def test_censored_runs_are_counted_and_never_dropped():
    never = 10_000
    some = [job("slow", seed, 300 if seed < 8 else never) for seed in range(10)]
    most = [job("fast", seed, 300 if seed < 4 else never) for seed in range(10)]
    agents = summarise(results(some + most))["agents"]
    few = agents["slow"]["steps_to_threshold"]
    assert (few["median"], few["iqm"], few["reached"], few["censored"]) == (300, 300, 8, 2)
    many = agents["fast"]["steps_to_threshold"]
    assert (many["median"], many["iqm"], many["censored"]) == (None, None, 6)
    assert many["restricted_mean"] == pytest.approx(0.4 * 300 + 0.6 * 1000)
    assert agents["fast"]["ratio"]["bound"] == "at least"
    assert agents["fast"]["largest_deficit"] > 0.3


def test_intervals_need_five_seeds_and_warn_below_ten():
    three = summarise(results([job("slow", seed, 300) for seed in range(3)]))
    assert three["agents"]["slow"]["steps_to_threshold"]["ci95"] is None
    assert "3 seeds no interval" in three["warnings"][0]
    seven = summarise(results([job("slow", seed, 300) for seed in range(7)]))
    assert seven["agents"]["slow"]["steps_to_threshold"]["ci95"] == [300, 300]
    assert "too narrow" in seven["warnings"][0]


def test_jobs_of_different_library_versions_are_pointed_out():
    jobs = [job("slow", seed, 300) for seed in range(10)]
    assert summarise(results(jobs))["warnings"] == []
    versions = [{"numpy": "2.4.6", "encoder": "x"}] * 9 + [{"numpy": "2.5.0", "encoder": "x"}]
    mixed = [dataclasses.replace(one, provenance=v) for one, v in zip(jobs, versions, strict=True)]
    warning = "Jobs were run with different versions of numpy: 2.4.6, 2.5.0."
    assert summarise(results(mixed))["warnings"] == [warning]


def test_order_of_jobs_and_other_agents_change_nothing():
    slow = [job("slow", seed, 500 + 20 * seed) for seed in range(10)]
    fast = [job("fast", seed, 100 + 30 * seed) for seed in range(10)]
    forward, backward = summarise(results(slow + fast)), summarise(results(fast[::-1] + slow[::-1]))
    assert json.dumps(forward) == json.dumps(backward)
    third = [job("third", seed, 200) for seed in range(10)]
    more = summarise(results(slow + fast + third, agents=("slow", "fast", "third")))
    assert more["agents"]["fast"] == forward["agents"]["fast"]


def test_several_targets_are_pooled_and_ratios_averaged_geometrically():
    jobs = []
    for target, slow, fast in (("a", 400, 100), ("b", 900, 900)):
        jobs += [job("slow", seed, slow, target) for seed in range(10)]
        jobs += [job("fast", seed, fast, target) for seed in range(10)]
    whole = summarise(results(jobs, targets=("a", "b")))
    assert whole["targets"]["a"]["agents"]["fast"]["ratio"]["estimate"] == pytest.approx(0.25)
    assert whole["targets"]["b"]["agents"]["fast"]["ratio"]["estimate"] == pytest.approx(1.0)
    assert whole["agents"]["fast"]["ratio"]["estimate"] == pytest.approx(0.5)
    assert whole["agents"]["fast"]["runs"] == 20


def test_an_agent_without_runs_is_left_out():
    whole = summarise(results([job("slow", 0, 300)]))
    assert set(whole["agents"]) == {"slow"}
    assert "ratio" in whole["agents"]["slow"]
    without_base = summarise(results([job("fast", 0, 300)]))
    assert "ratio" not in without_base["agents"]["fast"]


def test_stored_sweep_reads_back(synthetic_folder):
    found = load_results(synthetic_folder)
    assert len(found.jobs) == 100
    assert found.missing == 0 and not found.failures
    assert json.loads(json.dumps(summarise(found))) == found.summary
    lantern = found.of("dungeon_quest", "lantern")
    assert [one.seed for one in lantern] == list(range(10))
    trust = lantern[0].trust
    np.testing.assert_allclose(trust.weight.sum(axis=1), 1.0, atol=1e-6)
    step, success = found.success("dungeon_quest", "lantern")
    assert success.shape == (10, step.size)
    assert found.summary["agents"]["lantern"]["ratio"]["estimate"] < 0.2


def test_common_grid_joins_curves_of_other_steps():
    first = Curve(np.array([0, 10]), np.array([0.0, 1.0]), np.zeros(2), np.zeros(2))
    second = dataclasses.replace(first, step=np.array([5, 20]), success=np.array([0.5, 0.8]))
    step, rows = common_grid([first, second])
    np.testing.assert_array_equal(step, [0, 5, 10, 20])
    np.testing.assert_array_equal(rows, [[0, 0, 1, 1], [0.5, 0.5, 0.5, 0.8]])
