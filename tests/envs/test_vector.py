import gymnasium as gym
import numpy as np
import pytest
from env_doubles import CORRIDOR_WORDS, Corridor, corridor_labeller
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
from gymnasium.vector.utils import batch_space
from test_spaces import ACTIONS, OBSERVATIONS, task

import lantern
from lantern.envs import LabelledVectorEnv, TaskEnv, VectorTaskEnv, make_vec
from lantern.errors import EnvError, LabelError

DFA = lantern.compile("F(middle & F end)", CORRIDOR_WORDS)


def labelled(**corridor):
    return lambda: lantern.label(Corridor(**corridor), CORRIDOR_WORDS, corridor_labeller)


def sync(count=3, **corridor):
    makers = [labelled(**corridor) for _ in range(count)]
    return SyncVectorEnv(makers, autoreset_mode=AutoresetMode.DISABLED)


class Corridors(VectorEnv):
    """Corridors vectorised in NumPy, as a native vector environment is."""

    def __init__(self, count, length=5, max_steps=12):
        self.num_envs, self.length, self.max_steps = count, length, max_steps
        self.single_observation_space, self.single_action_space = (
            Corridor(length).observation_space,
            (Corridor(length).action_space),
        )
        self.observation_space = batch_space(self.single_observation_space, count)
        self.action_space = batch_space(self.single_action_space, count)
        self.metadata = {"autoreset_mode": AutoresetMode.DISABLED}
        self.position, self.count = np.zeros(count, np.int64), np.zeros(count, np.int64)

    def reset(self, *, seed=None, options=None):
        mask = (options or {}).get("reset_mask", np.ones(self.num_envs, bool))
        self.position[mask] = self.count[mask] = 0
        return self.position.copy(), {}

    def step(self, actions):
        self.position = np.clip(self.position + np.where(actions, 1, -1), 0, self.length)
        self.count += 1
        none = np.zeros(self.num_envs, bool)
        return self.position.copy(), np.zeros(self.num_envs), none, self.count >= self.max_steps, {}


def vector_labeller(positions):
    return {"middle": positions == 3, "end": positions == 5}


def ones(count=3):
    return np.ones(count, dtype=np.int64)


def test_same_step_is_the_default_and_keeps_how_episodes_ended():
    envs = VectorTaskEnv(sync(max_steps=50), DFA)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    envs.reset(seed=0)
    for _ in range(4):
        _, reward, terminated, _, infos = envs.step(ones())
        assert not terminated.any()
        assert not reward.any()
        assert "final_obs" not in infos
    observation, reward, terminated, truncated, infos = envs.step(ones())
    assert terminated.all()
    assert not truncated.any()
    assert reward.tolist() == [1.0, 1.0, 1.0]
    assert observation["observation"].tolist() == [0, 0, 0]
    assert observation["dfa_state"].tolist() == [DFA.initial] * 3
    assert [final["observation"] for final in infos["final_obs"]] == [5, 5, 5]
    assert all(DFA.accepting[final["dfa_state"]] for final in infos["final_obs"])
    assert infos["final_info"]["success"].tolist() == [True] * 3
    assert infos["final_info"]["label"].tolist() == [2] * 3
    assert infos["label"].tolist() == [0] * 3


def test_same_step_restarts_only_what_ended():
    envs = VectorTaskEnv(sync(2, max_steps=50), DFA)
    envs.reset(seed=0)
    for step in range(5):
        observation, _, terminated, _, infos = envs.step(np.array([1, step % 2]))
    assert terminated.tolist() == [True, False]
    assert infos["_final_obs"].tolist() == [True, False]
    assert infos["final_obs"][1] is None
    assert observation["observation"].tolist() == [0, 0]
    assert infos["success"].tolist() == [True, False]


