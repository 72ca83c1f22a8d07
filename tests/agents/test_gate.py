"""The gate: whom it trusts, how soon, and what it can lose."""

from __future__ import annotations

import math

import numpy as np
import pytest

import lantern
from lantern.agents.tabular.arrays import SHARE
from lantern.agents.tabular.guide import judge, value_edges


def play(costs, remaining, rounds, prior=None):
    """Let the arms predict the edge 0 -> 1 while ``remaining(i)`` happens; return trust and losses."""
    cost = np.array(costs, float)
    prior = np.full(cost.shape, 1 / len(cost)) if prior is None else np.array(prior, float)
    weight = prior.copy()
    losses, mixed = np.zeros(len(cost)), 0.0
    predicted = np.minimum(1.0, cost[:, 1] / cost[:, 0])
    for i in range(rounds):
        y = remaining(i)
        mixed += (weight[:, 0] @ predicted - y) ** 2
        losses += (predicted - y) ** 2
        judge(cost, weight, prior, 0, 1, y)
    return weight, losses, mixed


def test_trust_goes_to_the_arm_that_predicts_what_happens():
    weight, _, _ = play([[4.0, 1.0], [4.0, 3.0]], lambda i: 0.25, 40)
    assert weight[0, 0] > 0.9
    assert weight[:, 0].sum() == pytest.approx(1)


def test_trust_returns_when_the_world_changes():
    weight, _, _ = play([[4.0, 1.0], [4.0, 4.0]], lambda i: 0.25 if i < 100 else 1.0, 200)
    assert weight[1, 0] > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_the_mixture_loses_little_to_its_best_arm(seed):
    """Square loss is 1/2-exp-concave on [0, 1]; mixing in the prior costs a factor (1 - SHARE) a round."""
    rng = np.random.default_rng(seed)
    costs = np.column_stack([np.full(4, 5.0), rng.uniform(0, 5, 4)])
    outcomes = rng.uniform(0.3, 0.7, 300)
    _, losses, mixed = play(costs, lambda i: outcomes[i], 300)
    bound = 2 * (math.log(4) - 300 * math.log(1 - SHARE))
    assert mixed <= losses.min() + bound


def test_an_arm_without_prior_trust_never_gets_any():
    weight, _, _ = play([[4.0, 1.0], [4.0, 3.0]], lambda i: 0.25, 50, prior=[[0.0, 0.0], [1.0, 1.0]])
    assert weight[0, 0] == 0


def test_goals_are_worth_what_the_trusted_arms_expect():
    delta = np.array([[0, 1, 2], [1, 1, 2], [2, 2, 2]], np.int32)
    label_goal = np.array([-1, 0, 1], np.int32)
    terminal, accepting = np.array([False, False, True]), np.array([False, False, True])
    cost = np.array([[2.0, 1.0, 0.0], [6.0, 5.0, 0.0]])
    after, floor = np.zeros((3, 2)), np.zeros(3)
    for share, expected in ((1.0, 1.0), (0.0, 5.0), (0.5, 3.0)):
        weight = np.array([[share] * 3, [1 - share] * 3])
        value_edges(delta, label_goal, terminal, accepting, cost, weight, after, floor, 0, 0.5, 1.0)
        assert after[0, 0] == pytest.approx(0.5**expected)
        assert after[0, 1] == 1.0
        assert floor[0] == pytest.approx(0.5 ** (expected + 1))


def test_a_teacher_that_lies_about_costs_loses_its_trust(small, quest_teacher):
    """Same task, same words: alignment trusts it, and only experience can tell."""
    from dataclasses import replace

    edge = quest_teacher.edge
    # It praises what comes last and damns what comes first.
    lie = np.where(edge.source == 0, 40.0, np.where(edge.target == edge.source, 1.0, 1.0))
    liar = replace(quest_teacher, name="liar", edge=replace(edge, steps=lie))
    agent = lantern.make_agent("lantern", small, teachers=[liar, quest_teacher], seed=0)
    run = agent.learn(20_000, evaluate_every=1_000)
    assert run.trust is not None
    start = run.trust.weight[0, :, 0]
    end = run.trust.weight[-1, :, 0]
    assert start[0] > 0.2
    assert end[0] < 0.5 * start[0]
    assert end[1] + end[2] > 0.8
    assert run.curve.success[-1] == 1
