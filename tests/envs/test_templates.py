"""The examples that a new workspace begins with, and those of the guide."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

import lantern
from lantern.content import find, names, read
from lantern.envs import check_env, tabular_model

ROOT = Path(lantern.__file__).parents[1]
ENVS = ("warehouse", "lake", "cart")
TEMPLATES = Path(lantern.__file__).parent / "templates"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    shutil.copytree(TEMPLATES, tmp_path / "ws", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path / "ws")
    return tmp_path / "ws"


def test_there_is_one_of_each_kind(workspace):
    files = {name: yaml.safe_load((workspace / f"envs/{name}.yaml").read_text()) for name in ENVS}
    assert files["warehouse"]["kind"] == "grid"
    assert "labeller" not in files["lake"]
    assert files["cart"]["labeller"] == "cart_labels.py:label"
    for folder in ("tasks", "agents", "experiments"):
        assert list((workspace / folder).glob("*.yaml"))


@pytest.mark.parametrize("name", ENVS)
def test_environments_pass_the_check(workspace, name):
    assert find("envs", name).is_relative_to(workspace)
    levels = {finding.level for finding in check_env(name, steps=300) if finding.topic != "propositions"}
    assert not levels & {"error", "warning"}


def test_finite_ones_are_enumerated(workspace):
    assert tabular_model(lantern.make_env("warehouse")) is not None
    assert tabular_model(lantern.make_env("lake")) is not None


@pytest.mark.parametrize(
    ("task", "env", "formula"),
    [
        ("delivery", "warehouse", "F(parcel & F(battery & F dock)) & G !oil"),
        ("fetch", "warehouse", "F(parcel & F dock) & G !oil"),
        ("crossing", "lake", "F goal & G !hole"),
    ],
)
def test_tasks_mean_what_they_say(workspace, task, env, formula):
    from lantern.language import load_task

    vocabulary = lantern.make_env(env).vocabulary
    assert load_task(task, vocabulary).dfa.equivalent(lantern.compile(formula, vocabulary))


def test_sweep_names_only_what_exists(workspace):
    from lantern.experiments.sweepfile import SweepFile

    sweep = read(find("experiments", "first"), SweepFile)
    assert {entry.agent for entry in sweep.agents} <= set(names("agents"))
    assert {target.env for target in sweep.all_targets} <= set(names("envs"))
    assert {target.task.name for target in sweep.all_targets} <= set(names("tasks"))


def block(beginning):
    """The code block of the guide that begins so."""
    text = (ROOT / "docs/plug-in.md").read_text()
    found = re.findall(r"^```\w+\n(.*?)^```", text, re.M | re.S)
    return next(block for block in found if block.startswith(beginning))


def test_env_file_of_the_guide_works(workspace):
    pytest.importorskip("gymchem")
    (workspace / "envs/reactor.yaml").write_text(block("# envs/reactor.yaml"))
    env = lantern.make_env("reactor")
    assert env.vocabulary.names == ("on_target", "cold_jacket", "hot_jacket")
    task = lantern.translate("Heat the jacket, then cool the jacket.", env.vocabulary, translator="grammar")
    assert task.dfa.equivalent(lantern.compile("F(hot_jacket & F cold_jacket)", env.vocabulary))
    assert not [f for f in check_env("reactor", steps=200) if f.level == "error"]


def test_python_of_the_guide_works():
    scope = {}
    exec(compile(block("import gymnasium"), "plug-in.md", "exec"), scope)
    observation, _ = scope["task_env"].reset(seed=0)
    assert set(observation) == {"observation", "dfa_state"}


def test_conditions_of_the_guide_are_valid():
    from lantern.envs.conditions import Condition

    text = (ROOT / "docs/plug-in.md").read_text()
    lines = [
        line.strip() for line in text.splitlines() if re.match(r"- \{(observe|info|variable|any):", line)
    ]
    assert len(lines) == 6
    for line in lines:
        Condition.model_validate(yaml.safe_load(line)[0])
