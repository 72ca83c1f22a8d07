"""What makes each deep method of transfer that algorithm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from deep_quest import task

import lantern

torch = pytest.importorskip("torch", reason="needs the extra 'deep'")
pytest.importorskip("stable_baselines3", reason="needs the extra 'deep'")

from lantern.agents.deep.policy import softmax  # noqa: E402
from lantern.agents.deep.replay import Batch  # noqa: E402

METHODS = [
    "kickstarting",
    "policy_distillation",
    "qdagger",
    "jsrl",
    "multipolar",
    "a2t",
    "warm_start",
    "lantern_blend",
]


def student(name: str, teacher: lantern.Teacher, **transfer: Any) -> Any:
    from lantern.agents.base import read_config

    deep = dict(read_config(name).deep)
    deep["transfer"] = {**deep["transfer"], **transfer}
    return lantern.make_agent(name, task(), teachers=[teacher], seed=3, deep=deep)


def cells(agent: Any, state: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Every cell of the map in one DFA state, encoded."""
    count = agent.env.observation_space["observation"].n
    states = np.full(count, state)
    x = np.zeros((count, agent.encoder.size), np.float32)
    agent.encoder.batch({"observation": np.arange(count), "dfa_state": states}, x)
    return x, states


def sample(agent: Any, state: int = 0) -> Batch:
    x, states = cells(agent, state)
    size = len(x)
    zeros = np.zeros(size, np.float32)
    action = np.zeros((size, 1), np.int64)
    return Batch(x, x, action, zeros, zeros + 1, states, states, np.zeros(size, np.int32))


def test_kickstarting_adds_a_fading_cross_entropy(teacher: lantern.Teacher) -> None:
    agent = student("kickstarting_dqn", teacher, steps=100, weight=2.0, temperature=0.5)
    guide, batch = agent.guide, sample(agent)
    values = np.random.default_rng(0).normal(size=(len(batch.x), 4)).astype(np.float32)
    rows, theirs = guide.teacher_preferences(batch.x, batch.state, 0.5)
    assert len(rows) == len(batch.x)

    def loss(q: np.ndarray) -> float:
        return float(-2.0 * (theirs * np.log(softmax(q[rows] / 0.5))).sum(axis=1).mean())

    slope = np.zeros_like(values)
    guide.value_slope(batch, values, slope)
    step = 1e-2 * slope / np.abs(slope).max()
    # The slope in the values is temperature times that of the loss: a constant that lambda takes in.
    change = (loss(values + step) - loss(values - step)) / 2.0
    assert change == pytest.approx(float((slope * step).sum()) / 0.5, rel=0.02)
    strengths = []
    for steps in (0, 50, 100, 200):
        guide.steps = steps
        strengths.append(guide.strength())
    assert strengths == [2.0, 1.0, 0.0, 0.0]


def test_policy_distillation_becomes_the_teacher_first(teacher: lantern.Teacher) -> None:
    agent = student("policy_distillation_dqn", teacher, steps=400, noise=0.2)
    batch = sample(agent)
    slope = np.full((len(batch.x), 4), 7.0, np.float32)
    agent.guide.value_slope(batch, np.zeros_like(slope), slope)
    assert np.abs(slope).max() < 1.0  # nothing is left of the temporal difference
    agent.guide.steps = 400
    slope[:] = 7.0
    agent.guide.value_slope(batch, np.zeros_like(slope), slope)
    assert (slope == 7.0).all()
    agent.guide.steps = 0
    x, states = cells(agent)
    said = agent.sources.advisers[0].interpreter.actions(x, states)
    taken = agent.guide.advise(x, np.full(len(x), -1))
    assert set(np.unique(taken[taken != said])) <= {-1}
    assert (taken == said).mean() > 0.5


def test_qdagger_weans_as_the_student_catches_up(teacher: lantern.Teacher) -> None:
    guide = student("qdagger_dqn", teacher, steps=10, weight=0.5, window=4).guide
    assert guide.offline
    guide.ended(0, True)
    guide.ended(0, True)
    assert guide.strength() == 0.5
    guide.steps = 10
    assert not guide.offline
    found = []
    for success in (False, True, True, True, True):
        guide.ended(0, success)
        found.append(guide.strength())
    assert found == [0.5, 0.375, 0.25, 0.125, 0.0]
    x = np.zeros((1, guide.model.sampler().encoder.size if guide.model else 32), np.float32)
    assert guide.advise(x, np.array([2])).tolist() == [2]


