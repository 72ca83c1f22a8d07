"""Tasks and teachers that the tests of agents share; all small, all learned in well under a second."""

from __future__ import annotations

from collections import deque

import pytest

import lantern
from lantern.agents.tabular.product import build_product, finite_model
from lantern.language.taskfile import load_task

SEQUENCE = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
REVERSED = "F(dragon & X F(shield & X F(chest & X F key)))"
HARVEST = "F(grain & X F(mill & X F market))"


def make_task(env: str, formula: str | None = None) -> lantern.TaskEnv:
    """The task of an environment's own file, or a formula."""
    world = lantern.make_env(env)
    if formula is not None:
        return lantern.TaskEnv(world, lantern.compile(formula, world.vocabulary))
    return lantern.TaskEnv(world, load_task(f"tasks/{env.split('/')[0]}.yaml", world.vocabulary).dfa)


def optimum(task_env: lantern.TaskEnv) -> int:
    """Fewest steps to acceptance, by breadth-first search over environment states and DFA states."""
    model, task = build_product(task_env, finite_model(task_env))
    frontier = deque((int(s), int(u), 0) for s, u in zip(model.initial, model.start, strict=True))
    seen = {(s, u) for s, u, _ in frontier}
    while frontier:
        s, u, steps = frontier.popleft()
        for a in range(model.next_state.shape[1]):
            s2, u2 = int(model.next_state[s, a, 0]), int(task.delta[u, model.label[s, a, 0]])
            if task.accepting[u2]:
                return steps + 1
            if (s2, u2) not in seen and not task.terminal[u2]:
                seen.add((s2, u2))
                frontier.append((s2, u2, steps + 1))
    raise AssertionError("the task cannot be done")


@pytest.fixture(scope="session")
def quest() -> lantern.TaskEnv:
    return make_task("dungeon_quest/student", SEQUENCE)


@pytest.fixture(scope="session")
def craft() -> lantern.TaskEnv:
    return make_task("blind_craftsman/student")


@pytest.fixture(scope="session")
def small() -> lantern.TaskEnv:
    return make_task("dungeon_quest/teacher", SEQUENCE)


def teach(env: str, formula: str | None, name: str, steps: int = 60_000) -> lantern.Teacher:
    run = lantern.make_agent("crm", make_task(env, formula), seed=0).learn(steps, evaluate_every=steps)
    assert run.curve.success[-1] == 1
    return run.teacher(name)


@pytest.fixture(scope="session")
def quest_teacher() -> lantern.Teacher:
    return teach("dungeon_quest/teacher", SEQUENCE, "quest")


@pytest.fixture(scope="session")
def craft_teacher() -> lantern.Teacher:
    return teach("blind_craftsman/teacher", None, "craft")


@pytest.fixture(scope="session")
def strangers() -> list[lantern.Teacher]:
    """Two that cannot help with Dungeon Quest: another trade, and the same words in reversed order."""
    return [
        teach("farming_operation", HARVEST, "harvest"),
        teach("dungeon_quest/teacher", REVERSED, "reversed"),
    ]


@pytest.fixture(scope="session", name="optimum")
def optimum_fixture():
    return optimum


@pytest.fixture(scope="session", name="teach")
def teach_fixture():
    return teach


@pytest.fixture(scope="session", name="make_task")
def make_task_fixture():
    return make_task
