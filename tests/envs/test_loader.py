from pathlib import Path

import gymnasium as gym
import pytest

import lantern
from lantern.errors import ContentError

HERE = Path(__file__).parent
CARTPOLE = """\
kind: gymnasium
env: CartPole-v1
variables:
  angle: {observe: 2, unit: rad}
propositions:
  right:
    sentence: the cart is on the right
    synonyms: [right side]
    when: {observe: 0, above: 0.0, unit: m}
  leaning:
    sentence: the pole leans by more than one degree
    when: {not: {variable: angle, between: [-1, 1], unit: deg}}
"""

LABELLED = "kind: gymnasium\nenv: CartPole-v1\nlabeller: {}\npropositions: {{right: the cart is right}}\n"


def make(tmp_path, text, **files):
    for name, content in files.items():
        (tmp_path / f"{name}.py").write_text(content)
    path = tmp_path / "example.yaml"
    path.write_text(text)
    return lantern.make_env(path)


def test_conditions_label_a_gymnasium_environment(tmp_path):
    env = make(tmp_path, CARTPOLE)
    assert dict(env.vocabulary) == {
        "right": "the cart is on the right",
        "leaning": "the pole leans by more than one degree",
    }
    assert env.vocabulary.proposition("right").synonyms == ("right side",)
    observation, info = env.reset(seed=1)
    for _ in range(60):
        names = env.vocabulary.label(info["label"])
        assert ("right" in names) == (observation[0] > 0)
        assert ("leaning" in names) == (abs(observation[2]) > 0.017453292)
        observation, _, terminated, _, info = env.step(1)
        if terminated:
            observation, info = env.reset()


def test_labeller_in_a_file_beside_the_env_file(tmp_path):
    text = LABELLED.format("words.py:right")
    env = make(tmp_path, text, words="def right(seen):\n    return ['right'] if seen[0] > 0 else []\n")
    observation, info = env.reset(seed=1)
    assert info["label"] == int(observation[0] > 0)


def test_labeller_and_conditions_together(tmp_path):
    text = CARTPOLE + "  fast: the cart is fast\nlabeller: more.py:fast\n"
    env = make(
        tmp_path,
        text,
        more="def fast(observation, info):\n    return ['fast'] if abs(observation[1]) > 0.1 else []\n",
    )
    env.reset(seed=1)
    for _ in range(5):
        observation, _, _, _, info = env.step(1)
    assert "fast" in env.vocabulary.label(info["label"])
    assert "right" in env.vocabulary.label(info["label"]) or observation[0] <= 0


def test_import_path_kwargs_wrappers_and_limit(tmp_path):
    text = """\
kind: gymnasium
env: things.py:Corridor
kwargs: {length: 7}
time_limit: 6
wrappers:
  - gymnasium.wrappers:RecordEpisodeStatistics
  - {wrapper: "gymnasium.wrappers:StickyAction", kwargs: {repeat_action_probability: 0.0}}
propositions:
  end: {sentence: the agent is at the end, when: {observe: [], equals: 7}}
"""
    env = make(tmp_path, text, things=(HERE / "env_doubles.py").read_text())
    assert env.observation_space.n == 8
    env.reset()
    assert [env.step(1)[3] for _ in range(6)] == [False] * 5 + [True]
    assert isinstance(env.env, gym.wrappers.StickyAction)
    assert isinstance(env.env.env, gym.wrappers.RecordEpisodeStatistics)


def test_time_limit_reported_as_termination_becomes_truncation(tmp_path):
    text = """\
kind: gymnasium
env: ended.py:make
time_limit: {steps: 4, reported_as: termination}
propositions:
  end: {sentence: the agent is at the end, when: {observe: [], equals: 5}}
"""
    code = (HERE / "env_doubles.py").read_text() + (
        "\n\ndef make():\n    return Sampled(spaces.Discrete(6), steps=4, ends='terminated')\n"
    )
    env = make(tmp_path, text, ended=code)
    env.reset(seed=0)
    assert [env.step(0)[2:4] for _ in range(4)] == [(False, False)] * 3 + [(False, True)]


