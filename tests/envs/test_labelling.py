import copy
from functools import partial

import gymnasium as gym
import pytest
from env_doubles import CORRIDOR_WORDS, Corridor, corridor_labeller

import lantern
from lantern.envs.labelling import LabelledEnv, arity


def labels(env, actions, seed=0):
    _, info = env.reset(seed=seed)
    found = [info["label"]]
    for action in actions:
        found.append(env.step(action)[4]["label"])
    return found


def test_label_is_a_bit_mask_after_reset_and_each_step():
    env = lantern.label(Corridor(), CORRIDOR_WORDS, corridor_labeller)
    assert labels(env, [1] * 6) == [0, 0, 0, 1, 0, 2, 2]
    assert env.vocabulary.names == ("middle", "end")


@pytest.mark.parametrize(
    "labeller",
    [
        lambda observation: ["middle"] if observation == 3 else [],
        lambda observation, info: {"middle"} if info["position"] == 3 else set(),
        lambda observation, info, env: ("middle",) if env.unwrapped.position == 3 else (),
        lambda *all_of_it: ["middle"] if all_of_it[2].unwrapped.position == 3 else [],
        lambda observation, info=None: ["middle"] if info["position"] == 3 else [],
        lambda observation, wanted=3: ["middle"] if observation == wanted else [],
    ],
)
def test_labeller_gets_as_many_arguments_as_it_takes(labeller):
    assert labels(lantern.label(Corridor(), CORRIDOR_WORDS, labeller), [1, 1, 1, 1]) == [0, 0, 0, 1, 0]


def test_arity_of_partials_and_objects():
    class Reader:
        def __call__(self, observation, info):
            return []

    assert arity(Reader()) == 2
    assert arity(partial(lambda observation, info, env, name: [], name="x")) == 3


@pytest.mark.parametrize("labeller", [lambda: (), lambda a, b, c, d: []])
def test_labeller_with_wrong_arguments_is_refused(labeller):
    with pytest.raises(lantern.LabelError, match=r"test_labelling.py, line .* must take"):
        lantern.label(Corridor(), CORRIDOR_WORDS, labeller)


def test_labeller_that_raises_is_named_with_its_line():
    def broken(observation):
        return {}["missing"]

    with pytest.raises(
        lantern.LabelError, match=r"broken.*raised KeyError: 'missing'.*test_labelling.py, line \d+"
    ):
        lantern.label(Corridor(), CORRIDOR_WORDS, broken).reset()


def test_unknown_name_suggests_the_nearest():
    env = lantern.label(Corridor(), CORRIDOR_WORDS, lambda observation: ["midle"])
    with pytest.raises(lantern.LabelError, match=r"returned 'midle'.*Did you mean 'middle'\?"):
        env.reset()


@pytest.mark.parametrize("answer", ["middle", None, 3])
def test_answer_that_is_no_collection_of_names_is_refused(answer):
    with pytest.raises(lantern.LabelError, match=r"must return the names that hold"):
        lantern.label(Corridor(), CORRIDOR_WORDS, lambda observation: answer).reset()


def test_labeller_that_changes_the_environment_is_refused():
    def meddler(observation, info, env):
        env.unwrapped.position += 1
        return []

    with pytest.raises(lantern.LabelError, match=r"meddler .* changes Corridor.position"):
        lantern.label(Corridor(), CORRIDOR_WORDS, meddler).reset()


def test_labeller_that_draws_random_numbers_is_refused():
    def gambler(observation, info, env):
        return ["middle"] if env.unwrapped.np_random.random() < 0.5 else []

    with pytest.raises(lantern.LabelError, match=r"gambler .* changes Corridor._np_random"):
        lantern.label(Corridor(), CORRIDOR_WORDS, gambler).reset(seed=1)


def test_labeller_that_edits_the_observation_is_refused():
    def editor(observation):
        observation[0] = 0.0
        return []

    with pytest.raises(lantern.LabelError, match=r"editor .* changes the observation"):
        lantern.label(gym.make("CartPole-v1"), {"x": "something holds"}, editor).reset(seed=1)


def test_cached_properties_of_the_environment_are_no_change():
    def reader(observation, info, env):
        env.unwrapped.__dict__.setdefault("cache", 1)
        return []

    assert labels(lantern.label(Corridor(), CORRIDOR_WORDS, reader), [1]) == [0, 0]


def test_deep_copy_labels_its_own_environment():
    env = lantern.label(
        Corridor(), CORRIDOR_WORDS, lambda observation, info, env: corridor_labeller(env.unwrapped.position)
    )
    env.reset()
    twin = copy.deepcopy(env)
    for _ in range(3):
        info = twin.step(1)[4]
    assert info["label"] == 1
    assert env.unwrapped.position == 0


def test_observe_gives_names():
    env = LabelledEnv(Corridor(), CORRIDOR_WORDS, corridor_labeller)
    assert env.observe(5) == {"end"}
