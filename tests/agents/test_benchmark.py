"""The shipped benchmark, its tuning and its ablation: they can be planned, and compare fairly."""

from __future__ import annotations

import pytest

import lantern
from lantern.experiments.sweepfile import read_sweep
from lantern.experiments.sweeping import make_plan
from lantern.language.taskfile import load_task

CONDITIONS = ["aligned", "partly aligned", "irrelevant", "adversarial"]


@pytest.fixture(scope="module")
def compared():
    return read_sweep("benchmark")[1]


def test_every_target_has_all_conditions_and_every_agent_runs(compared):
    plan = make_plan("benchmark")
    assert len(plan.targets) >= 7 and compared.seeds == 20
    for target in compared.all_targets:
        sources = compared.sources_of(target)
        assert isinstance(sources, dict) and list(sources) == CONDITIONS
        assert len(sources["adversarial"]) == 3 and all(sources.values())
    jobs = [spec for spec in plan.specs if spec.kind == "target"]
    assert {(spec.target, spec.agent) for spec in jobs} == {
        (target, agent) for target in plan.targets for agent in plan.agents
    }


def test_all_agents_share_one_learner(compared):
    from lantern.agents.base import read_config

    for entry in compared.agents:
        config = read_config(entry.agent, entry.settings)
        shared = (config.learner, config.step_size, config.discount, config.epsilon, config.episode_limit)
        assert shared == ("tabular", 0.5, 0.95, 0.5, None)
        assert config.crm == (entry.agent != "product_q")


def test_tuning_gives_all_the_same_trials_and_never_sees_the_benchmark(compared):
    tuning = read_sweep("tuning")[1]
    shown = {(target.env, target.task.name) for target in compared.all_targets}
    assert not shown & {(target.env, target.task.name) for target in tuning.all_targets}
    budgets = {
        (entry.tune.trials, entry.tune.seeds, entry.tune.metric) for entry in tuning.agents if entry.tune
    }
    assert len(budgets) == 1
    tuned = {entry.agent for entry in tuning.agents}
    for entry in compared.agents:
        fixed = entry.agent in {"product_q", "crm"} or entry.agent.endswith(("_source", "_sources"))
        assert fixed or entry.agent in tuned


def test_the_ablation_takes_out_one_part_at_a_time():
    plan = make_plan("ablation")
    whole = next(spec.identity["agent"] for spec in plan.specs if spec.agent == "lantern")
    for agent in plan.agents:
        settings = next(spec.identity["agent"] for spec in plan.specs if spec.agent == agent)
        changed = [key for key in whole if settings[key] != whole[key]]
        assert len(changed) <= 1, agent
    assert {f"{n} source{'s' * (n > 1)}" for n in range(1, 9)} <= set(plan.agents)


@pytest.mark.parametrize(
    ("env", "task", "steps"),
    [
        ("full_map/quest", "dungeon_quest", 32),
        ("full_map/quest_small", "dungeon_quest", 18),
        ("full_map/quest_wide", "dungeon_quest", 27),
        ("full_map/craft", "workshop", 38),
        ("full_map/craft_small", "workshop", 23),
    ],
)
def test_full_maps_have_the_optimum_that_their_files_name(env, task, steps, optimum):
    world = lantern.make_env(env)
    assert optimum(lantern.TaskEnv(world, load_task(task, world.vocabulary).dfa)) == steps
    assert f"solution has {steps} steps" in " ".join(lantern.content.find("envs", env).read_text().split())
