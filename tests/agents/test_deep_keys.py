"""A wrong key under ``deep:`` of an agent's file is refused on reading, with its line and the right key."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lantern.agents.base import read_config
from lantern.content import names
from lantern.errors import ContentError

pytest.importorskip("torch")
pytest.importorskip("stable_baselines3")

WRONG = [
    ("learner: dqn\ndeep:\n  lerning_rate: 0.1\n", 3, "deep.lerning_rate", "'learning_rate'"),
    ("learner: dqn\ndeep:\n  policy_kwargs: {net_arc: [8]}\n", 3, "deep.policy_kwargs.net_arc", "'net_arch'"),
    ("learner: sac\ndeep:\n  n_env: 2\n", 3, "deep.n_env", "'n_envs'"),
    ("learner: ppo\ndeep:\n  n_step: 2\n", 3, "deep.n_step", "'n_steps'"),
    ("learner: dqn\ndeep:\n  gate: {nois: 0.1}\n", 3, "deep.gate.nois", "'noise'"),
    ("learner: dqn\ndeep:\n  gate:\n    share: 2\n", 4, "deep.gate.share", "less than or equal to 1, got 2"),
    ("learner: dqn\ndeep:\n  transfer: {method: kickstart}\n", 3, "deep.transfer.method", "'kickstarting'"),
    (
        "learner: td3\ndeep:\n  transfer: {method: kickstarting, wieght: 2}\n",
        3,
        "deep.transfer.wieght",
        "'weight'",
    ),
    ("learner: ppo\ndeep:\n  transfer: {method: a2t}\n", 3, "deep.transfer.method", "Use it with dqn"),
    (
        "learner: control\ncontrol: {method: sac}\ndeep:\n  gradient_step: 4\n",
        4,
        "deep.gradient_step",
        "steps'",
    ),
    ("learner: control\ncontrol:\n  mthod: sac\n", 3, "mthod", "'method'"),
    ("learner: dqn\ndeep: {n_envs: 0}\n", 2, "deep.n_envs", "greater than or equal to 1"),
    ("crm: true\ndeep: {n_envs: 2}\n", 2, "deep", "tabular has none"),
]


@pytest.mark.parametrize(("text", "line", "key", "hint"), WRONG)
def test_a_wrong_key_is_refused_with_file_line_and_the_nearest_right_one(tmp_path, text, line, key, hint):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ContentError) as told:
        read_config(str(path))
    message = str(told.value)
    assert message.startswith(f"{path}, line {line}: ") and key in message and hint in message


@pytest.mark.parametrize(
    ("agent", "settings", "key"),
    [
        ("dqn", "deep.lerning_rate: 0.1", "deep.lerning_rate: Did you mean 'learning_rate'"),
        ("lantern_dqn", "deep: {gate: {nois: 0.1}}", "deep.gate.nois: Did you mean 'noise'"),
        ("kickstarting_dqn", "deep.transfer.wieght: 2", "deep.transfer.wieght: Did you mean 'weight'"),
        ("emission_control/sac_site", "control.plnt: site", "control.plnt: Did you mean 'plant'"),
    ],
)
def test_a_sweep_refuses_a_wrong_setting_before_any_job(tmp_path, agent, settings, key):
    from lantern.experiments.sweeping import make_plan

    path = tmp_path / "mine.yaml"
    path.write_text(
        "target: {env: dungeon_quest/teacher, task: dungeon_quest}\n"
        f"agents:\n  - agent: {agent}\n    settings:\n      {settings}\nsteps: 1000\n"
    )
    with pytest.raises(ContentError) as told:
        make_plan(path)
    assert str(told.value).startswith(f"{path}, line 5: {key}")


def test_shipped_agents_are_taken_and_those_without_gate_or_method_are_read_without_torch():
    for name in names("agents"):
        read_config(name)
    code = (
        "import sys\nfrom lantern.agents.base import read_config\n"
        "for name in ('dqn', 'sac', 'td3', 'ppo', 'emission_control/sac_site'): read_config(name)\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
