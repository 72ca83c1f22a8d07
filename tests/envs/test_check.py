import gymnasium as gym
import numpy as np
import pytest
from env_doubles import CORRIDOR_WORDS, THIRD, Corridor, Sampled, corridor_labeller, every_third
from gymnasium import spaces

import lantern
from lantern.envs import Finding, check_env
from lantern.errors import ContentError, LabelError

UNIT = spaces.Box(-1.0, 1.0, (2,), np.float32)


def findings(make, topic=None, **settings):
    settings = {"steps": 200, **settings}
    found = check_env(make, **settings)
    assert all(isinstance(finding, Finding) for finding in found)
    # Whatever is wrong comes with what to do about it.
    assert all(finding.remedy for finding in found if finding.level in ("warning", "error"))
    return [finding for finding in found if topic is None or finding.topic == topic]


def sampled(labeller=every_third, **settings):
    return lambda: lantern.label(Sampled(UNIT, **settings), THIRD, labeller)


def only(make, topic, **settings):
    found = findings(make, topic, **settings)
    assert len(found) == 1, found
    return found[0]


def test_sound_environment_has_no_errors_or_warnings():
    found = findings(lambda: lantern.make_env("gymnasium/frozen_lake"), steps=3000)
    topics = {finding.topic for finding in found}
    assert {"contract", "seeding", "time limit", "labels", "propositions", "model"} <= topics
    assert {"speed", "product"} <= topics
    # Speed depends on what else the machine does.
    assert {finding.level for finding in found if finding.topic not in ("speed", "product")} == {"ok"}


def test_propositions_are_counted():
    found = findings("gymnasium/frozen_lake", "propositions", steps=3000)
    by_name = {finding.figures["name"]: finding.figures for finding in found}
    assert set(by_name) == {"goal", "hole", "corner"}
    assert by_name["hole"]["first"] <= 20
    assert 0.05 < by_name["hole"]["share"] < 0.2


def test_proposition_that_never_holds():
    def make():
        return lantern.label(Corridor(max_steps=10), CORRIDOR_WORDS, lambda position: [])

    found = findings(make, "propositions")
    assert [finding.level for finding in found] == ["warning", "warning"]
    assert "never held in 200 steps" in found[0].message


def test_proposition_that_always_holds():
    found = only(sampled(lambda observation: ["third"]), "propositions")
    assert found.level == "warning"
    assert "holds all the time" in found.message


def test_labeller_with_a_memory_is_found():
    calls = []

    def forgetful(observation):
        calls.append(1)
        return ["third"] if len(calls) % 3 == 0 else []

    found = only(sampled(forgetful), "labels")
    assert found.level == "error"
    assert "Asked twice about the same moment" in found.message


def test_labeller_that_meddles_late_is_found():
    def meddler(observation, info, env):
        if env.unwrapped.count > 5:
            env.unwrapped.actions.append("meddled")
        return []

    found = only(sampled(meddler), "labels")
    assert found.level == "error"
    assert "changes Sampled.actions" in found.message


def test_labeller_with_an_unknown_name_is_found():
    found = only(sampled(lambda observation: ["thrid"]), "labels")
    assert found.level == "error"
    assert "Did you mean 'third'?" in found.message


def test_unseeded_randomness_is_found():
    rng = np.random.default_rng()

    def noisy(observation):
        return np.clip(observation + rng.normal(0, 0.01, 2), -1, 1).astype(np.float32)

    found = only(sampled(alter=noisy), "seeding")
    assert found.level == "error"
    assert "observations differ" in found.message
    assert "self.np_random" in found.remedy


def test_time_limit_reported_as_termination_is_found():
    found = only(sampled(steps=25, ends="terminated"), "time limit")
    assert found.level == "warning"
    assert found.figures["steps"] == 25
    assert "time_limit: {steps: 25, reported_as: termination}" in found.remedy


def test_missing_time_limit_is_found():
    found = only(sampled(steps=None), "time limit")
    assert found.level == "warning"
    assert "time_limit: STEPS" in found.remedy


def test_time_limit_that_is_right():
    found = only(sampled(steps=25), "time limit")
    assert (found.level, found.figures["median_length"]) == ("ok", 25)


def test_observations_far_outside_the_box_are_an_error():
    found = findings(sampled(alter=lambda observation: observation * 0 + 3), "observations")
    assert any(f.level == "error" and "leaves its Box by 100%" in f.message for f in found)


