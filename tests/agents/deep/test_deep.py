"""Deep agents: what the replay buffer says is what the automaton says, and they learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lantern
from lantern.agents.config import AgentConfig

torch = pytest.importorskip("torch", reason="needs the extra 'deep'")
pytest.importorskip("stable_baselines3", reason="needs the extra 'deep'")

from lantern.agents.deep.agent import DeepAgent  # noqa: E402
from lantern.agents.deep.task import TaskModel  # noqa: E402

FORMULA = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
SETTINGS: dict[str, Any] = {
    "learning_rate": 1e-3,
    "buffer_size": 20_000,
    "learning_starts": 500,
    "target_update_interval": 500,
    "exploration_fraction": 0.3,
    "policy_kwargs": {"net_arch": [64, 64]},
}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def task_env(formula: str = FORMULA) -> lantern.TaskEnv:
    env = lantern.make_env("dungeon_quest/teacher")
    return lantern.TaskEnv(env, lantern.compile(formula, env.vocabulary))


def agent(seed: int = 0, env: lantern.TaskEnv | None = None, **settings: Any) -> DeepAgent:
    options = {"crm": True, "potential": "automaton", **settings}
    return DeepAgent(AgentConfig(learner="dqn", deep=SETTINGS, **options), env or task_env(), (), seed)


def model(formula: str, **options: Any) -> TaskModel:
    vocabulary = lantern.make_env("dungeon_quest/teacher").vocabulary
    dfa = lantern.compile(formula, vocabulary)
    potential = np.where(dfa.distance < 0, 0.0, 0.9 ** np.maximum(dfa.distance, 0))
    return TaskModel(dfa, vocabulary, options.get("until_end", False), potential, 0.95)


def none(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nothing ended, by itself or by a time limit."""
    return np.zeros(count, bool), np.zeros(count, bool)


def test_every_dfa_state_gets_its_own_next_state_reward_and_end() -> None:
    task = model(FORMULA)
    masks = [0, *(task.vocabulary.mask([name]) for name in task.vocabulary.names)]
    columns = np.array([task.column(mask) for mask in masks], np.int32)
    for state in task.worth_learning:
        states = np.full(len(masks), state)
        following, reward, over = task.step(states, columns, *none(len(masks)))
        for mask, then, gain, end in zip(masks, following, reward, over, strict=True):
            assert then == task.dfa.step(int(state), mask)
            assert bool(gain) == bool(task.dfa.accepting[then])
            assert bool(end) == bool(task.dfa.accepting[then])


def test_a_dead_state_ends_without_reward() -> None:
    task = model("F dragon & G !chest")
    column = np.array([task.column(task.vocabulary.mask(["chest"]))], np.int32)
    following, reward, over = task.step(np.array([task.dfa.initial]), column, *none(1))
    assert not task.dfa.live[following[0]]
    assert (reward[0], bool(over[0])) == (0.0, True)


def test_a_maintenance_task_pays_only_at_the_end() -> None:
    task = model("G !dragon", until_end=True)
    column = np.array([task.column(0)] * 2, np.int32)
    states, late = np.full(2, task.dfa.initial), np.array([False, True])
    _, reward, over = task.step(states, column, np.zeros(2, bool), late)
    assert reward.tolist() == [0.0, 1.0]
    assert not over.any()


def test_shaping_telescopes_to_minus_the_first_potential() -> None:
    """Along any episode the discounted shaping adds up to -Phi(start): it cannot prefer one policy."""
    task = model(FORMULA)
    states = [task.dfa.initial]
    for name in ("shield", "key", "chest", "dragon"):
        states.append(task.dfa.step(states[-1], [name]))
    before, after = np.array(states[:-1]), np.array(states[1:])
    shaping = task.shaping(before, after, task.ends[after])
    total = sum(0.95**step * value for step, value in enumerate(shaping))
    assert total == pytest.approx(-task.potential[states[0]], abs=1e-6)


