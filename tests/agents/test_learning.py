"""What the tabular agents learn, and how fast, over several seeds."""

from __future__ import annotations

import numpy as np
import pytest

import lantern

AGENTS = ("product_q", "crm", "crm_shaping", "automaton_distillation", "lantern")


def runs(agent, task_env, seeds, steps, every=100, teachers=(), **settings):
    return [
        lantern.make_agent(agent, task_env, teachers=teachers, seed=seed, **settings).learn(
            steps, evaluate_every=every
        )
        for seed in range(seeds)
    ]


def first_success(run):
    """Steps to the first greedy success; infinite if there is none."""
    good = run.curve.success >= 0.9
    return float(run.curve.step[good.argmax()]) if good.any() else np.inf


def median_steps(*args, **kwargs):
    return float(np.median([first_success(run) for run in runs(*args, **kwargs)]))


@pytest.mark.parametrize("agent", AGENTS)
def test_the_same_seed_gives_the_same_run(agent, small, quest_teacher):
    first, again, other = (
        lantern.make_agent(agent, small, teachers=[quest_teacher], seed=seed).learn(3_000, evaluate_every=100)
        for seed in (3, 3, 4)
    )
    assert np.array_equal(first.policy["q"], again.policy["q"])
    for name in ("step", "success", "length", "return_"):
        assert np.array_equal(getattr(first.curve, name), getattr(again.curve, name))
    assert first.episode == again.episode
    assert not np.array_equal(first.policy["q"], other.policy["q"])


def test_steps_to_first_success_are_those_of_the_field(quest, quest_teacher):
    # Medians of 20 seeds on this map, from independent implementations: 22,000; 6,500; 2,700 with an
    # evaluation after each episode, which 25 steps come near.
    product = median_steps("product_q", quest, 20, 60_000)
    crm = median_steps("crm", quest, 20, 20_000)
    shaped = median_steps("crm_shaping", quest, 20, 20_000, every=25)
    assert 15_000 < product < 28_000
    assert 4_500 < crm < 8_500
    assert shaped < 4_000
    distilled = median_steps("automaton_distillation", quest, 20, 20_000, teachers=[quest_teacher])
    ours = median_steps("lantern", quest, 20, 5_000, every=25, teachers=[quest_teacher])
    assert distilled < crm
    assert ours < 0.4 * min(crm, shaped, distilled)
    assert ours < 0.05 * product


def test_lantern_leads_in_the_blind_craftsman(craft, craft_teacher):
    ours = median_steps("lantern", craft, 20, 15_000, teachers=[craft_teacher])
    distilled = median_steps("automaton_distillation", craft, 20, 60_000, every=500, teachers=[craft_teacher])
    assert ours < 0.5 * distilled


@pytest.mark.parametrize(
    ("agent", "steps"),
    [
        ("product_q", 200_000),
        ("crm", 200_000),
        ("crm_shaping", 100_000),
        ("automaton_distillation", 200_000),
        ("lantern", 100_000),
    ],
)
def test_final_policies_are_near_optimal_in_the_quest(agent, steps, quest, quest_teacher, optimum):
    best = optimum(quest)
    assert best == 18
    ended = runs(agent, quest, 20, steps, every=steps, teachers=[quest_teacher])
    good = sum(run.curve.success[-1] == 1 and run.curve.length[-1] <= 1.1 * best for run in ended)
    # 20 steps are 11 % above the optimum: one detour around an obstacle.
    assert good >= 16, [run.curve.length[-1] for run in ended]
    assert all(run.curve.success[-1] == 1 for run in ended)


def test_final_policies_are_near_optimal_in_the_blind_craftsman(craft, craft_teacher, optimum):
    best = optimum(craft)
    assert best == 32
    ended = runs("lantern", craft, 20, 400_000, every=400_000, teachers=[craft_teacher])
    assert sum(run.curve.success[-1] == 1 and run.curve.length[-1] <= 1.1 * best for run in ended) >= 18


def test_teachers_that_cannot_help_cost_next_to_nothing(quest, strangers):
    seeds = 100
    alone = [first_success(run) for run in runs("lantern", quest, seeds, 4_000, every=25)]
    misled = [
        first_success(run) for run in runs("lantern", quest, seeds, 4_000, every=25, teachers=strangers)
    ]
    assert np.median(misled) <= 1.05 * np.median(alone)
    assert np.mean(np.clip(misled, 0, 4_000)) <= 1.05 * np.mean(np.clip(alone, 0, 4_000))


def test_curves_trust_and_episode_have_their_documented_shapes(small, quest_teacher):
    run = lantern.make_agent("lantern", small, teachers=[quest_teacher], seed=1).learn(
        2_300, evaluate_every=500
    )
    assert run.curve.step.tolist() == [0, 500, 1000, 1500, 2000, 2300]
    assert run.trust is not None
    assert run.trust.arms == ("quest", "learning alone")
    assert run.trust.weight.shape == (6, 2, small.dfa.n_states)
    assert np.allclose(run.trust.weight.sum(axis=1), 1)
    assert run.source_steps == quest_teacher.steps
    assert run.alignment is not None
    assert run.episode[-1]["reward"] == 1 and len(run.episode) == run.curve.length[-1]
    assert [event for step in run.episode for event in step["label"]][-1] == "dragon"


def test_a_stochastic_world_is_learned_too():
    env = lantern.make_env("gymnasium/frozen_lake")
    task_env = lantern.TaskEnv(env, lantern.compile(f"F {env.vocabulary.names[0]}", env.vocabulary))
    run = lantern.make_agent("crm", task_env, seed=0, step_size=0.1, discount=0.99).learn(
        60_000, evaluate_every=20_000, episodes=200
    )
    assert run.curve.success.max() > run.curve.success[0]