def test_disabled_mode_waits_for_the_caller():
    envs = VectorTaskEnv(sync(2, max_steps=50), DFA, autoreset="disabled")
    envs.reset(seed=0)
    for step in range(5):
        observation, _, terminated, truncated, _ = envs.step(np.array([1, step % 2]))
    assert observation["observation"].tolist() == [5, 0]
    with pytest.raises(EnvError, match="Reset them first"):
        envs.step(ones(2))
    observation, infos = envs.reset(options={"reset_mask": terminated | truncated})
    assert observation["observation"].tolist() == [0, 0]
    assert infos["dfa_state"].tolist() == [DFA.initial] * 2
    envs.step(ones(2))


@pytest.mark.parametrize("mode", ["same_step", "next_step", "disabled"])
def test_make_vec_has_every_mode_of_gymnasium(mode):
    envs = make_vec(labelled(max_steps=50), DFA, 2, autoreset=mode)
    assert envs.metadata["autoreset_mode"] is AutoresetMode[mode.upper()]
    envs.reset(seed=0)
    for _ in range(5):
        observation, reward, terminated, _, infos = envs.step(ones(2))
    assert terminated.all()
    assert reward.tolist() == [1.0, 1.0]
    if mode == "same_step":
        assert observation["observation"].tolist() == [0, 0]
        assert infos["final_info"]["success"].all()
        assert infos["final_obs"][0]["observation"] == 5
    else:
        assert observation["observation"].tolist() == [5, 5]
        assert infos["success"].all()
    if mode == "next_step":
        observation, reward, terminated, _, _ = envs.step(ones(2))
        assert observation["observation"].tolist() == [0, 0]
        assert not reward.any()
        assert not terminated.any()


def test_make_vec_takes_names_and_settings():
    envs = make_vec("gymnasium/frozen_lake", lantern.compile("F goal"), 2, max_episode_steps=3)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    ends = [envs.step(np.zeros(2, np.int64))[3] for _ in range(3)]
    assert ends[2].all() or ends[2].any()


def test_asynchronous_environments():
    envs = make_vec(labelled(max_steps=50), DFA, 2, asynchronous=True)
    try:
        envs.reset(seed=0)
        for _ in range(5):
            reward, infos = envs.step(ones(2))[1], None
        assert reward.tolist() == [1.0, 1.0]
        assert infos is None
    finally:
        envs.close()


@pytest.mark.parametrize(
    "formula", ["F(middle & F end)", "G !end", "!middle U end", "G(middle -> X end) & F end"]
)
@pytest.mark.parametrize("end", ["auto", "episode"])
def test_native_environments_do_as_single_ones_do(formula, end):
    dfa = lantern.compile(formula, CORRIDOR_WORDS)
    native = VectorTaskEnv(LabelledVectorEnv(Corridors(4), CORRIDOR_WORDS, vector_labeller), dfa, end=end)
    single = [TaskEnv(labelled(max_steps=12)(), dfa, end=end) for _ in range(4)]
    rng = np.random.default_rng(1)
    native.reset(seed=0)
    for env in single:
        env.reset(seed=0)
    ended = 0
    for _ in range(150):
        actions = rng.integers(2, size=4) | rng.integers(2, size=4)
        observation, reward, terminated, truncated, infos = native.step(actions)
        for i, env in enumerate(single):
            seen, gain, over, cut, info = env.step(actions[i])
            assert (gain, over, cut) == (reward[i], terminated[i], truncated[i])
            if over or cut:
                ended += 1
                assert infos["final_obs"][i] == seen
                assert infos["final_info"]["success"][i] == info["success"]
                seen, _ = env.reset()
            assert observation["dfa_state"][i] == seen["dfa_state"]
            assert observation["observation"][i] == seen["observation"]
    assert ended > 10


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_every_observation_space_has_a_vector_form(name):
    def make():
        return task(OBSERVATIONS[name]).env

    dfa = lantern.compile("F(third & X F third)")
    envs = VectorTaskEnv(SyncVectorEnv([make] * 2, autoreset_mode=AutoresetMode.DISABLED), dfa)
    observation, _ = envs.reset(seed=0)
    envs.action_space.seed(0)
    for _ in range(12):
        assert envs.observation_space.contains(observation)
        observation, *_, infos = envs.step(envs.action_space.sample())
        for final in infos.get("final_obs", ()):
            assert envs.single_observation_space.contains(final)


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_space_has_a_vector_form(name):
    def make():
        return task(action_space=ACTIONS[name]).env

    dfa = lantern.compile("F(third & X F third)")
    envs = VectorTaskEnv(SyncVectorEnv([make] * 2, autoreset_mode=AutoresetMode.DISABLED), dfa)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    for _ in range(8):
        envs.step(envs.action_space.sample())  # the environments assert that the action is theirs


