"""Tactical advice: followed while it keeps its promises, never part of what is learned."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import lantern
from lantern.agents.tabular.advice import ARM, end_turn, judge_turn, take_turn
from lantern.agents.tabular.arrays import ADVICE_RATE, SETTLED, SHARE
from lantern.agents.tabular.stream import make_stream

STUDENT = "dungeon_quest/student"
SEQUENCE = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
REVERSED = "F(dragon & X F(shield & X F(chest & X F key)))"
TACTICS_ONLY = {"strategy": False}


@pytest.fixture(scope="module")
def same_map(teach) -> dict[str, lantern.Teacher]:
    """Teachers on the student's own map: the same task, a reversed one, and liars made of the first."""
    same = teach(STUDENT, SEQUENCE, "same", 200_000)
    table = same.policy["q"]
    rng = np.random.default_rng(0)
    worst = table.max(axis=2, keepdims=True) + table.min(axis=2, keepdims=True) - table
    lies = {
        "random": rng.uniform(0, 1, table.shape).astype(np.float32),
        "worst": np.where(table.max(axis=2, keepdims=True) > 0, worst, 0).astype(np.float32),
        "swapped": table[[5, 4, 3, 2, 1, 0, 6]],
    }
    found = {name: replace(same, name=name, policy={"q": lie}) for name, lie in lies.items()}
    return {"same": same, "reversed": teach(STUDENT, REVERSED, "reversed", 200_000), **found}


def mean_steps(task_env, teachers, seeds=40, budget=5_000, **transfer):
    """Interquartile mean of the steps to the first greedy success."""
    found = []
    for seed in range(seeds):
        agent = lantern.make_agent("lantern", task_env, teachers=teachers, seed=seed, transfer=transfer)
        curve = agent.learn(budget, evaluate_every=20).curve
        done = np.flatnonzero(curve.success == 1)
        found.append(curve.step[done[0]] if len(done) else budget)
    quarter = seeds // 4
    return float(np.sort(found)[quarter:-quarter].mean())


@pytest.fixture(scope="module")
def alone(quest) -> float:
    return mean_steps(quest, [])


def test_a_teacher_of_the_same_map_saves_nearly_all_steps(same_map, alone, quest):
    assert mean_steps(quest, [same_map["same"]], **TACTICS_ONLY) < 0.2 * alone


def test_ways_to_single_goals_carry_over_from_another_task(same_map, alone, quest):
    """The order is reversed; the ways to key, chest and shield are not."""
    assert mean_steps(quest, [same_map["reversed"]], **TACTICS_ONLY) < 0.5 * alone


@pytest.mark.parametrize("liars", [["random"], ["worst"], ["swapped"], ["random", "worst", "swapped"]])
def test_liars_cost_next_to_nothing(liars, same_map, alone, quest):
    # Their true cost is below 1.0; half a standard error of 40 seeds is left for luck.
    assert mean_steps(quest, [same_map[name] for name in liars], **TACTICS_ONLY) <= 1.1 * alone


def test_a_liar_loses_its_trust_and_the_truth_keeps_it(same_map, quest):
    teachers = [same_map["swapped"], same_map["same"]]
    run = lantern.make_agent("lantern", quest, teachers=teachers, seed=0).learn(3_000, evaluate_every=300)
    assert run.tactical_trust is not None
    assert run.tactical_trust.arms == ("swapped", "same", "learning alone")
    weight = run.tactical_trust.weight
    live = ~np.asarray(quest.dfa.accepting)
    assert np.allclose(weight[:, :, live].sum(axis=1), 1)
    assert weight[-1, 1, 0] > 0.5 > weight[-1, 0, 0]
    # A report shows both gates: who acts, and whose costs are believed; learning alone is last.
    both = run.all_trust()
    assert both is not None and run.trust is not None
    assert both.arms == (
        "swapped, acting",
        "same, acting",
        "learning alone, acting",
        "swapped",
        "same",
        "learning alone",
    )
    assert np.array_equal(both.weight, np.concatenate([weight, run.trust.weight], axis=1))


