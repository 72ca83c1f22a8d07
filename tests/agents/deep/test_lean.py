"""The lean algorithms learn what Stable-Baselines3's own learn, and can do what those can."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

import lantern
from lantern.errors import EnvError

torch = pytest.importorskip("torch", reason="needs the extra 'deep'")
pytest.importorskip("stable_baselines3", reason="needs the extra 'deep'")

from stable_baselines3 import DQN, SAC, TD3  # noqa: E402
from stable_baselines3.common.callbacks import BaseCallback  # noqa: E402
from stable_baselines3.common.noise import NormalActionNoise  # noqa: E402

from lantern.agents.deep.agent import DeepAgent  # noqa: E402
from lantern.agents.deep.dqn import LeanDQN  # noqa: E402
from lantern.agents.deep.sac import LeanSAC  # noqa: E402
from lantern.agents.deep.td3 import LeanTD3  # noqa: E402
from lantern.agents.deep.vector import ArrayVecEnv  # noqa: E402
from lantern.envs import make_vec  # noqa: E402

NET: dict[str, Any] = {"policy_kwargs": {"net_arch": [32, 24]}, "learning_starts": 50, "batch_size": 32}
NOISE = {"action_noise": NormalActionNoise(np.zeros(1), 0.1 * np.ones(1))}
CASES = [
    (DQN, LeanDQN, "CartPole-v1", {**NET, "train_freq": 2, "target_update_interval": 40}),
    (SAC, LeanSAC, "Pendulum-v1", NET),
    (SAC, LeanSAC, "Pendulum-v1", {**NET, "ent_coef": 0.1, "train_freq": 2, "gradient_steps": 3}),
    (TD3, LeanTD3, "Pendulum-v1", {**NET, **NOISE}),
    (DQN, LeanDQN, "FrozenLake-v1", {**NET, "policy_kwargs": {"activation_fn": torch.nn.Tanh}}),
    (TD3, LeanTD3, "Pendulum-v1", {**NET, "policy_kwargs": {"activation_fn": torch.nn.Tanh, "n_critics": 1}}),
]
IDS = ["dqn", "sac", "sac-fixed-entropy", "td3", "dqn-tanh-counts", "td3-tanh-one-critic"]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def trained(algorithm: Any, env: str, settings: dict[str, Any], steps: int = 260) -> Any:
    model = algorithm("MlpPolicy", gymnasium.make(env), seed=5, **copy.deepcopy(settings))
    return model.learn(steps)


def weights(model: Any) -> np.ndarray:
    return np.concatenate([p.detach().numpy().ravel() for p in model.policy.parameters()])


@pytest.mark.parametrize(("stock", "lean", "env", "settings"), CASES, ids=IDS)
def test_the_same_seed_gives_the_weights_that_the_stock_algorithm_gets(
    stock: Any, lean: Any, env: str, settings: dict[str, Any]
) -> None:
    """Same random numbers, same batches, same updates: after a hundred of them only rounding differs."""
    theirs, ours = trained(stock, env, settings), trained(lean, env, settings)
    assert ours._plain
    before = weights(stock("MlpPolicy", gymnasium.make(env), seed=5, **copy.deepcopy(settings)))
    moved = np.abs(weights(theirs) - before).max()
    assert moved > 3e-3
    np.testing.assert_allclose(weights(ours), weights(theirs), atol=2e-3 * moved)
    for name in ("num_timesteps", "_n_updates", "_episode_num", "exploration_rate"):
        assert getattr(ours, name, None) == getattr(theirs, name, None)
    assert ours.replay_buffer.pos == theirs.replay_buffer.pos
    np.testing.assert_allclose(ours.replay_buffer.rewards, theirs.replay_buffer.rewards, atol=1e-4)
    np.testing.assert_array_equal(ours.replay_buffer.timeouts, theirs.replay_buffer.timeouts)
    np.testing.assert_array_equal(ours.replay_buffer.dones, theirs.replay_buffer.dones)
    assert ours.logger.name_to_value.keys() == theirs.logger.name_to_value.keys()


@pytest.mark.parametrize(("stock", "lean", "env", "settings"), CASES[:4], ids=IDS[:4])
def test_training_goes_on_after_saving_and_loading(
    stock: Any, lean: Any, env: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    """The optimisers' state is in the file, and stock algorithms read it too."""
    model = trained(lean, env, settings)
    model.save(tmp_path / "model.zip")
    loaded = lean.load(tmp_path / "model.zip", env=gymnasium.make(env))
    theirs = stock.load(tmp_path / "model.zip", env=gymnasium.make(env))
    np.testing.assert_array_equal(weights(loaded), weights(model))
    for one in (loaded, theirs):
        one.replay_buffer = copy.deepcopy(model.replay_buffer)
        one._setup_learn(10)
        one.set_random_seed(9)
        one.train(gradient_steps=20, batch_size=32)
    assert np.abs(weights(loaded) - weights(model)).max() > 1e-3
    np.testing.assert_allclose(weights(loaded), weights(theirs), atol=1e-5)