def test_large_vocabularies_are_looked_up():
    words = {f"p{index}": f"the agent is at place {index}" for index in range(20)}
    dfa = lantern.compile("F(p3 & F p5)", words)

    def make():
        return lantern.label(Corridor(max_steps=50), words, lambda position: [f"p{position}"])

    envs = VectorTaskEnv(SyncVectorEnv([make] * 2, autoreset_mode=AutoresetMode.DISABLED), dfa)
    envs.reset(seed=0)
    assert [envs.step(ones(2))[2].all() for _ in range(5)] == [False] * 4 + [True]


def test_environments_that_reset_themselves_are_refused():
    with pytest.raises(EnvError, match=r"autoreset_mode=AutoresetMode.DISABLED.*make_vec"):
        VectorTaskEnv(SyncVectorEnv([labelled()] * 2), DFA)


def test_next_step_is_refused_where_it_cannot_be():
    with pytest.raises(EnvError, match=r"make_vec, which has all three"):
        VectorTaskEnv(sync(), DFA, autoreset="next_step")


def test_unknown_mode_suggests_the_nearest():
    with pytest.raises(EnvError, match=r"Did you mean 'same_step'"):
        make_vec(labelled(), DFA, 2, autoreset="same-step")


def test_unlabelled_vector_environment_is_refused():
    with pytest.raises(EnvError, match="is not labelled"):
        VectorTaskEnv(Corridors(2), DFA)


@pytest.mark.parametrize(
    ("labeller", "message"),
    [
        (lambda positions: {"midle": positions == 3}, r"'midle'.*Did you mean 'middle'"),
        (lambda positions: {"middle": True}, r"'middle' with shape \(\)"),
        (lambda positions: 1 / 0, r"raised ZeroDivisionError"),
    ],
)
def test_mistakes_of_vector_labellers(labeller, message):
    envs = LabelledVectorEnv(Corridors(2), CORRIDOR_WORDS, labeller)
    with pytest.raises(LabelError, match=message):
        envs.reset()


def test_spaces_describe_what_is_returned():
    envs = VectorTaskEnv(sync(max_steps=50), DFA)
    observation, _ = envs.reset(seed=0)
    assert envs.observation_space.contains(observation)
    assert isinstance(envs.observation_space, gym.spaces.Dict)
    assert envs.single_action_space == gym.spaces.Discrete(2)


def test_limits_that_can_be_seen_hold():
    envs = VectorTaskEnv(sync(2, max_steps=12_000), DFA)
    assert envs._limit is None
    native = VectorTaskEnv(LabelledVectorEnv(Corridors(2), CORRIDOR_WORDS, vector_labeller), DFA)
    assert native._limit is None
    native.reset(seed=0)
    ends = [native.step(np.zeros(2, np.int64))[3].all() for _ in range(12)]
    assert ends == [False] * 11 + [True]


def test_endless_environments_are_cut_with_a_warning(monkeypatch):
    monkeypatch.setattr("lantern.envs.vector.SAFETY_LIMIT", 6)
    envs = VectorTaskEnv(sync(2), DFA)
    envs.reset(seed=0)
    for _ in range(5):
        assert not envs.step(np.zeros(2, np.int64))[3].any()
    with pytest.warns(UserWarning, match="max_episode_steps"):
        assert envs.step(np.zeros(2, np.int64))[3].all()


def test_own_limit():
    envs = VectorTaskEnv(sync(2), DFA, max_episode_steps=3, autoreset="disabled")
    envs.reset(seed=0)
    assert [envs.step(ones(2))[3].tolist() for _ in range(3)] == [[False] * 2, [False] * 2, [True] * 2]
