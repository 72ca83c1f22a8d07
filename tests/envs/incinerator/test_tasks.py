"""Tasks in English about emissions: they translate without a question, and can be learned with their cost."""

from __future__ import annotations

import numpy as np
import pytest

import lantern
from lantern.envs.incinerator.words import NAMES, vocabulary
from lantern.envs.vector import VectorTaskEnv, make_vec
from lantern.language import load_task

HEADLINE = (
    "Keep CO, NOx and HCl below their limits at all times; after the load change, bring NOx down before "
    "reducing ammonia."
)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        (HEADLINE, "G(co_ok & nox_ok & hcl_ok) & F(load_change & F(nox_low & F ammonia_reduced))"),
        ("Always keep carbon monoxide below its limit.", "G co_ok"),
        ("Never let CO or dust rise above their limits.", "G(co_ok & dust_ok)"),
        (
            "Keep the furnace hot at all times; after the load change, meet the load.",
            "G hot & F(load_change & F at_load)",
        ),
        (
            "When notice is given, lower NOx before the load change.",
            "G(announced -> F(nox_low & F load_change))",  # notice comes by itself: said of every time
        ),
        ("Keep the ammonia slip small at all times.", "G slip_ok"),
        ("Never reduce ammonia before bringing NOx down.", "!ammonia_reduced W nox_low"),
    ],
)
def test_english_means_what_it_says(text: str, formula: str) -> None:
    words = vocabulary()
    found = lantern.translate(text, words, translator="grammar")
    assert not found.questions
    assert found.dfa.equivalent(lantern.compile(formula, words))


@pytest.mark.parametrize("name", ["limits", "load_change", "follow_load", "save_ammonia"])
def test_shipped_tasks_translate_without_a_question(name: str) -> None:
    task = load_task(f"emission_control/{name}", vocabulary())
    assert not task.translation.questions
    assert set(task.dfa.propositions) <= set(NAMES)


def test_the_reward_is_the_tasks_and_the_cost() -> None:
    env = lantern.make_env("emission_control/site_01")
    dfa = lantern.compile("G co_ok", env.vocabulary)  # type: ignore[attr-defined]
    task = lantern.TaskEnv(env, dfa, reward_env=0.01)
    task.reset(seed=0)
    total = costs = 0.0
    over = False
    while not over:
        _, reward, terminated, truncated, info = task.step(np.zeros(5, np.float32))
        total, costs = total + reward, costs + info["env_reward"]
        over = terminated or truncated
    assert info["success"]
    assert total == pytest.approx(1.0 + 0.01 * costs)


def test_many_plants_run_as_one_task() -> None:
    dfa = lantern.compile("G nox_ok", vocabulary())
    envs = make_vec("emission_control/site_02", dfa, 4, reward_env=0.01)
    assert isinstance(envs, VectorTaskEnv)
    observation, _ = envs.reset(seed=0)
    assert observation["observation"].shape == (4, 32)
    _, reward, _, _, infos = envs.step(np.zeros((4, 5), np.float32))
    np.testing.assert_allclose(reward, 0.01 * infos["env_reward"])
