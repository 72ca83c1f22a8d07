"""Deep runs teach: what they noted is true, their policies survive the disk, the gate trusts them rightly."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deep_quest import task
from pydantic import ValidationError

import lantern
from lantern.agents import AgentConfig
from lantern.agents.base import read_config
from lantern.errors import LanternError, TeacherError

torch = pytest.importorskip("torch", reason="needs the extra 'deep'")
pytest.importorskip("stable_baselines3", reason="needs the extra 'deep'")

from lantern.agents.deep.agent import DeepAgent  # noqa: E402
from lantern.agents.deep.gate import Gate  # noqa: E402
from lantern.agents.deep.policy import read_policy  # noqa: E402
from lantern.agents.evaluation import evaluate, greedy_policy  # noqa: E402

WIDE = "dungeon_quest/continuous"


@pytest.fixture(scope="module")
def quest() -> tuple[DeepAgent, Any]:
    agent: Any = lantern.make_agent("dqn_crm", task(), seed=1)
    return agent, agent.learn(5000, evaluate_every=2500, episodes=1)


@pytest.fixture(scope="module")
def teacher(quest: tuple[DeepAgent, Any], tmp_path_factory: pytest.TempPathFactory) -> lantern.Teacher:
    assert quest[1].curve.success[-1] == 1.0
    path = quest[1].teacher("quest").save(tmp_path_factory.mktemp("teacher") / "quest")
    assert {file.suffix for file in path.iterdir()} == {".json", ".safetensors"}
    return lantern.Teacher.load(path)


def test_what_a_run_noted_is_true(teacher: lantern.Teacher) -> None:
    """The greedy way takes 8 steps; the notes are of training, with some exploration."""
    dfa = teacher.dfa
    initial, final = int(dfa.initial), int(np.flatnonzero(dfa.accepting)[0])
    assert 8 <= teacher.state.cost[initial] < 30
    assert teacher.state.cost[final] == 0
    assert teacher.state.success[initial] > 0.9
    assert 0 < teacher.state.value[initial] <= 0.98**7 + 1e-9
    edge = teacher.edge
    moves = edge.source != edge.target
    last = moves & (edge.target == final) & (edge.count > 20)
    assert last.any()
    np.testing.assert_allclose(edge.cost[last], 1.0)
    np.testing.assert_allclose(edge.value[last], 1.0)
    names = teacher.vocabulary.names
    told = [dfa.delta(np.array([m]), names)[u, 0] for u, m in zip(edge.source, edge.mask, strict=True)]
    np.testing.assert_array_equal(told, edge.target)
    assert edge.count.sum() == teacher.steps == 5000
    assert np.isfinite(edge.cost[moves & (edge.success > 0)]).all()


def test_the_saved_policy_acts_as_the_trained_one(
    quest: tuple[DeepAgent, Any], teacher: lantern.Teacher
) -> None:
    agent, _ = quest
    (end,) = evaluate(greedy_policy(teacher, task()), task(), 1)
    assert (end.success, end.steps) == (True, int(agent_length(agent)))
    policy = read_policy(teacher)
    assert policy is not None
    x = np.random.default_rng(0).random((20, policy.size)).astype(np.float32)
    np.testing.assert_array_equal(policy.actions(x), agent.model._best(x))
    states = np.zeros(20, np.int64)
    values = policy.values(x, states)
    assert values is not None
    assert ((values >= 0) & (values <= 1)).all()


def agent_length(agent: DeepAgent) -> int:
    (end,) = evaluate(lambda seen, _: agent.greedy(seen), task(), 1)
    return end.steps


def test_a_damaged_network_is_refused(quest: tuple[DeepAgent, Any], tmp_path: Path) -> None:
    path = quest[1].teacher("quest").save(tmp_path / "t")
    document = json.loads((path / "teacher.json").read_text())
    document["network"]["actions"]["n"] = 3
    (path / "teacher.json").write_text(json.dumps(document))
    with pytest.raises(TeacherError, match="policy of the teacher 'quest' is damaged"):
        lantern.make_agent("lantern_dqn", task(), teachers=[lantern.Teacher.load(path)])


STUDENT = "dungeon_quest/student"


def steps_to_success(run: Any) -> int:
    reached = np.flatnonzero(run.curve.success >= 1.0)
    return int(run.curve.step[reached[0]]) if len(reached) else int(run.curve.step[-1])


def runs(agent: str, teachers: list[lantern.Teacher], steps: int) -> list[Any]:
    made = [lantern.make_agent(agent, task(STUDENT), teachers=teachers, seed=s) for s in (10, 11, 12)]
    return [one.learn(steps, evaluate_every=250, episodes=1) for one in made]


@pytest.fixture(scope="module")
def alone() -> int:
    return sum(map(steps_to_success, runs("dqn_crm", [], 4500)))


@pytest.mark.slow
def test_an_aligned_teacher_saves_steps_and_is_trusted_first(alone: int) -> None:
    learned = lantern.make_agent("dqn_crm", task(STUDENT), seed=1).learn(6000, evaluate_every=6000)
    assert learned.curve.success[-1] == 1.0
    taught = runs("lantern_dqn", [learned.teacher("quest")], 3000)
    assert sum(map(steps_to_success, taught)) < 0.75 * alone
    trust = taught[0].trust
    assert trust is not None
    assert trust.arms == ("quest", "learning alone")
    np.testing.assert_allclose(trust.weight.sum(axis=1), 1.0)
    start = int(task().dfa.initial)
    assert trust.weight[0, 0, start] > 0.5
    assert trust.weight[-1, 0, start] < trust.weight[:, 0, start].max()
    assert len(trust.step) == len(taught[0].curve.step)


@pytest.mark.slow
def test_a_misleading_teacher_wastes_no_more_than_its_budget(alone: int) -> None:
    """It says that it knows this very task, and its network is that of another one."""
    learned = lantern.make_agent("dqn_crm", task(STUDENT), seed=1).learn(2000, evaluate_every=2000)
    liar = learned.teacher("liar")
    chance = np.random.default_rng(0)
    weights = {name: chance.permutation(array.ravel()) for name, array in liar.policy.items()}
    shuffled = {name: array.reshape(liar.policy[name].shape) for name, array in weights.items()}
    edge = dataclasses.replace(liar.edge, success=np.ones_like(liar.edge.success))
    liar = dataclasses.replace(liar, policy=shuffled, edge=edge)
    misled = [lantern.make_agent("lantern_dqn", task(STUDENT), teachers=[liar], seed=s) for s in (10, 11, 12)]
    found = [one.learn(4500, evaluate_every=250, episodes=1) for one in misled]
    for one in misled:
        gate: Any = one.guide  # type: ignore[attr-defined]
        assert isinstance(gate, Gate)
        assert gate.advisers[0].weight[int(task().dfa.initial)] > 0.3
        assert 0 < gate.wasted <= gate.settings.budget + gate.settings.share * gate.steps + 1
    assert sum(map(steps_to_success, found)) < 1.3 * alone


def test_teachers_that_see_other_things_give_no_advice(teacher: lantern.Teacher) -> None:
    student: Any = lantern.make_agent("lantern_dqn", task(STUDENT), teachers=[teacher])
    assert student.guide is None
    assert student.sources.alignment is not None
    other: Any = lantern.make_agent("lantern_sac", task(WIDE), teachers=[teacher])
    assert other.guide is None


def test_continuous_teachers_advise_and_evaluate(tmp_path: Path) -> None:
    formula = "F(key & X F chest)"
    settings = {**read_config("sac").deep, "learning_starts": 100}
    run = lantern.make_agent("sac", task(WIDE, formula), seed=0, deep=settings).learn(
        600, evaluate_every=600, episodes=1
    )
    path = run.teacher("wide").save(tmp_path / "wide")
    loaded = lantern.Teacher.load(path)
    assert len(evaluate(greedy_policy(loaded, task(WIDE, formula)), task(WIDE, formula), 2)) == 2
    student: Any = lantern.make_agent("lantern_sac", task(WIDE, formula), teachers=[loaded], deep=settings)
    if student.guide is not None:  # whatever it learned in 600 steps
        student.learn(300, evaluate_every=300, episodes=1)
        assert student.guide.steps == 300
    policy = read_policy(loaded)
    assert policy is not None
    assert len(policy.critics) == 2
    x = np.random.default_rng(0).normal(size=(5, policy.size)).astype(np.float32)
    assert (np.abs(policy.actions(x)) <= 1).all()


def test_ppo_learns_teaches_and_is_drawn_to_teachers(teacher: lantern.Teacher) -> None:
    agent: Any = lantern.make_agent("ppo", task(), seed=0)
    run = agent.learn(1024, evaluate_every=512, episodes=1)
    assert run.curve.step.tolist() == [0, 512, 1024]
    own = run.teacher("ppo")
    assert own.network["head"] == "logits"
    # Rewards are shaped inside the algorithm, returns of episodes are not.
    assert {round(info["r"], 6) for info in agent.model.ep_info_buffer} <= {0.0, 1.0}
    drawn: Any = lantern.make_agent("lantern_ppo", task(), teachers=[teacher], seed=0)
    observation = batch(drawn)
    before = float(drawn.model.policy._unlike(observation).mean())
    drawn.learn(2048, evaluate_every=2048, episodes=1)
    after = float(drawn.model.policy._unlike(observation).mean())
    assert after < before - 0.1
    assert drawn.guide.strength() < 1.0
    with pytest.raises(LanternError, match="counterfactual"):
        lantern.make_agent("ppo", task(), crm=True)


def batch(agent: Any) -> Any:
    """Every cell in the first DFA state."""
    count = agent.env.observation_space["observation"].n
    seen = {"observation": np.arange(count), "dfa_state": np.zeros(count, np.int64)}
    return agent.model.policy.obs_to_tensor(seen)[0]


def test_settings_of_ours_are_checked_before_an_agent_is_made() -> None:
    with pytest.raises(ValidationError, match=r"deep\.gate\.share"):
        AgentConfig(learner="dqn", deep={"gate": {"share": 2}})
    with pytest.raises(ValidationError, match="kickstarting"):
        AgentConfig(learner="dqn", deep={"transfer": {"method": "kickstart"}})
    with pytest.raises(ValidationError, match="A2t is not there for the learner 'ppo'"):
        AgentConfig(learner="ppo", deep={"transfer": {"method": "a2t"}})