@pytest.mark.parametrize("seed", range(3))
def test_advice_does_not_change_what_is_learned_in_the_end(seed, same_map, quest, optimum):
    teachers = [same_map[name] for name in ("random", "worst", "swapped")]
    run = lantern.make_agent("lantern", quest, teachers=teachers, seed=seed).learn(
        100_000, evaluate_every=100_000
    )
    assert run.curve.length[-1] <= 1.1 * optimum(quest)


def test_teachers_of_another_map_do_not_act(quest, quest_teacher):
    run = lantern.make_agent("lantern", quest, teachers=[quest_teacher], seed=0).learn(500)
    assert run.tactical_trust is None


def test_switched_off_nobody_acts(same_map, quest):
    agent = lantern.make_agent(
        "lantern", quest, teachers=[same_map["same"]], seed=0, transfer={"tactics": False}
    )
    assert agent.learn(500).tactical_trust is None


def corridor(arms=1):
    """Ten cells in a row with the edge at the end; the teacher goes right and promises the distance."""
    action = np.ones((arms, 2, 10), np.int32)
    steps = np.tile(np.arange(10.0, 0.0, -1.0), (arms, 2, 1))
    trust = np.tile(np.array([[0.9], [0.1]]), (1, 2))
    return {"action": action, "steps": steps, "trust": trust, "tried": np.zeros((10, 2, 2), np.int32)}


def turn_of(world, o):
    """Draw until it is the teacher's turn, at most 50 times."""
    stream, turn, promise = make_stream(0, 0), np.full(2, -1, np.int32), np.zeros(1)
    for _ in range(50):
        take_turn(*world.values(), turn, promise, 0, o, 0, stream)
        if turn[ARM] == 0:
            break
    return turn, promise


def after(world, turn, promise, o2, t, *, u2=0, lost=False):
    alone, progress = np.zeros((2, 2)), np.array([1.0, 0.0])
    slack, prior = np.array([[1.5, 0.0]]), np.array([[0.9, 0.9], [0.1, 0.1]])
    end_turn(
        world["action"],
        world["steps"],
        slack,
        world["trust"],
        prior,
        world["tried"],
        alone,
        progress,
        turn,
        promise,
        0,
        u2,
        o2,
        t,
        lost,
        True,
    )


def test_a_turn_lasts_while_the_promise_is_kept():
    world = corridor()
    turn, promise = turn_of(world, 3)
    assert turn[ARM] == 0 and promise[0] == 7.0
    for t in range(1, 7):
        after(world, turn, promise, 3 + t, t)
        assert turn[ARM] == 0
    after(world, turn, promise, 9, 7, u2=1)
    assert turn[ARM] == -1
    assert world["trust"][0, 0] > 0.9


@pytest.mark.parametrize("case", ["stands still", "nothing known", "lost"])
def test_a_broken_promise_ends_it_and_costs_trust(case):
    world = corridor()
    turn, promise = turn_of(world, 3)
    if case == "nothing known":
        world["action"][0, 0, 4] = -1
    if case == "stands still":
        after(world, turn, promise, 3, 1)
        assert turn[ARM] == 0
        after(world, turn, promise, 3, 2)
    else:
        after(world, turn, promise, 4, 1, u2=int(case == "lost"), lost=case == "lost")
    assert turn[ARM] != 0
    odds = world["trust"][0, 0] / world["trust"][1, 0]
    assert odds == pytest.approx(9 * math.exp(-ADVICE_RATE / 2), rel=0.1)


def test_what_was_tried_often_is_advised_no_more():
    world = corridor()
    world["tried"][3, 0, 1] = SETTLED
    assert turn_of(world, 3)[0][ARM] == 1


@pytest.mark.parametrize("seed", range(3))
def test_a_teacher_that_always_fails_has_few_turns(seed):
    """The expected number is at most log(1 + (e - 1) o n), and the share of the prior that returns."""
    rng, rounds = np.random.default_rng(seed), 2_000
    prior = np.array([[2 / 3], [1 / 3]])
    trust, turns = prior.copy(), 0
    for _ in range(rounds):
        if rng.random() < trust[0, 0]:
            turns += 1
            judge_turn(trust, prior, 0, 0, 0.5)
    bound = math.log(1 + (math.e - 1) * 2 * rounds) + SHARE * rounds
    assert turns <= 1.5 * bound