def test_the_buffer_replays_counterfactual_states() -> None:
    learner = agent()
    learner.learn(600, evaluate_every=600, episodes=1)
    buffer = learner.model.replay_buffer
    assert buffer is not None
    batch = buffer.sample(512)
    states = batch.observations["dfa_state"].numpy().ravel().astype(int)
    following = batch.next_observations["dfa_state"].numpy().ravel().astype(int)
    assert set(states) == set(learner.task.worth_learning.tolist())
    assert learner.task.ends[following].tolist() == batch.dones.numpy().ravel().astype(bool).tolist()
    rewards = batch.rewards.numpy().ravel()
    over = learner.task.ends[following]
    expected = learner.task.shaping(states, following, over) + learner.task.dfa.accepting[following]
    np.testing.assert_allclose(rewards, expected, rtol=1e-6)


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = (agent(seed=3).learn(1200, evaluate_every=300, episodes=1).curve for _ in range(2))
    np.testing.assert_array_equal(first.success, second.success)
    np.testing.assert_array_equal(first.return_, second.return_)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_it_learns_the_shortest_way(seed: int) -> None:
    """The optimum of a breadth-first search on this map is 8 steps."""
    curve = agent(seed=seed).learn(7000, evaluate_every=1000, episodes=1).curve
    assert curve.success[-3:].max() == 1.0
    assert curve.length[-3:].min() <= 10
    assert curve.success[0] == 0.0


def test_a_run_leaves_no_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    agent().learn(20, evaluate_every=20, episodes=1)
    assert not list(tmp_path.iterdir())


def test_stable_baselines3_saves_and_loads_it(tmp_path: Path) -> None:
    learner = agent()
    learner.learn(300, evaluate_every=300, episodes=1)
    learner.model.save(tmp_path / "model.zip")
    loaded = type(learner.model).load(tmp_path / "model.zip")
    observation, _ = learner.env.reset(seed=0)
    assert (
        loaded.predict(observation, deterministic=True)[0]
        == learner.model.predict(observation, deterministic=True)[0]
    )


def swing_up(formula: str) -> lantern.TaskEnv:
    env = lantern.make_env("gymnasium/pendulum")
    return lantern.TaskEnv(env, lantern.compile(formula, env.vocabulary))


def test_continuous_actions_are_learned_by_sac() -> None:
    name = lantern.make_env("gymnasium/pendulum").vocabulary.names[0]
    run = lantern.make_agent("sac", swing_up(f"F {name}"), seed=0).learn(700, evaluate_every=350, episodes=1)
    assert run.curve.step.tolist() == [0, 350, 700]
    assert np.isfinite(run.curve.return_).all()


def test_an_algorithm_that_cannot_take_the_actions_is_refused() -> None:
    name = lantern.make_env("gymnasium/pendulum").vocabulary.names[0]
    with pytest.raises(lantern.LanternError, match=r"'dqn' cannot take .* continuous.*'sac'"):
        lantern.make_agent("dqn", swing_up(f"F {name}"))
    with pytest.raises(lantern.LanternError, match=r"'sac' cannot take .* discrete.*'dqn'"):
        lantern.make_agent("sac", task_env())


def test_teachers_shape_the_rewards_of_deep_agents_too() -> None:
    """An aligned teacher's costs move the potential; without teachers it is the automaton's own."""
    teacher = lantern.make_agent("crm", task_env(), seed=0).learn(40_000).teacher()
    settings = {"learner": "dqn", "deep": SETTINGS, "potential": "automaton", "use_teachers": True}
    alone = DeepAgent(AgentConfig(**settings), task_env(), (), 0)
    taught = DeepAgent(AgentConfig(**settings), task_env(), (teacher,), 0)
    assert taught.sources.alignment is not None
    assert taught.source_steps == teacher.steps
    assert not np.allclose(alone.task.potential, taught.task.potential)
    done = np.asarray(taught.env.dfa.accepting)
    assert taught.task.potential[done] == pytest.approx(1.0)
    with pytest.raises(lantern.LanternError, match="tabular"):
        DeepAgent(AgentConfig(learner="dqn", potential="goals"), task_env(), (), 0)
