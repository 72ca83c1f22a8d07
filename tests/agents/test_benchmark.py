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


@pytest.fixture(scope="module")
def deep():
    return read_sweep("benchmark_deep")[1]


def test_the_deep_benchmark_has_all_conditions_on_every_kind_of_target(deep):
    plan = make_plan("benchmark_deep")
    assert len(plan.targets) >= 5 and deep.seeds == 10 and deep.baseline == "alone"
    groups = [(target.group, target.env.partition("/")[0]) for target in deep.all_targets]
    assert [kind for kind, _ in groups].count("continuous") >= 2
    assert groups.count(("discrete", "minigrid")) >= 2 and ("discrete", "full_map") in groups
    for target in deep.all_targets:
        sources = deep.sources_of(target)
        assert isinstance(sources, dict) and list(sources) == CONDITIONS
        assert len(sources["adversarial"]) >= 2 and all(sources.values())


def test_deep_agents_share_one_learner_and_were_tuned_on_equal_budgets(deep):
    from lantern.agents.base import read_config
    from lantern.agents.deep.baselines import METHODS

    alone = {"dqn": read_config("dqn_crm"), "sac": read_config("sac")}
    methods = set()
    for entry in deep.agents:
        config = read_config(entry.agent, entry.settings)
        same = alone[config.learner]
        assert (config.crm, config.discount) == (same.crm, same.discount)
        own = {key: value for key, value in config.deep.items() if key not in ("gate", "transfer")}
        assert own == same.deep, entry.agent
        methods.add(config.deep.get("transfer", {}).get("method"))
    assert methods == {None, *METHODS}
    tuning = read_sweep("tuning_deep")[1]
    shown = {(target.env, target.task.formula) for target in deep.all_targets}
    assert not shown & {(target.env, target.task.formula) for target in tuning.all_targets}
    budgets = {(entry.tune.trials, entry.tune.seeds, entry.tune.metric) for entry in tuning.agents}
    assert len(budgets) == 1
    assert {entry.agent for entry in deep.agents} <= {entry.agent for entry in tuning.agents} | {
        "dqn_crm",
        "sac",
    }


def test_misnamed_worlds_look_the_same_and_say_something_else():
    import numpy as np

    plain, other = (lantern.make_env(f"full_map/quest_small{end}") for end in ("", "_misnamed"))
    assert plain.observation_space == other.observation_space
    (seen, _), (too, _) = plain.reset(seed=0), other.reset(seed=0)
    np.testing.assert_array_equal(seen, too)
    first = {}
    for world in (plain, other):
        world.reset(seed=0)
        for move in np.random.default_rng(0).integers(4, size=100):
            *_, info = world.step(int(move))
            if info["label"]:
                first[world] = world.vocabulary.label(int(info["label"]))
                break
    assert first == {plain: frozenset({"key"}), other: frozenset({"shield"})}


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
