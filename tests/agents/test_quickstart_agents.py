"""The five agents of the quickstart on its two maps: as strong as published, and in the end optimal.

The published figures are for Dungeon Quest 10x10 with step size 0.5, discount 0.95 and epsilon 0.1: steps to
the first greedy success, median of 20 seeds. The optima (18 and 32) are those of a breadth-first search.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lantern
from lantern.language import load_task

AGENTS = ("product_q", "crm", "crm_shaping", "automaton_distillation", "lantern")
SEEDS = range(20)


def product(env: str, task: str) -> lantern.TaskEnv:
    labelled = lantern.make_env(env)
    return lantern.TaskEnv(labelled, load_task(task, labelled.vocabulary).dfa)


@pytest.fixture(scope="module")
def teachers() -> dict[str, list[lantern.Teacher]]:
    """The aligned source of each map."""
    return {
        task: [lantern.make_agent("crm", product(f"{task}/teacher", task), seed=0).learn(100_000).teacher()]
        for task in ("dungeon_quest", "blind_craftsman")
    }


def first_success(agent: str, task_env: lantern.TaskEnv, steps: int, every: int, **settings: Any) -> float:
    """Median over the seeds of the steps to the first greedy success."""
    found = []
    for seed in SEEDS:
        curve = (
            lantern.make_agent(agent, task_env, seed=seed, **settings)
            .learn(steps, evaluate_every=every)
            .curve
        )
        done = np.flatnonzero(curve.success == 1.0)
        found.append(float(curve.step[done[0]]) if len(done) else np.inf)
    return float(np.median(found))


@pytest.mark.parametrize(
    ("agent", "settings", "published"),
    [("product_q", {}, 22_000), ("crm", {}, 6_500), ("crm_shaping", {"potential_base": 0.9}, 2_700)],
)
def test_baselines_are_as_strong_as_published(agent: str, settings: dict[str, Any], published: float) -> None:
    task_env = product("dungeon_quest/student", "dungeon_quest")
    fixed = {"step_size": 0.5, "discount": 0.95, "epsilon": 0.1, **settings}
    found = first_success(agent, task_env, 60_000 if agent == "product_q" else 20_000, 20, **fixed)
    assert 0.8 * published <= found <= 1.2 * published


@pytest.mark.slow
@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize(
    ("task", "steps", "optimum"), [("dungeon_quest", 300_000, 18), ("blind_craftsman", 1_500_000, 32)]
)
def test_every_agent_ends_within_a_tenth_of_the_optimum(
    agent: str, task: str, steps: int, optimum: int, teachers: dict[str, list[lantern.Teacher]]
) -> None:
    task_env = product(f"{task}/student", task)
    good = 0
    for seed in SEEDS:
        made = lantern.make_agent(agent, task_env, teachers=teachers[task], seed=seed)
        curve = made.learn(steps, evaluate_every=steps).curve
        good += bool(curve.success[-1] == 1.0 and optimum <= curve.length[-1] <= 1.1 * optimum)
    assert good >= 18
