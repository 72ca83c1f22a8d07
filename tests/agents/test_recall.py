"""What tables remember: only where it is needed, and then enough to tell what an action does."""

from __future__ import annotations

import numpy as np
import pytest

import lantern
from lantern.agents.evaluation import evaluate, greedy_policy
from lantern.agents.tabular.product import build_product, finite_model
from lantern.agents.tabular.recall import is_aliased, remember
from lantern.language import load_task


def product(name: str) -> lantern.TaskEnv:
    env = lantern.make_env(f"{name}/student")
    return lantern.TaskEnv(env, load_task(name, env.vocabulary).dfa)


@pytest.mark.parametrize(
    ("name", "expected"), [("dungeon_quest", False), ("blind_craftsman", True), ("office", False)]
)
def test_only_a_product_that_leaves_things_open_is_aliased(name: str, expected: bool) -> None:
    task_env = product(name)
    source = finite_model(task_env)
    model, task = build_product(task_env, source)
    assert is_aliased(source, task.delta, model.start) == expected


def test_with_the_last_event_nothing_is_open_any_more() -> None:
    task_env = product("blind_craftsman")
    richer, recall = remember(finite_model(task_env))
    model, task = build_product(task_env, richer)
    assert not is_aliased(richer, task.delta, model.start)
    assert recall.index.max() + 1 == richer.n_observations
    assert len(recall.event) == 1 + 5  # none, three woods, the factory and home


def test_remembering_changes_nothing_in_the_world() -> None:
    """The same random actions give the same labels, with and without memory."""
    source = finite_model(product("blind_craftsman"))
    richer, _ = remember(source)
    generator = np.random.default_rng(0)
    plain, rich = int(source.initial[0]), int(richer.initial[0])
    for action in generator.integers(0, 4, 2000):
        assert source.label[plain, action, 0] == richer.label[rich, action, 0]
        plain, rich = int(source.next_state[plain, action, 0]), int(richer.next_state[rich, action, 0])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_saved_policy_acts_as_it_was_evaluated(seed: int, tmp_path: object) -> None:
    """Through the Gymnasium interface, with the memory kept outside the environment; the optimum is 16."""
    env = lantern.make_env("blind_craftsman/teacher")
    task_env = lantern.TaskEnv(env, load_task("blind_craftsman", env.vocabulary).dfa)
    run = lantern.make_agent("crm", task_env, seed=seed).learn(200_000)
    run.teacher().save(str(tmp_path))
    outcome = evaluate(greedy_policy(lantern.Teacher.load(str(tmp_path)), task_env), task_env, episodes=1)[0]
    assert outcome.success
    assert outcome.steps == run.curve.length[-1]
    assert outcome.steps <= 17


def test_the_search_is_made_once_for_the_same_model_and_automaton() -> None:
    task_env = product("blind_craftsman")
    first, again = (lantern.make_agent("crm", task_env, seed=seed) for seed in (0, 1))
    assert first.recall is not None and first.recall is again.recall
    other = lantern.TaskEnv(task_env.env, lantern.compile("F wood", task_env.env.vocabulary))
    assert lantern.make_agent("crm", other, seed=0).recall is not first.recall
