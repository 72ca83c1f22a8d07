import json
from collections import Counter

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


CONDITIONS = """
targets:
  - {env: student, task: quest, group: small}
  - {env: other, task: chore, group: large, steps: 4000, seeds: 2, threshold: 0.5, evaluate: {every: 400}}
sources:
  aligned: [{env: teacher, task: quest}]
  irrelevant: [{env: teacher, task: chore}, {env: teacher, task: quest, name: again}]
  none: []
agents:
  - plain
  - taught
  - {agent: taught, name: oracle, conditions: [aligned]}
  - {agent: shaped, targets: [large], seeds: 1, steps: 500, evaluate: {every: 50}}
seeds: 3
steps: 1000
evaluate: {every: 100}
"""


def cells(found):
    return Counter((s.target, s.condition, s.agent) for s in found.specs if s.kind == "target")


def test_agents_with_teachers_run_once_a_condition_and_the_others_once(sweep_file):
    found = plan(sweep_file, CONDITIONS)
    taught = {
        (t, c, "taught"): n
        for t, n in (("quest", 3), ("chore", 2))
        for c in ("aligned", "irrelevant", "none")
    }
    assert cells(found) == {
        ("quest", "", "plain"): 3,
        ("chore", "", "plain"): 2,
        **taught,
        ("quest", "aligned", "oracle"): 3,
        ("chore", "aligned", "oracle"): 2,
        ("chore", "", "shaped"): 1,
    }
    assert len({spec.key for spec in found.specs}) == len(found.specs)
    by_key = {spec.key: spec for spec in found.specs}
    for spec in found.specs:
        teachers = [by_key[key].target for key in spec.needs]
        expected = {"aligned": ["teacher"], "irrelevant": ["teacher", "again"]}
        assert teachers == (expected.get(spec.condition, []) if spec.condition else [])
    assert found.targets["quest"]["conditions"] == ["aligned", "irrelevant", "none"]
    assert [s["condition"] for s in found.targets["quest"]["sources"]] == [
        "aligned",
        "irrelevant",
        "irrelevant",
    ]


def test_an_agent_s_own_budget_counts_before_the_target_s_before_the_sweep_s(sweep_file):
    found = plan(sweep_file, CONDITIONS)
    budget = {
        (s.target, s.agent): (s.identity["steps"], s.identity["evaluate"]["every"])
        for s in found.specs
        if s.kind == "target"
    }
    assert budget["quest", "plain"] == (1000, 100)
    assert budget["chore", "plain"] == (4000, 400)
    assert budget["chore", "shaped"] == (500, 50)
    assert (found.targets["chore"]["steps"], found.targets["chore"]["threshold"]) == (4000, 0.5)
    assert (found.targets["quest"]["steps"], found.targets["quest"]["threshold"]) == (1000, 0.9)


def test_conditions_leave_the_keys_of_all_other_jobs_as_they_were(sweep_file):
    listed = BASE + "sources: [{env: teacher, task: quest}]\n"
    named = BASE + "sources: {aligned: [{env: teacher, task: quest}]}\n"
    before, after = ({s.key for s in plan(sweep_file, text).specs} for text in (listed, named))
    assert len(before & after) == 6  # three teachers and three runs of the agent that uses none
    more = named.replace("quest}]}", "quest}], none: []}")
    assert after < {s.key for s in plan(sweep_file, more).specs}


def test_one_name_may_stand_for_different_agents_on_different_targets(sweep_file):
    text = (
        "targets: [{env: student, task: quest}, {env: other, task: chore}]\nseeds: 1\nsteps: 1000\n"
        "agents:\n  - {agent: plain, name: alone, targets: [quest]}\n"
        "  - {agent: shaped, name: alone, targets: [chore]}\n"
    )
    found = plan(sweep_file, text)
    assert found.agents == ("alone",)
    assert [s.identity["agent"]["agent"] for s in found.specs] == ["plain", "shaped"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("[large]", "[lagre]"),
            "line 13: this sweep has no target 'lagre' (of agent 'shaped'). Did you mean",
        ),
        (("[aligned]", "[alinged]"), "line 12: this sweep has no condition 'alinged'"),
        (("{env: teacher, task: chore}", "{env: taecher, task: chore}"), "line 7: no env 'taecher'"),
        (
            ("{env: teacher, task: chore}", "{envv: teacher}"),
            "line 7: the key 'envv' does not exist here. Did you mean 'env'?",
        ),
        (("none: []", "none: 3"), "line 8: sources.none: Input should be a valid list, got 3"),
        (("steps: 500", "steps: 20"), "line 13: 'shaped' would be evaluated every 50 steps on 'chore', but"),
        (("seeds: 3\n", "seeds: 3\nreferences: [plane]\n"), "line 15: 'plane' is not an agent of this sweep"),
    ],
)
def test_mistakes_about_conditions_are_explained_too(sweep_file, change, message):
    assert change[0] in CONDITIONS
    with pytest.raises(ContentError) as error:
        plan(sweep_file, CONDITIONS.replace(*change))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("agents", "source", "message"),
    [
        ("[{agent: sac, targets: [wide]}, {agent: crm, targets: [quest]}]", "sac", ""),
        ("[crm]", "sac", "line 5: 'crm' cannot run here: it learns a table, and 'dungeon_quest/continuous'"),
        ("[{agent: sac, targets: [quest]}]", "sac", "line 5: 'sac' cannot run here: it needs continuous"),
        ("[{agent: dqn, targets: [wide]}]", "sac", "line 5: 'dqn' cannot run here: it chooses among actions"),
        (
            "[{agent: crm, targets: [quest]}]",
            "crm_shaping",
            "line 4: 'crm_shaping' cannot run here: it learns",
        ),
    ],
)
def test_an_agent_is_refused_where_it_cannot_run(sweep_file, agents, source, message):
    file = sweep_file(
        "targets:\n  - {env: dungeon_quest/student, task: dungeon_quest, name: quest}\n"
        "  - {env: dungeon_quest/continuous, task: dungeon_quest, name: wide}\n"
        f"sources: [{{env: dungeon_quest/continuous, task: dungeon_quest, agent: {source}}}]\n"
        f"agents: {agents}\nseeds: 1\n"
    )
    if not message:
        assert {(s.target, s.agent) for s in make_plan(file).specs} == {("wide", "sac"), ("quest", "crm")}
        return
    with pytest.raises(ContentError) as error:
        make_plan(file)
    assert message in str(error.value)