def test_jsrl_hands_over_earlier_as_long_as_returns_hold(teacher: lantern.Teacher) -> None:
    agent = student("jsrl_dqn", teacher, levels=4, window=2, horizon=8)
    guide = agent.guide
    x, states = cells(agent)
    said = agent.sources.advisers[0].interpreter.actions(x, states)
    for _ in range(6):
        guide.note(0, 0, 0, False, False, {})
    acted = guide.advise(x[:1], np.array([-1]))
    assert acted.tolist() == [said[0]]
    for success in (True, True):
        guide.ended(0, success)
    assert guide.level == 3  # 6 of 8 steps: the episode is older than that now
    assert guide.advise(x[:1], np.array([-1])).tolist() == [-1]
    for success in (False, True):
        guide.ended(0, success)
    assert guide.level == 3
    guide.ended(0, True)
    assert guide.level == 2


def test_automaton_distillation_blends_targets_of_moves_only(teacher: lantern.Teacher) -> None:
    agent = student("automaton_distillation_dqn", teacher, rate=0.5)
    model, guide = agent.task, agent.guide
    stay, key = model.column(0), model.column(model.vocabulary.mask(["key"]))
    initial = int(model.dfa.initial)
    target = np.array([0.1, 0.1], np.float32)
    label, state = np.array([stay, key], np.int32), np.full(2, initial)
    rest = sample(agent)
    batch = rest._replace(state=state, label=label)
    first = guide.targets(batch, target)
    assert 0 < guide.taught[initial, key] <= 1
    # What is learned are values less the potential, and so is what is taught.
    taught = guide.taught[initial, key] - model.potential[initial]
    assert first == pytest.approx([0.1, taught], abs=1e-6)
    assert guide.targets(batch, target) == pytest.approx([0.1, 0.5 * taught + 0.05], abs=1e-6)
    static = lantern.make_agent("static_distillation_dqn", task(), seed=0)
    assert static.guide.settings.static  # type: ignore[attr-defined]
    static.task.column(model.vocabulary.mask(["key"]))  # type: ignore[attr-defined]
    static.guide._learn_labels()  # type: ignore[attr-defined]
    left = int(model.dfa.distance[model.dfa.step(initial, {"key"})])
    assert static.guide.taught[initial, 0] == pytest.approx(0.98**left)  # type: ignore[attr-defined]


def test_multipolar_adds_weighted_teacher_actions_and_learns_the_weights(teacher: lantern.Teacher) -> None:
    agent = student("multipolar_dqn", teacher, weight=0.3, learning_rate=0.1)
    x, states = cells(agent)
    own = np.random.default_rng(0).normal(size=(len(x), 4)).astype(np.float32)
    said = agent.sources.advisers[0].interpreter.actions(x, states)
    added = agent.guide.values(x, own) - own
    np.testing.assert_allclose(added, 0.3 * np.eye(4)[said], atol=1e-6)
    slope = np.ones_like(own)
    before = agent.guide.theta.value.copy()
    assert agent.guide.own_slope(sample(agent), own, slope) is slope
    used = np.bincount(said, minlength=4) > 0
    assert (agent.guide.theta.value[used] < before[used]).all()


def test_a2t_learns_to_attend_to_the_expert_that_is_right(teacher: lantern.Teacher) -> None:
    agent = student("a2t_dqn", teacher, learning_rate=0.05)
    agent.model._setup_learn(10)
    guide, batch = agent.guide, sample(agent)
    own = np.zeros((len(batch.x), 4), np.float32)
    right = guide._experts(batch.x, own)[0]
    first = np.abs(guide.values(batch.x, own) - right).mean()
    for _ in range(60):
        error = guide.values(batch.x, own) - right
        base = guide.own_slope(batch, own, error.astype(np.float32))
        assert (np.abs(base) <= np.abs(error) + 1e-6).all()
    assert np.abs(guide.values(batch.x, own) - right).mean() < 0.3 * first