class Watching(BaseCallback):
    """Counts what a callback can see."""

    def __init__(self, stop: int) -> None:
        super().__init__()
        self.stop, self.seen, self.episodes, self.rollouts = stop, 0, 0, 0

    def _on_rollout_start(self) -> None:
        self.rollouts += 1

    def _on_step(self) -> bool:
        self.seen += len(self.locals["infos"])
        assert self.locals["rewards"].shape == self.locals["dones"].shape
        self.episodes += sum("episode" in info for info in self.locals["infos"])
        return self.num_timesteps < self.stop


def test_callbacks_see_every_step_and_can_stop() -> None:
    watching = Watching(150)
    model = LeanDQN("MlpPolicy", gymnasium.make("CartPole-v1"), seed=0, **copy.deepcopy(NET))
    model.learn(400, callback=watching)
    assert (model.num_timesteps, watching.seen) == (150, 150)
    assert watching.episodes == model._episode_num
    assert watching.rollouts == -(-150 // 4)
    model.learn(60, reset_num_timesteps=False)
    assert model.num_timesteps == 150 + 60


def test_greedy_actions_are_those_of_predict() -> None:
    for _, lean, env, settings in CASES:
        model = trained(lean, env, settings, 80)
        space = gymnasium.make(env).observation_space
        space.seed(0)
        seen = [space.sample() for _ in range(20)]
        predicted = [model.predict(one, deterministic=True)[0] for one in seen]
        np.testing.assert_allclose([model.greedy(one) for one in seen], predicted, atol=1e-5)
        np.testing.assert_allclose(model.greedy(np.array(seen)), predicted, atol=1e-5)


def test_a_policy_that_is_not_plain_goes_the_usual_way() -> None:
    settings = {**NET, "policy_kwargs": {"activation_fn": torch.nn.GELU}}
    model = trained(LeanDQN, "CartPole-v1", settings, 120)
    assert not model._plain
    theirs = trained(DQN, "CartPole-v1", settings, 120)
    np.testing.assert_allclose(weights(model), weights(theirs), atol=1e-6)


QUEST = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"


def test_a_native_vector_environment_is_trained_in_as_it_is() -> None:
    world: Any = lantern.make_env("dungeon_quest/teacher")
    dfa = lantern.compile(QUEST, world.vocabulary)
    envs = make_vec("dungeon_quest/teacher", dfa, 8)
    deep = {"learning_starts": 200, "buffer_size": 4000, "train_freq": 1, "gradient_steps": 2}
    settings = lantern.agents.AgentConfig(learner="dqn", deep=deep, crm=True, potential="automaton")
    agent = DeepAgent(settings, envs, (), 0)
    run = agent.learn(2400, evaluate_every=1200, episodes=2)
    assert isinstance(agent.model.env, ArrayVecEnv)
    assert agent.model._n_updates == 2 * (2400 // 8 - 200 // 8)
    buffer = agent.model.replay_buffer
    assert buffer.pos == 300
    # What is stored is what the automaton says, across the ends of episodes too.
    rows = np.arange(300 * 8)
    state = buffer.observations["dfa_state"].reshape(-1)[rows]
    following = buffer.next_observations["dfa_state"].reshape(-1)[rows]
    labels = buffer.labels.reshape(-1)[rows]
    told = agent.task.step(state, labels, *np.zeros((2, len(rows)), bool))[0]
    np.testing.assert_array_equal(told, following)
    assert run.curve.step.tolist() == [0, 1200, 2400]
    ended = buffer.dones.reshape(-1)[rows] > 0
    assert agent.model.ep_info_buffer
    assert ended.sum() >= 2


def test_vector_environments_that_lose_steps_are_refused() -> None:
    with pytest.raises(EnvError, match="SAME_STEP"):
        ArrayVecEnv(gymnasium.make_vec("CartPole-v1", 2))


def test_copies_side_by_side_learn_with_sac() -> None:
    env: Any = lantern.make_env("gymnasium/pendulum")
    task = lantern.TaskEnv(env, lantern.compile(f"F {env.vocabulary.names[0]}", env.vocabulary))
    run = lantern.make_agent(
        "sac", task, seed=0, deep={"n_envs": 4, "learning_starts": 80, "gradient_steps": -1}
    ).learn(400, evaluate_every=200, episodes=1)
    assert np.isfinite(run.curve.return_).all()
    assert run.curve.step.tolist() == [0, 200, 400]
