import json

import pytest
from fakes import FakeLibrary

from lantern.errors import ContentError
from lantern.experiments.plan import Spec
from lantern.experiments.sweeping import make_plan

BASE = "target: {env: student, task: quest}\nagents: [plain, taught]\nseeds: 3\nsteps: 1000\n"


def plan(sweep_file, text):
    return make_plan(sweep_file(text), FakeLibrary())


def test_is_a_pure_function_of_the_file(sweep_file):
    first, second = plan(sweep_file, BASE), plan(sweep_file, BASE)
    assert first.specs == second.specs
    assert len({spec.key for spec in first.specs}) == 6
    assert json.dumps(first.manifest()) == json.dumps(second.manifest())


def test_sources_come_first_one_a_source_and_seed_and_only_for_those_who_use_them(sweep_file):
    text = BASE + "sources: [{env: teacher, task: quest}, {env: other, task: chore}]\n"
    specs = plan(sweep_file, text).specs
    kinds = [spec.kind for spec in specs]
    assert kinds == ["source"] * 6 + ["target"] * 6
    by_key = {spec.key: spec for spec in specs}
    for spec in specs:
        teachers = [by_key[key] for key in spec.needs]
        assert [one.target for one in teachers] == (["teacher", "other"] if spec.agent == "taught" else [])
        assert all(one.seed == spec.seed for one in teachers)


def test_targets_share_the_sources_they_have_in_common(sweep_file):
    text = (
        "targets:\n  - {env: student, task: quest, sources: [{env: teacher, task: quest}]}\n"
        "  - {env: other, task: chore, sources: [{env: teacher, task: quest}, {env: student, task: quest}]}\n"
        "agents: [taught]\nseeds: 2\nsteps: 1000\n"
    )
    found = plan(sweep_file, text)
    assert sum(spec.kind == "source" for spec in found.specs) == 4
    assert [source["name"] for source in found.targets["chore"]["sources"]] == ["teacher", "student"]


def test_grids_expand_to_named_agents(sweep_file):
    text = BASE.replace("plain, taught", "{agent: plain, grid: {speed: [0.1, 0.2], seconds: [1, 2, 3]}}")
    found = plan(sweep_file, text)
    assert len(found.agents) == 6
    assert found.agents[1] == "plain [speed=0.1, seconds=2]"
    assert found.specs[3].identity["agent"] == {"agent": "plain", "speed": 0.1, "seconds": 2}
    assert found.baseline == found.agents[0]


def test_seeds_as_a_list_and_settings_of_a_single_agent(sweep_file):
    text = BASE.replace("seeds: 3", "seeds: [7, 1]").replace(
        "taught]", "{agent: taught, settings: {speed: 1}}]"
    )
    specs = plan(sweep_file, text).specs
    assert [spec.seed for spec in specs] == [7, 1, 7, 1]
    assert specs[0].identity["agent"] == {"agent": "plain"}
    assert specs[2].identity["agent"] == {"agent": "taught", "speed": 1}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("seeds: 3", "seeds: 4"), "nothing"),
        (("steps: 1000", "steps: 2000"), "all"),
        (("student", "other"), "all"),
        (("quest", "chore"), "all"),
        (("plain", "{agent: plain, settings: {speed: 1}}"), "plain"),
        (("steps: 1000", "steps: 1000\nthreshold: 0.5\ntimeout: 60"), "nothing"),
    ],
)
def test_a_key_changes_with_all_that_determines_the_result_and_nothing_else(sweep_file, change, where):
    before = plan(sweep_file, BASE).specs
    keys = {spec.key for spec in plan(sweep_file, BASE.replace(*change)).specs}
    changed = {spec.agent for spec in before if spec.key not in keys}
    assert changed == {"nothing": set(), "all": {"plain", "taught"}, "plain": {"plain"}}[where]


def test_new_code_means_new_keys(sweep_file, monkeypatch):
    from lantern.experiments import versions

    before = plan(sweep_file, BASE).specs
    monkeypatch.setattr(versions, "code_digest", lambda: "another")
    after = plan(sweep_file, BASE).specs
    assert not {spec.key for spec in before} & {spec.key for spec in after}


def test_specs_travel_as_json(sweep_file):
    text = BASE + "sources: [{env: teacher, task: quest}, {teacher: saved/one}]\n"
    for spec in plan(sweep_file, text).specs:
        assert Spec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    assert spec.teacher_files == ("saved/one",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("student", "studnet"), "line 1: no env 'studnet'. Did you mean 'student'?"),
        (("plain", "plian"), "line 2: no agent 'plian'. Did you mean 'plain'?"),
        (
            ("taught]", "{agent: plain, settings:\n  {sped: 1}}]"),
            "line 3: no setting 'sped'. Did you mean",
        ),
        (("taught", "plain"), "two agents are named 'plain'"),
        (
            ("seeds: 3", "baseline: plane"),
            "line 3: 'plane' is not an agent of this sweep",
        ),
        (("seeds: 3", "sources: [{env: taecher, task: quest}]"), "line 3: no env 'taecher'"),
        (
            ("seeds: 3", "sources: [{env: other, task: q, name: x}, {env: student, task: q, name: x}]"),
            "named 'x'",
        ),
    ],
)
def test_mistakes_name_file_line_and_remedy(sweep_file, change, message):
    with pytest.raises(ContentError) as error:
        plan(sweep_file, BASE.replace(*change))
    assert "trial.yaml" in str(error.value)
    assert message in str(error.value)