def test_a_warm_start_begins_as_the_teacher(teacher: lantern.Teacher) -> None:
    agent = student("warm_start_dqn", teacher)
    agent.model._setup_learn(10)
    x, states = cells(agent)
    interpreter = agent.sources.advisers[0].interpreter
    seen, _ = interpreter.rows(x, states)
    core = agent.model._core()
    np.testing.assert_allclose(
        core.net.forward(x, core.net.tape(len(x))), interpreter.policy.policy(seen), atol=1e-5
    )
    np.testing.assert_array_equal(core.net.flat, core.target.flat)


@pytest.mark.parametrize("method", [*METHODS, "automaton_distillation"])
def test_every_method_learns_within_stable_baselines3(method: str, teacher: lantern.Teacher) -> None:
    agent: Any = lantern.make_agent(f"{method}_dqn", task(), teachers=[teacher], seed=0)
    before = agent.model.policy.q_net.state_dict()["q_net.0.weight"].clone()
    run = agent.learn(700, evaluate_every=700, episodes=1)
    assert agent.model._n_updates == 200
    assert not torch.equal(before, agent.model.policy.q_net.state_dict()["q_net.0.weight"])
    assert run.source_steps == teacher.steps


CONTINUOUS = "F(key & X F chest)", "dungeon_quest/continuous_small"


@pytest.fixture(scope="module")
def guide_of_continuous() -> lantern.Teacher:
    formula, place = CONTINUOUS
    source: Any = lantern.make_agent("sac", task(place, formula), seed=0)
    taught = source.learn(30, evaluate_every=30, episodes=1).teacher("wide")
    # As if it knew the way: what its DFA states are worth is not the point here.
    edge = taught.edge
    object.__setattr__(edge, "success", np.ones_like(edge.success))
    return taught


def continuous_student(name: str, teacher: lantern.Teacher, **transfer: Any) -> tuple[Any, Batch, Any]:
    """A student that the teacher advises in its first DFA state, a batch there, and the means it advises."""
    from lantern.agents.base import read_config

    deep = dict(read_config(name).deep)
    deep["transfer"] = {**deep["transfer"], **transfer}
    formula, place = CONTINUOUS
    agent: Any = lantern.make_agent(name, task(place, formula), teachers=[teacher], seed=3, deep=deep)
    agent.model._setup_learn(10)
    adviser = agent.sources.advisers[0]
    state = int(agent.env.dfa.initial)
    adviser.weight[state], adviser.interpreter.states[state] = 1.0, 0
    size = 64
    x = np.zeros((size, agent.encoder.size), np.float32)
    x[:, : agent.encoder.size] = 0.0
    columns = agent.guide.columns
    seen = [i for i in range(agent.encoder.size) if not columns.start <= i < columns.stop]
    x[:, seen] = np.random.default_rng(0).normal(size=(size, len(seen)))
    x[:, columns.start + state] = 1.0
    states = np.full(size, state)
    zeros = np.zeros(size, np.float32)
    batch = Batch(
        x, x, np.zeros((size, 2), np.float32), zeros, zeros + 1, states, states, np.zeros(size, np.int32)
    )
    means = np.arctanh(np.clip(adviser.interpreter.actions(x, states), -0.99, 0.99))
    return agent, batch, means


def test_multipolar_adds_weighted_teacher_means_to_an_actor(guide_of_continuous: lantern.Teacher) -> None:
    agent, batch, means = continuous_student(
        "multipolar_sac", guide_of_continuous, weight=0.5, learning_rate=0.1
    )
    net = agent.model._core().actor.net
    own = net.forward(batch.x, net.tape(64)).copy()
    mixed = agent.guide.outputs(batch.x, own)
    np.testing.assert_allclose(mixed[:, :2], own[:, :2] + 0.5 * means, atol=1e-5)
    np.testing.assert_array_equal(mixed[:, 2:], own[:, 2:])
    # What is played is the sum, and the weights go down the slope of the actor's loss.
    played = agent.model._best(batch.x)
    np.testing.assert_allclose(played, np.tanh(own[:, :2] + 0.5 * means), atol=1e-5)
    slope = np.zeros_like(own)
    slope[:, :2] = np.sign(means)
    before = agent.guide.theta.value.copy()
    assert agent.guide.own_outputs_slope(batch, own, slope) is slope
    assert (agent.guide.theta.value < before).all()


