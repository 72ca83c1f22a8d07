"""Who is imitated and who leads: proven teachers, until the student's own policy is as good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deep_quest import task

import lantern
from lantern.agents.base import read_config
from lantern.errors import TeacherError

torch = pytest.importorskip("torch", reason="needs the extra 'deep'")
pytest.importorskip("stable_baselines3", reason="needs the extra 'deep'")

from lantern.agents.deep.leader import Leader  # noqa: E402
from lantern.agents.deep.replay import Batch  # noqa: E402


def student(teacher: lantern.Teacher, **gate: Any) -> Any:
    deep = dict(read_config("lantern_dqn").deep)
    deep["gate"] = {**deep["gate"], **gate}
    return lantern.make_agent("lantern_dqn", task(), teachers=[teacher], seed=3, deep=deep)


def sample(agent: Any) -> Batch:
    """Every cell of the map in the first DFA state."""
    size = int(agent.env.observation_space["observation"].n)
    states = np.full(size, int(agent.env.dfa.initial))
    x = np.zeros((size, agent.encoder.size), np.float32)
    agent.encoder.batch({"observation": np.arange(size), "dfa_state": states}, x)
    zeros = np.zeros(size, np.float32)
    return Batch(
        x, x, np.zeros((size, 1), np.int64), zeros, zeros + 1, states, states, np.zeros(size, np.int32)
    )


def pull(agent: Any) -> float:
    """How far the gate draws the values of an ignorant student, at most."""
    batch = sample(agent)
    slope = np.zeros((len(batch.x), 4), np.float32)
    agent.guide.value_slope(batch, np.zeros_like(slope), slope)
    return float(np.abs(slope).max())


def play(agent: Any, arm: int, following: int, times: int, steps: int = 3) -> None:
    """Let an arm have some stays in the first DFA state that end in ``following``."""
    from lantern.agents.deep.gate import _Stay

    gate, start = agent.guide, int(agent.env.dfa.initial)
    for _ in range(times):
        gate._stays[0] = _Stay(start, arm, plain=True)
        for step in range(steps):
            last = step == steps - 1
            gate.note(0, start, following if last else start, last and following == start, False, {})


def onward(agent: Any) -> int:
    """A DFA state that is progress from the first."""
    start = int(agent.env.dfa.initial)
    return int(np.flatnonzero(agent.guide.ahead < agent.guide.ahead[start])[0])


def test_a_teacher_is_imitated_once_proven_and_until_the_student_is_as_good(teacher: lantern.Teacher) -> None:
    agent = student(teacher)
    start = int(agent.env.dfa.initial)
    assert agent.guide.advisers[0].weight[start] > 0.5
    assert pull(agent) == 0.0  # trusted by alignment, but not proven in the target
    play(agent, 0, onward(agent), 2)
    before = pull(agent)
    assert before > 0.0
    play(agent, 1, onward(agent), 20)
    assert pull(agent) < 0.2 * before
    off = student(teacher, imitation=0.0)
    play(off, 0, onward(off), 2)
    assert pull(off) == 0.0


def test_a_bad_teacher_is_never_imitated(teacher: lantern.Teacher) -> None:
    agent = student(teacher)
    start = int(agent.env.dfa.initial)
    assert agent.leaders()[start] == agent.guide.advisers[0].name  # on trust
    play(agent, 0, start, 5)
    assert pull(agent) == 0.0
    assert agent.guide.leader.arms()[start] == 1
    assert start not in agent.leaders()


def test_imitation_fades_with_the_students_own_stays_whatever_they_gain(teacher: lantern.Teacher) -> None:
    agent = student(teacher)
    start = int(agent.env.dfa.initial)
    play(agent, 0, onward(agent), 5)
    before = agent.guide.imitated()[0, start]
    play(agent, 1, start, 1000)  # never as good
    assert 0 < agent.guide.imitated()[0, start] < 0.25 * before


def test_the_lead_goes_to_what_was_measured_best() -> None:
    leader = Leader(np.array([[0.9, 0.0]]), on=True)
    assert leader.arms().tolist() == [0, 1]  # alignment first; no advice in the second state
    leader.note(0, 0, 0.0)
    assert leader.arms()[0] == 1  # withdrawn at the first disappointment
    leader.note(0, 0, 0.8)
    assert leader.arms()[0] == 0
    leader.note(1, 0, 0.3)
    assert leader.arms()[0] == 0
    for _ in range(5):
        leader.note(1, 0, 0.8)
    assert leader.arms()[0] == 1  # the student's own policy is as good
    assert Leader(np.array([[0.9]]), on=False).arms().tolist() == [1]


def test_what_was_measured_beats_trust() -> None:
    own = Leader(np.array([[0.97]]), on=True)
    own.note(1, 0, 0.9)  # less than the alignment promises of the teacher, but measured
    assert own.arms().tolist() == [1]
    noisy = Leader(np.array([[0.97]]), on=True)
    noisy.disappoint(0, 0)
    assert noisy.arms().tolist() == [1]


def test_the_policy_that_leads_is_the_teachers_at_first_and_can_be_switched_off(
    teacher: lantern.Teacher,
) -> None:
    runs = [
        student(teacher, lead=lead).learn(50, evaluate_every=50, episodes=1).curve.success[0]
        for lead in (True, False)
    ]
    assert runs == [1.0, 0.0]


def test_a_saved_agent_loads_and_acts_the_same(teacher: lantern.Teacher, tmp_path: Path) -> None:
    agent = student(teacher)
    agent.learn(800, evaluate_every=800, episodes=1)
    start = int(agent.env.dfa.initial)
    agent.guide.leader.note(0, start, 0.9)
    path = agent.save(tmp_path / "agent")
    again = student(teacher)
    again.load(path)
    seen = sample(agent).x
    count = len(seen)
    for state in range(agent.env.dfa.n_states):
        batch = {"observation": np.arange(count), "dfa_state": np.full(count, state)}
        np.testing.assert_array_equal(again.greedy(batch), agent.greedy(batch))
    np.testing.assert_array_equal(again.guide.leader.arms(), agent.guide.leader.arms())
    other: Any = lantern.make_agent("dqn_crm", task(), seed=0)
    with pytest.raises(TeacherError, match=r"no lead\.json"):
        again.load(other.save(tmp_path / "other"))
    (path / "lead.json").write_text("[1, 2")
    with pytest.raises(TeacherError, match="damaged"):
        again.load(path)
    (path / "lead.json").write_text('{"advisers": ["quest"], "gain": [[1.0]]}')
    with pytest.raises(TeacherError, match="does not fit this agent"):
        again.load(path)
