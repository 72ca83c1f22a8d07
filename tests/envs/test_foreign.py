"""Environments that nobody here wrote: every env file of theirs, and a little learning on each kind."""

import numpy as np
import pytest

import lantern
from lantern.envs import TaskEnv, check_env, tabular_model
from lantern.envs.labellers.taxi import taxi

TOY_TEXT = ["frozen_lake", "cliff_walking", "taxi", "blackjack"]
CLASSIC = ["cart_pole", "mountain_car", "mountain_car_continuous", "acrobot", "pendulum"]
PACKAGES = {"minigrid": "minigrid", "stirred_tank": "gymchem", "lettuce_greenhouse": "lettuce_greenhouse_gym"}
ALL = [
    *(f"gymnasium/{name}" for name in TOY_TEXT + CLASSIC),
    *(f"minigrid/{n}" for n in ("door_key", "lava_gap", "unlock", "key_corridor", "multi_room", "put_near")),
    "process/stirred_tank",
    "process/lettuce_greenhouse",
]


def make(name):
    group, _, short = name.partition("/")
    package = PACKAGES.get(short) or PACKAGES.get(group)
    if package:
        pytest.importorskip(package)
    return lantern.make_env(name)


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_wrong_with_it(name):
    make(name).close()
    wrong = [finding for finding in check_env(name, steps=150) if finding.level == "error"]
    assert not wrong


@pytest.mark.parametrize("name", ALL)
def test_a_task_runs_to_its_end(name):
    env = make(name)
    dfa = lantern.compile(f"X G !{env.vocabulary.names[-1]}", env.vocabulary)
    task = TaskEnv(env, dfa, end="episode", max_episode_steps=60)
    task.action_space.seed(1)
    observation, info = task.reset(seed=1)
    for _ in range(60):
        assert task.observation_space.contains(observation)
        observation, reward, terminated, truncated, info = task.step(task.action_space.sample())
        if terminated or truncated:
            break
    assert reward == float(info["success"])


@pytest.mark.parametrize("name", TOY_TEXT[:3])
def test_toy_text_is_enumerated(name):
    env = make(f"gymnasium/{name}")
    model = tabular_model(env)
    _, info = env.reset(seed=4)
    assert info["label"] in model.masks[model.initial_label]


def test_taxi_states_are_decoded_as_taxi_does():
    level = make("gymnasium/taxi").unwrapped
    for state in range(500):
        row, column, passenger, destination = level.decode(state)
        names = taxi(state)
        assert ("aboard" in names) == (passenger == 4)
        assert ("delivered" in names) == (passenger == destination)
        assert ("at_blue" in names) == ((row, column) == (4, 3))
        assert ("at_red" in names) == ((row, column) == (0, 0))


def success_and_length(env, act, episodes):
    won, lengths = 0, []
    for seed in range(episodes):
        observation, _ = env.reset(seed=1000 + seed)
        over, steps = False, 0
        while not over:
            observation, _, terminated, truncated, info = env.step(act(observation))
            over = terminated or truncated
            steps += 1
        won += info["success"]
        lengths.append(steps)
    return won / episodes, float(np.mean(lengths))


def test_tabular_learning_on_the_slippery_lake():
    """The best policy reaches the gift in about 74 % of the episodes, random play in about 1.5 %."""
    env = make("gymnasium/frozen_lake")
    task = TaskEnv(env, lantern.compile("!hole U goal", env.vocabulary))
    rng = np.random.default_rng(0)
    q = np.zeros((16, 4))
    state = task.reset(seed=0)[0]["observation"]
    for step in range(40_000):
        best = int(rng.choice(np.flatnonzero(q[state] == q[state].max())))
        action = int(rng.integers(4)) if rng.random() < 0.1 else best
        observation, reward, terminated, truncated, _ = task.step(action)
        following = observation["observation"]
        rate = max(0.02, 0.5 * (1 - step / 30_000))
        future = 0.0 if terminated else q[following].max()
        q[state, action] += rate * (reward + 0.99 * future - q[state, action])
        state = task.reset()[0]["observation"] if terminated or truncated else following
    won, _ = success_and_length(task, lambda observation: int(q[observation["observation"]].argmax()), 200)
    assert won > 0.55