def test_limit_of_a_registered_environment_is_replaced(tmp_path):
    env = make(tmp_path, CARTPOLE.replace("env: CartPole-v1", "env: CartPole-v1\ntime_limit: 3"))
    env.reset(seed=0)
    assert [env.step(i % 2)[3] for i in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("kind: gymnasium", "kind: gymnasum"), r"line 1: kind: 'gymnasum'.*Did you mean 'gymnasium'"),
        (("kind: gymnasium\n", ""), r"kind: None is not a kind"),
        (("env: CartPole-v1", "environment: CartPole-v1"), r"line 2: the key 'environment' does not exist"),
        (("env: CartPole-v1", "env: CartPol-v1"), r"line 2: Gymnasium does not know 'CartPol-v1'.*CartPole"),
        (("env: CartPole-v1", "env: nothing_here:make"), r"line 2: the module 'nothing_here' is not there"),
        (("env: CartPole-v1", "env: math:sqroot"), r"line 2: math has no 'sqroot'. Did you mean 'sqrt'"),
        (
            ("env: CartPole-v1", "env: builtins:dict"),
            r"line 2: builtins:dict made a dict, not a gymnasium.Env",
        ),
        (
            ("env: CartPole-v1", "env: CartPole-v1\nkwargs: {speed: 3}"),
            r"line 2: making 'CartPole-v1' raised TypeError",
        ),
        (("env: CartPole-v1", "env: CartPole-v1\nlabeller: minigird"), r"line 3: 'minigird'.*'minigrid'"),
        (
            ("observe: 0, above", "observe: 0, abve"),
            r"line 9: the key 'abve' does not exist here. Did you mean 'above'",
        ),
        (("above: 0.0, ", ""), r"line 9: .*a condition compares its value"),
        (
            ("variable: angle", "variable: angel"),
            r"line 12: there is no variable 'angel'. Did you mean 'angle'",
        ),
        (("unit: deg", "unit: bar"), r"line 12: 'bar' measures pressure but 'rad' measures angle"),
        (
            ("    when: {observe: 0, above: 0.0, unit: m}\n", ""),
            r"line 6: nothing says how 'right' is observed",
        ),
        (("  leaning:", "  F:"), r"line 5: 'F' cannot name a proposition"),
        (
            ("env: CartPole-v1", "env: CartPole-v1\nwrappers: [gymnasium.wrappers:TimeLimit]"),
            r"line 3: .*TimeLimit",
        ),
    ],
)
def test_mistakes_are_reported_at_their_line(tmp_path, change, message):
    assert change[0] in CARTPOLE
    with pytest.raises(ContentError, match=message):
        make(tmp_path, CARTPOLE.replace(*change))


def test_missing_package_says_what_to_install(tmp_path):
    text = CARTPOLE.replace("env: CartPole-v1", "env: nothing_here:make\nneeds: nothing-here>=1")
    with pytest.raises(ContentError, match=r"pip install nothing-here>=1"):
        make(tmp_path, text)


def test_labeller_module_that_fails_to_import(tmp_path):
    text = LABELLED.format("bad.py:f")
    with pytest.raises(ContentError, match=r"line 3: importing bad.py raised ZeroDivisionError"):
        make(tmp_path, text, bad="1 / 0\n")


def test_condition_that_does_not_fit_the_observation(tmp_path):
    env = make(tmp_path, CARTPOLE.replace("observe: 0", "observe: 9"))
    with pytest.raises(lantern.LabelError, match=r"line 6: the condition of 'right'.*shape \(4,\)"):
        env.reset()


def test_unknown_environment_suggests_the_nearest():
    with pytest.raises(ContentError, match=r"gymnasium/frozen_lake"):
        lantern.make_env("gymnasium/frozen_lak")


@pytest.mark.parametrize("env_id", ["CartPole-v1", "gymnasium:CartPole-v1"])
def test_gymnasium_id_without_a_file_says_what_to_write(env_id):
    with pytest.raises(ContentError, match=rf"Write envs/NAME.yaml with `env: {env_id}`"):
        lantern.make_env(env_id)
