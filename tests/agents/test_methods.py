"""How a file names its transfer method: what is refused, and what the refusal says."""

from __future__ import annotations

import pytest

from lantern import content
from lantern.agents.base import read_config
from lantern.agents.config import AgentConfig
from lantern.agents.methods import READS, MethodSettings
from lantern.errors import ContentError


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"method": "jsrll"}, "Did you mean 'jsrl'?"),
        ({"method": "jsrl", "windows": 3}, "Did you mean 'window'?"),
        ({"method": "jsrl", "reuse": 0.5}, "does not read 'reuse' (that is for policy_reuse)"),
        ({"levels": 3}, "does not read 'levels' (that is for jsrl)"),
        ({"method": "caps", "use_teachers": True}, "does not go together with use_teachers"),
        ({"method": "caps", "learner": "dqn"}, "the learner 'dqn' is not"),
        ({"method": "jsrl", "levels": 0}, "greater than or equal to 1"),
    ],
)
def test_a_setting_that_does_nothing_is_refused_with_the_nearest_that_does(settings, said):
    with pytest.raises(ContentError) as caught:
        read_config("crm", settings)
    assert said in str(caught.value)


def test_every_method_and_every_setting_of_one_is_used_by_some_file():
    files = {path.stem: content.read(path, AgentConfig) for path in content.library().glob("agents/*.yaml")}
    assert {config.method for config in files.values()} == set(READS)
    assert {config.choice for config in files.values()} >= {"all", "best", "random", "oracle"}
    for config in files.values():
        assert config.paper and config.description
        if config.method == "lantern_blend":
            assert "reconstruction" in config.paper and "reconstruction" in config.description
    read = frozenset().union(*READS.values())
    assert read == set(MethodSettings.model_fields) - {"method", "choice"}


def test_methods_make_a_sweep_train_sources():
    assert not read_config("crm").uses_teachers
    assert all(read_config("crm", {"method": method}).uses_teachers for method in READS if method != "none")


def test_a_name_with_dots_changes_one_setting_of_a_mapping_and_leaves_the_rest():
    before = read_config("kickstarting_dqn").deep
    after = read_config("kickstarting_dqn", {"deep.transfer.weight": 2.5, "deep.batch_size": 32}).deep
    assert after["transfer"] == {**before["transfer"], "weight": 2.5} and after["batch_size"] == 32
    changed = {"transfer", "batch_size"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    assert read_config("kickstarting_dqn").deep == before
