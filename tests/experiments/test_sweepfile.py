import pytest
import yaml

from lantern.errors import ContentError
from lantern.experiments.sweepfile import read_sweep

GOOD = {"target": {"env": "a", "task": "b"}, "agents": ["crm"], "seeds": 3}


def read(tmp_path, **changes):
    path = tmp_path / "s.yaml"
    data = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return read_sweep(path)[1]


def test_the_design_example_reads(tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text(
        "target:  {env: dungeon_quest/student, task: dungeon_quest}\n"
        "sources: [{env: dungeon_quest/teacher, task: dungeon_quest}]\n"
        "agents:  [product_q, crm, crm_shaping, automaton_distillation, lantern]\n"
        "seeds: 20\nsteps: 100_000\nevaluate: {every: 500, episodes: 10}\nthreshold: 0.9\n"
    )
    _, sweep, lines = read_sweep(path)
    assert sweep.steps == 100_000 and sweep.budget(sweep.all_targets[0]).seeds == tuple(range(20))
    assert [agent.agent for agent in sweep.agents][-1] == "lantern"
    assert sweep.sources_of(sweep.all_targets[0])[""][0].env == "dungeon_quest/teacher"
    assert lines("agents") == 3


def test_tasks_as_names_text_or_formula(tmp_path):
    for task in ({"text": "get a"}, {"formula": "F a"}, {"text": "get a", "formula": "F a"}, "name"):
        found = read(tmp_path, target={"env": "a", "task": task}).target.task
        assert (found.name or found.text or found.formula) in ("name", "get a", "F a")


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        ({"seed": 3}, 7, "the key 'seed' does not exist here. Did you mean 'seeds'?"),
        ({"agents": [{"agnet": "x"}]}, 5, "the key 'agnet' does not exist here. Did you mean 'agent'?"),
        ({"evaluate": {"evry": 3}}, 8, "Did you mean 'every'?"),
        ({"agents": None}, 1, "the key 'agents' is missing"),
        ({"agents": []}, 4, "at least 1"),
        ({"agents": [3]}, 5, "agents.0"),
        ({"seeds": "many"}, 6, "expected a number of seeds"),
        ({"seeds": [1, 1]}, 6, "different seeds"),
        ({"seeds": 0}, 6, "1 or more"),
        ({"threshold": 1.5}, 7, "less than or equal to 1"),
        ({"steps": 10}, 1, "evaluate.every (500) is more than steps (10)"),
        ({"target": {"env": "a", "task": {"txt": "b"}}}, 4, "Did you mean 'text'?"),
        ({"target": {"env": "a", "task": {"name": "b", "text": "c"}}}, 3, "give the task as a name"),
        ({"target": None}, 1, "give either `target:` or a list of `targets:`"),
        ({"sources": [{"env": "a"}]}, 8, "needs a `task:`"),
        ({"sources": [{"env": "a", "task": "b", "teacher": "c"}]}, 8, "either `env:` and `task:`, or"),
        ({"agents": [{"agent": "x", "grid": {"a": []}}]}, 5, "at least one value"),
        ({"agents": [{"agent": "x", "grid": {"a": [1]}, "settings": {"a": 2}}]}, 5, "'a' is given both"),
        ({"agents": [{"agent": "x", "tune": {"space": {"a": {"low": 2, "high": 1}}}}]}, 8, "`low:` below"),
        ({"agents": [{"agent": "x", "tune": {"space": {"a": []}}}]}, 8, "at least one choice"),
    ],
)  # fmt: skip
def test_mistakes_name_the_line_and_the_remedy(tmp_path, changes, line, message):
    with pytest.raises(ContentError) as error:
        read(tmp_path, **changes)
    assert f"s.yaml, line {line}:" in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_names_the_nearest(tmp_path, monkeypatch):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "dungeon.yaml").write_text("seeds: 1\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContentError, match="Did you mean 'dungeon'"):
        read_sweep("dungoen")