def test_observations_a_little_outside_are_a_note():
    found = findings(sampled(alter=lambda observation: np.full(2, -1.0001, np.float32)), "observations")
    assert any(f.level == "note" and "leave their Box" in f.message for f in found)
    assert not any(f.level == "error" for f in found)


def test_nan_is_an_error():
    found = findings(sampled(alter=lambda observation: observation * np.nan), "observations")
    assert any(f.level == "error" and "not a finite number" in f.message for f in found)


def test_environment_that_raises_is_reported_and_not_fatal():
    class Broken(Sampled):
        def step(self, action):
            if self.count == 7:
                raise IndexError("list index out of range")
            return super().step(action)

    found = findings(lambda: lantern.label(Broken(UNIT), THIRD, every_third), "observations")
    assert any(f.level == "error" and "stopped after 7 steps: IndexError" in f.message for f in found)


@pytest.mark.parametrize(
    ("space", "level", "words"),
    [
        (spaces.Box(-np.inf, np.inf, (2,), np.float32), "error", "no finite bounds"),
        (spaces.Box(0, 500, (2,), np.float32), "note", "physical units"),
        (spaces.Box(-1, 1, (2,), np.float64), "note", "float64"),
        (spaces.Dict({"a": spaces.Discrete(2), "b": spaces.Box(0, 1, (1,))}), "warning", "mixes continuous"),
        (spaces.Discrete(3), "ok", "Discrete(3)"),
    ],
)
def test_action_spaces(space, level, words):
    found = only(sampled(action_space=space), "actions")
    assert found.level == level
    assert words in found.message


@pytest.mark.parametrize(
    ("space", "level", "words"),
    [
        (spaces.Box(-np.inf, np.inf, (2,), np.float32), "note", "without finite bounds"),
        (spaces.Box(-1, 1, (2,), np.float64), "note", "float64"),
        (spaces.Dict({"mission": spaces.Text(5), "x": UNIT}), "note", "mission is text"),
        (spaces.Sequence(spaces.Discrete(2)), "error", "no fixed size"),
    ],
)
def test_observation_spaces(space, level, words):
    found = findings(lambda: lantern.label(Sampled(space), THIRD, every_third), "observations")
    assert any(finding.level == level and words in finding.message for finding in found)


def test_gymnasium_ids_need_no_file():
    found = findings("CartPole-v1")
    labels = next(finding for finding in found if finding.topic == "labels")
    assert labels.level == "warning"
    assert "docs/plug-in.md" in labels.remedy
    assert not any(finding.level == "error" for finding in found)


def test_import_paths_and_paths_of_files(tmp_path):
    assert any(f.topic == "speed" for f in findings("gymnasium.envs.classic_control:CartPoleEnv"))
    path = tmp_path / "pole.yaml"
    path.write_text(
        "kind: gymnasium\nenv: CartPole-v1\npropositions:\n"
        "  right: {sentence: the cart is right, when: {observe: 0, above: 0}}\n"
    )
    assert only(path, "labels").level == "ok"


def test_a_task_of_ones_own_is_tried():
    task = lantern.compile("F(middle & F end)", CORRIDOR_WORDS)

    def make():
        return lantern.label(Corridor(max_steps=10), CORRIDOR_WORDS, corridor_labeller)

    assert "microseconds" in only(make, "product", task=task).figures
    with pytest.raises(LabelError, match="speaks of 'goal'"):
        check_env(make, task=lantern.compile("F goal"))


def test_unknown_names_say_what_was_looked_for():
    with pytest.raises(ContentError, match=r"no id that Gymnasium knows either"):
        check_env("CartPoole-v1")


def test_bad_files_are_reported_as_such(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("kind: gymnasium\nenv: CartPole-v1\n")
    with pytest.raises(ContentError, match="propositions"):
        check_env(path)


@pytest.mark.parametrize("env_id", ["CartPole-v1", "FrozenLake-v1"])
def test_checking_leaves_nothing_open(env_id):
    closed = []

    class Closing(gym.Wrapper):
        def close(self):
            closed.append(1)
            super().close()

    made = []

    def make():
        made.append(1)
        return Closing(gym.make(env_id))

    check_env(make, steps=50)
    assert len(closed) >= len(made) - 1


def test_registered_environment_that_cannot_be_made():
    def broken():
        raise gym.error.DependencyNotInstalled("the simulator is missing.")

    gym.register("lantern-test/Broken-v0", entry_point=broken)
    try:
        with pytest.raises(ContentError, match=r"DependencyNotInstalled: the simulator is missing"):
            check_env("lantern-test/Broken-v0")
    finally:
        del gym.registry["lantern-test/Broken-v0"]