def test_a2t_mixes_means_and_attends_to_whom_the_slope_favours(guide_of_continuous: lantern.Teacher) -> None:
    agent, batch, means = continuous_student("a2t_sac", guide_of_continuous, learning_rate=0.05)
    net = agent.model._core().actor.net
    own = net.forward(batch.x, net.tape(64)).copy()
    mixed = agent.guide.outputs(batch.x, own)
    share = (mixed[:, :2] - own[:, :2]) / (means - own[:, :2])
    assert ((share > 0) & (share < 1)).all()
    np.testing.assert_allclose(share[:, 0], share[:, 1], atol=1e-3)
    first = np.abs(mixed[:, :2] - means).mean()
    for _ in range(60):
        slope = np.zeros_like(own)
        slope[:, :2] = agent.guide.outputs(batch.x, own)[:, :2] - means
        base = agent.guide.own_outputs_slope(batch, own, slope)
        assert (np.abs(base[:, :2]) <= np.abs(slope[:, :2]) + 1e-6).all()
    assert np.abs(agent.guide.outputs(batch.x, own)[:, :2] - means).mean() < 0.3 * first


def test_the_blend_mixes_targets_by_volatility_and_semantic_uncertainty(teacher: lantern.Teacher) -> None:
    agent = student("lantern_blend_dqn", teacher, temperature=0.01)
    model, guide = agent.task, agent.guide
    initial = int(model.dfa.initial)
    assert guide.unsure[initial] == pytest.approx(0.0, abs=1e-5)  # the same task in the same words
    stay, key = model.column(0), model.column(model.vocabulary.mask(["key"]))
    batch = sample(agent)._replace(state=np.full(2, initial), label=np.array([stay, key], np.int32))
    target = np.array([0.1, 0.1], np.float32)
    trust = guide.gate()[initial]
    said = guide.targets(batch, target)
    taught = guide.taught[initial, key] - model.potential[initial]
    assert said == pytest.approx([0.1, trust * taught + (1.0 - trust) * 0.1], abs=1e-6)
    # Calm errors, doubtful sentences and familiar states each shut the gate.
    calm = np.full(len(batch.state), 1e-3, np.float32)
    for _ in range(300):
        guide.errors(batch, calm, target + 1.0)
    calmed = guide.gate()[initial]
    guide.unsure[initial] = 0.5
    doubted = guide.gate()[initial]
    guide.note(0, initial, initial + 1, False, False, {})
    assert trust > calmed > doubted > guide.gate()[initial]


def test_the_blend_acts_as_the_teachers_that_its_sentences_mean(teacher: lantern.Teacher) -> None:
    agent = student("lantern_blend_dqn", teacher, temperature=0.01)
    x, states = cells(agent, int(agent.env.dfa.initial))
    said = agent.sources.advisers[0].interpreter.actions(x, states)
    np.testing.assert_array_equal(agent.guide.prefer(x, states), said)
    agent.guide.stays[:] = 1e9
    assert (agent.guide.advise(x, np.full(len(x), -1)) == -1).all()
    agent.guide.stays[:], agent.guide.unsure[:] = 0.0, -1e3
    np.testing.assert_array_equal(agent.guide.advise(x, np.full(len(x), -1)), said)


@pytest.mark.parametrize(
    "method",
    [
        "kickstarting",
        "policy_distillation",
        "qdagger",
        "jsrl",
        "warm_start",
        "multipolar",
        "a2t",
        "lantern_blend",
    ],
)
def test_every_continuous_method_runs(method: str, guide_of_continuous: lantern.Teacher) -> None:
    formula, place = CONTINUOUS
    agent: Any = lantern.make_agent(
        f"{method}_sac", task(place, formula), teachers=[guide_of_continuous], seed=0
    )
    agent.learn(520, evaluate_every=520, episodes=1)
    assert agent.model._n_updates == 20


@pytest.mark.parametrize("method", ["multipolar", "a2t"])
def test_mixtures_of_means_run_on_td3_too(method: str, guide_of_continuous: lantern.Teacher) -> None:
    from lantern.agents.base import read_config

    formula, place = CONTINUOUS
    deep = {**read_config("td3").deep, "transfer": {"method": method}}
    agent: Any = lantern.make_agent(
        "td3", task(place, formula), teachers=[guide_of_continuous], seed=0, use_teachers=True, deep=deep
    )
    agent.learn(520, evaluate_every=520, episodes=1)
    assert agent.model._n_updates == 20
