"""The model-based learner: few steps, the right plan, teachers that help and cannot mislead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lantern
from lantern.agents.tabular.product import finite_model
from lantern.errors import ContentError

SEQUENCE = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
SLIPPERY = """
kind: grid
description: d
map: |
  A . . .
  . # . .
  . . t .
  . . . g
legend: {t: trap, g: goal}
slip: 0.2
limit: 60
propositions: {trap: the agent falls into the trap, goal: the agent reaches the goal}
"""


def optimal_from(run, best):
    """Steps from which on every evaluation was optimal."""
    good = (run.curve.success == 1) & (run.curve.length == best)
    late = np.flatnonzero(~good)
    first = int(late[-1]) + 1 if len(late) else 0
    return run.curve.step[first] if first < len(good) else np.inf


@pytest.mark.parametrize(("world", "formula"), [("quest", SEQUENCE), ("craft", None)])
def test_it_needs_less_than_three_tries_of_everything_seen(world, formula, request, optimum):
    task_env = request.getfixturevalue(world)
    best, pairs = optimum(task_env), 4 * finite_model(task_env).n_observations
    runs = [
        lantern.make_agent("model_based", task_env, seed=seed).learn(3 * pairs, evaluate_every=50)
        for seed in range(4)
    ]
    found = [optimal_from(run, best) for run in runs]
    assert max(found) <= 3 * pairs
    assert np.median(found) <= 2.5 * pairs


def test_the_same_seed_gives_the_same_run(small):
    first, again = (
        lantern.make_agent("model_based", small, seed=3).learn(500, evaluate_every=50) for _ in range(2)
    )
    assert np.array_equal(first.curve.success, again.curve.success)
    assert np.array_equal(first.policy["q"], again.policy["q"])


def test_in_a_slippery_world_it_finds_the_best_policy(tmp_path):
    """Compared with value iteration on the true model."""
    path = tmp_path / "slippery.yaml"
    path.write_text(SLIPPERY)
    env = lantern.make_env(str(path))
    task_env = lantern.TaskEnv(env, lantern.compile("!trap U goal", env.vocabulary))
    agent = lantern.make_agent("model_based", task_env, seed=0, epsilon=0.1)
    run = agent.learn(20_000, evaluate_every=20_000, episodes=50)
    learned, best = true_value(agent, run.policy["q"].argmax(axis=2).T), true_value(agent)
    assert best < 0.9
    assert learned >= 0.98 * best


def true_value(agent, actions=None):
    """Discounted value in the true world: of the best policy, or of the given actions, shape (R, U)."""
    model, task, discount = agent.model, agent.task, agent.config.discount
    chance = np.diff(model.cumulative, axis=2, prepend=0.0)
    value = np.zeros((len(model.next_state), len(task.delta)))
    for _ in range(500):
        for u in np.flatnonzero(~task.terminal):
            after = task.delta[u][model.label]
            later = discount * value[model.next_state, after]
            each = (chance * np.where(task.terminal[after], task.accepting[after], later)).sum(axis=2)
            if actions is None:
                value[:, u] = each.max(axis=1)
            else:
                value[:, u] = each[np.arange(len(each)), actions[model.observation, u]]
    return float(value[model.initial, model.start].mean())


def test_what_it_learned_can_teach(quest):
    run = lantern.make_agent("model_based", quest, seed=0).learn(3_000, evaluate_every=1_000)
    teacher = run.teacher("planner")
    steps = {}
    for name, teachers in (("taught", [teacher]), ("alone", [])):
        runs = [
            lantern.make_agent("lantern_model", quest, teachers=teachers, seed=seed).learn(
                1_000, evaluate_every=20
            )
            for seed in range(5)
        ]
        steps[name] = np.median([run.curve.step[(run.curve.success == 1).argmax()] for run in runs])
        assert all((run.tactical_trust is not None) == bool(teachers) for run in runs)
    assert steps["taught"] < 0.5 * steps["alone"]


@pytest.mark.parametrize("seed", range(3))
def test_a_liar_does_not_keep_it_from_the_optimum(seed, quest, optimum):
    run = lantern.make_agent("model_based", quest, seed=0).learn(3_000, evaluate_every=3_000)
    honest = run.teacher("planner")
    lie = np.random.default_rng(seed).uniform(0, 1, honest.policy["q"].shape).astype(np.float32)
    liar = replace(honest, policy={**honest.policy, "q": lie})
    taught = lantern.make_agent("lantern_model", quest, teachers=[liar], seed=seed).learn(
        2_000, evaluate_every=2_000
    )
    assert taught.curve.length[-1] == optimum(quest)


def test_settings_that_planning_does_not_read_are_refused(small):
    with pytest.raises(ContentError, match="planning"):
        lantern.make_agent("model_based", small, crm=True)