@pytest.fixture
def torch_on_one_thread():
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def learned(model, task, episodes=20):
    return success_and_length(task, lambda seen: model.predict(seen, deterministic=True)[0], episodes)


@pytest.mark.usefixtures("torch_on_one_thread")
def test_dqn_learns_to_balance():
    sb3 = pytest.importorskip("stable_baselines3")
    env = make("gymnasium/cart_pole")
    task = TaskEnv(env, lantern.compile("G !fallen", env.vocabulary), reward_fail=-1.0)
    assert success_and_length(task, lambda _: task.action_space.sample(), 20)[1] < 40
    model = sb3.DQN(
        "MultiInputPolicy",
        task,
        seed=0,
        device="cpu",
        learning_rate=2e-3,
        learning_starts=300,
        exploration_fraction=0.4,
        train_freq=4,
        gradient_steps=2,
        batch_size=64,
        target_update_interval=100,
        policy_kwargs={"net_arch": [64, 64]},
    ).learn(2500)
    assert learned(model, task)[1] > 90


@pytest.mark.usefixtures("torch_on_one_thread")
def test_ppo_learns_to_cool_the_stirred_tank():
    """Random play chills the jacket in about 20 % of the episodes."""
    sb3 = pytest.importorskip("stable_baselines3")
    env = make("process/stirred_tank")
    task = TaskEnv(env, lantern.compile("F cold_jacket", env.vocabulary))
    settings = {"n_steps": 500, "batch_size": 100, "n_epochs": 10, "learning_rate": 1e-3}
    model = sb3.PPO("MultiInputPolicy", task, seed=0, device="cpu", **settings).learn(2000)
    assert learned(model, task)[0] >= 0.9


@pytest.mark.usefixtures("torch_on_one_thread")
def test_ppo_learns_to_dose_co2_in_the_greenhouse():
    """Random play needs more than a hundred half-hours until the air is rich in CO2."""
    sb3 = pytest.importorskip("stable_baselines3")
    env = make("process/lettuce_greenhouse")
    task = TaskEnv(env, lantern.compile("F rich", env.vocabulary))
    settings = {"n_steps": 500, "batch_size": 100, "n_epochs": 5}
    model = sb3.PPO("MultiInputPolicy", task, seed=0, device="cpu", **settings).learn(1500)
    won, length = learned(model, task, 5)
    assert won == 1.0
    assert length < 40


@pytest.mark.parametrize("name", ALL)
def test_product_passes_the_checkers_of_gymnasium_and_stable_baselines3(name):
    from gymnasium.utils.env_checker import check_env as gymnasium_check

    sb3 = pytest.importorskip("stable_baselines3.common.env_checker")
    env = make(name)
    task = TaskEnv(env, lantern.compile(f"F {env.vocabulary.names[0]}", env.vocabulary))
    with pytest.warns(UserWarning, match="different from the unwrapped version"):
        gymnasium_check(task, skip_render_check=True)
    sb3.check_env(task, warn=False)


TASKS = {
    "minigrid/door_key": "F(key & F(door & F goal))",
    "minigrid/lava_gap": "F goal & G !lava",
    "minigrid/key_corridor": "F(key & F(unlocked & F ball))",
    "gymnasium/frozen_lake": "F(corner & F goal) & G !hole",
    "gymnasium/taxi": "F(aboard & F(at_red & F delivered))",
    "gymnasium/cart_pole": "F(right & F left) & G !fallen",
    "process/stirred_tank": "F on_target & G !cold_jacket",
    "process/lettuce_greenhouse": "F(warm & F rich) & G !damp",
}


@pytest.mark.parametrize("name", TASKS)
def test_shipped_tasks_mean_what_they_say(name):
    from lantern.language import load_task

    vocabulary = make(name).vocabulary
    dfa = load_task(name, vocabulary).dfa
    wanted = lantern.compile(TASKS[name], vocabulary)
    assert dfa.difference(wanted) is None
