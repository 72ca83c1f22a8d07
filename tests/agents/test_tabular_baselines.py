"""What makes each transfer method the algorithm that it is."""

from __future__ import annotations

import math

import numpy as np
import pytest

import lantern
from lantern.agents.methods import READS
from lantern.agents.tabular.baselines import (
    a2t,
    caps,
    jsrl,
    kickstarting,
    lantern_blend,
    multipolar,
    policy_distillation,
    policy_reuse,
    qdagger,
    sf_fsa_vi,
    warm_start,
)
from lantern.agents.tabular.baselines.advice import make_advice, softmax
from lantern.agents.tabular.baselines.choice import best_aligned, choose_teachers, drawn
from lantern.agents.tabular.stream import make_stream
from lantern.transfer.blending import aggregate, blended_values
from lantern.transfer.tactics import Tactics

METHODS = [method for method in READS if method != "none"]


@pytest.fixture(scope="module")
def advice():
    """One teacher, three observations (the last unknown), one DFA state, two actions."""
    q = np.array([[[0.9, 0.5], [0.2, 0.6], [0.0, 0.0]]])
    known = np.array([[True, True, False]])
    told = Tactics("t", "same place", q, known, np.ones((1, 3)), np.ones(1), np.zeros(1, np.int64))
    return make_advice([told], (3, 1, 2), temperature=0.2)


@pytest.fixture(scope="module")
def same_teacher(small):
    """Learned the very task that the student is given."""
    return (
        lantern.make_agent("crm_shaping", small, seed=9).learn(30_000, evaluate_every=30_000).teacher("same")
    )


def learn(method, task_env, teachers, steps=3_000, seed=0, **settings):
    """Run the agent of a method as its file in ``agents/`` sets it."""
    agent = lantern.make_agent(method, task_env, teachers=teachers, seed=seed, **settings)
    assert agent.config.method == method
    return agent.learn(steps, evaluate_every=100)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_learns_the_task_and_repeats_itself(method, small, quest_teacher, strangers):
    teachers = [quest_teacher, *strangers]
    first, again = (learn(method, small, teachers, 15_000) for _ in range(2))
    assert first.curve.success[-1] == 1 and first.curve.length[-1] <= 10
    assert np.array_equal(first.policy["q"], again.policy["q"])
    assert first.source_steps == sum(teacher.steps for teacher in teachers)
    assert first.teacher("pupil").state.count.sum() > 0


@pytest.mark.parametrize("method", ["warm_start", "policy_distillation", "a2t", "multipolar", "sf_fsa_vi"])
def test_a_teacher_of_the_same_task_is_right_from_the_start(method, small, same_teacher):
    assert learn(method, small, [same_teacher], 100).curve.success[0] == 1


@pytest.mark.parametrize("method", ["kickstarting", "qdagger", "jsrl", "caps", "lantern_blend"])
def test_a_teacher_of_the_same_task_saves_steps(method, small, same_teacher):
    def first(run):
        good = run.curve.success == 1
        return float(run.curve.step[good.argmax()]) if good.any() else np.inf

    taught = [first(learn(method, small, [same_teacher], seed=seed)) for seed in range(8)]
    alone = [first(learn(method, small, [], seed=seed)) for seed in range(8)]
    assert np.median(taught) < np.median(alone)


def test_where_teachers_say_nothing_nothing_is_followed(advice):
    assert advice.action[0, :, 0].tolist() == [0, 1, -1]
    assert advice.lead[:, 0].tolist() == [0, 0, -1]
    assert advice.policy[0, 2, 0].tolist() == [0, 0]


def test_the_most_trusted_teacher_leads():
    def told(name, weight):
        return Tactics(
            name,
            "same place",
            np.full((1, 1, 2), 0.5),
            np.ones((1, 1), np.bool_),
            np.ones((1, 1)),
            np.array([weight]),
            np.zeros(1, np.int64),
        )

    assert make_advice([told("a", 0.4), told("b", 0.7)], (1, 1, 2), 0.1).lead[0, 0] == 1


def test_warm_start_begins_at_the_teachers_values(advice):
    q = np.full((3, 1, 2), 0.3)
    warm_start.start_values(q, advice, 0.5, accept=2.0)
    assert q[:, 0].tolist() == [[0.9, 0.5], [0.2, 0.6], [0.3, 0.3]]


def test_policy_distillation_ends_at_the_teachers_policy_and_moves_no_mean(advice):
    q = np.full((3, 1, 2), 0.3)
    policy_distillation.distil(q, advice, temperature=0.2, weight=1.0)
    assert np.allclose(softmax(q[:2] / 0.2), advice.policy[0, :2])
    assert np.allclose(q.mean(axis=2), 0.3)
    assert q[2, 0].tolist() == [0.3, 0.3]


def test_kickstarting_follows_the_gradient_of_the_cross_entropy():
    values, policy, temperature = np.array([0.1, 0.4, 0.2]), np.array([0.7, 0.2, 0.1]), 0.3

    def loss(q):
        return -float(policy @ np.log(softmax(q / temperature)))

    steps = 1e-6 * np.eye(3)
    gradient = np.array([(loss(values + step) - loss(values - step)) / 2e-6 for step in steps])
    moved = values.copy()
    kickstarting.draw_towards(moved, policy, temperature, 0.5)
    assert np.allclose(moved - values, -0.5 * temperature**2 * gradient, atol=1e-6)


def test_kickstarting_fades():
    number = np.zeros(8)
    kickstarting.begin(number, 2.0)
    kickstarting.end_episode.py_func(number, 0.5)
    assert number[kickstarting.FACTOR] == 1.0


def test_qdagger_is_drawn_to_the_teacher_as_far_as_that_is_better():
    number, returns = np.zeros(8), np.full(2, -1.0)
    qdagger.begin(number, 3.0)
    for gain in (0.4, 0.6):  # the teachers' own episodes
        qdagger.end_episode.py_func(number, returns, gain, 2.0, 3.0)
    assert number[qdagger.TEACHER] == 0.5 and number[qdagger.LAMBDA] == 3.0
    qdagger.end_episode.py_func(number, returns, 0.2, 2.0, 3.0)
    assert number[qdagger.LAMBDA] == pytest.approx(3.0 * (1 - 0.2 / 0.5))
    for _ in range(2):
        qdagger.end_episode.py_func(number, returns, 0.6, 2.0, 3.0)
    assert number[qdagger.LAMBDA] == 0.0


def test_qdagger_drops_a_teacher_that_earns_nothing():
    number, returns = np.zeros(8), np.full(2, -1.0)
    qdagger.begin(number, 3.0)
    qdagger.end_episode.py_func(number, returns, 0.0, 1.0, 3.0)
    assert number[qdagger.LAMBDA] == 0.0


def test_jsrl_hands_over_as_the_learner_keeps_up():
    number, returns = np.zeros(8), np.full(2, -1.0)
    jsrl.begin(number, 4, 100)
    assert jsrl.guides.py_func(number, 4.0, 99)

    def play(gain):
        for _ in range(2):
            jsrl.end_episode.py_func(number, returns, gain, 20, 0.1)

    play(1.0)  # from here on the horizon is the guide's, and its share three quarters
    assert jsrl.guides.py_func(number, 4.0, 14) and not jsrl.guides.py_func(number, 4.0, 15)
    play(0.5)
    assert number[jsrl.LEFT] == 3
    play(1.0)
    assert number[jsrl.LEFT] == 2 and not jsrl.guides.py_func(number, 4.0, 10)


def test_policy_reuse_prefers_what_brought_most_and_fades_within_the_episode():
    number, score, stream = np.zeros(8), np.array([[0.9, 5.0], [0.1, 5.0]]), make_stream(0, 0)
    number[policy_reuse.GREED] = 10.0
    chosen = []
    for _ in range(200):
        policy_reuse.begin_episode(number, score, 1.0, stream)
        chosen.append(number[policy_reuse.CHOSEN])
    assert np.mean(np.array(chosen) == 0) > 0.95
    action = np.ones((1, 1, 1), np.int32)
    followed = 0
    for _ in range(200):
        number[policy_reuse.CHOSEN], number[policy_reuse.CHANCE] = 0, 1.0
        followed += sum(policy_reuse.follow(number, action, 0, 0, 0.5, stream) == 1 for _ in range(20))
    assert followed / 200 == pytest.approx(2.0, abs=0.3)  # 1 + 1/2 + 1/4 + ...
    number[policy_reuse.CHOSEN] = 1
    policy_reuse.end_episode.py_func(number, score, 0.7, 0.05)
    assert score[1].tolist() == [pytest.approx(0.2), 6.0]
    number[policy_reuse.CHOSEN] = 1
    assert policy_reuse.follow(number, action, 0, 0, 0.5, stream) == -1  # the learner itself


def test_caps_calls_an_option_until_it_ends_and_learns_when():
    number, stream = np.full(8, -1.0), make_stream(0, 0)
    action = np.array([[[1], [1]]], np.int32)
    q, option, ending = np.zeros((2, 1, 2)), np.ones((2, 1, 1)), np.full((2, 1, 1), -20.0)
    assert caps.act(number, action, q, option, ending, 0, 0, 0.0, stream) == 1
    q[1, 0] = [2.0, 0.0]  # something better, but the option is running
    assert caps.act(number, action, q, option, ending, 1, 0, 0.0, stream) == 1
    delta, terminal, alive = np.zeros((1, 1), np.int32), np.zeros(1, np.bool_), np.zeros(1, np.int32)
    ending[:] = 0.0
    arrays = (number, action, q, option, ending, delta, terminal, alive)
    caps.learn(*arrays, 0, 1, 1, 0, 0, False, 0.5, 0.9, 0.5, 0.0)
    assert ending[1, 0, 0] > 0.0  # another decision is worth more there
    stop = caps.chance.py_func(0.0)
    assert option[0, 0, 0] == pytest.approx(1.0 + 0.5 * (0.9 * ((1 - stop) * 1.0 + stop * 2.0) - 1.0))
    ending[:] = 20.0
    assert caps.act(number, action, q, option, ending, 1, 0, 0.0, stream) == 0


def test_a2t_attends_to_who_is_right(advice):
    q, shown, share = np.zeros((3, 1, 2)), np.zeros((3, 1, 2)), np.zeros(2)
    mixture = np.zeros((4, 1, 2))
    a2t.mix.py_func(advice.value, advice.action, q, mixture, share, shown, 0, 0)
    assert share.tolist() == [0.5, 0.5] and shown[0, 0].tolist() == [0.45, 0.25]
    arrays = (advice.value, advice.action, q, mixture, share, shown)
    for _ in range(50):
        a2t.learn(*arrays, 0, 0, 0, 0, 0, 0.9, 0.95, 1.0)
    a2t.mix.py_func(*arrays, 0, 0)
    assert share[0] > 0.9
    assert shown[0, 0, 0] == pytest.approx(0.9, abs=0.09)
    a2t.mix.py_func(*arrays, 2, 0)
    assert share.tolist() == [0.0, 1.0]  # the teacher knows nothing here


def test_multipolar_sums_scaled_teachers_and_a_residual(advice):
    q, scale, mixed = np.full((3, 1, 2), 0.3), np.zeros((1, 2)), np.zeros((3, 1, 2))
    multipolar.begin(advice.value, advice.action, scale, mixed, q, 0.5)
    assert np.allclose(q[0, 0], [0.45, 0.25]) and q[2, 0].tolist() == [0.3, 0.3]
    q[0, 0, 0] += 0.1  # a residual
    multipolar.learn.py_func(advice.value, advice.action, scale, 0, 0, 0, 0.45, 0.5)
    assert scale[0].tolist() == [pytest.approx(0.75), 0.5]
    multipolar.remix(advice.value, advice.action, scale, mixed, q)
    assert q[0, 0, 0] == pytest.approx(0.75 * 0.9 + 0.1)
    assert q[1, 0, 0] == pytest.approx(0.75 * 0.2)


def test_value_iteration_over_exits_chains_their_features():
    """First exit 0, then exit 1 accepts: 0.8 away from where exit 0 ends."""
    delta = np.array([[1, 0], [1, 2], [2, 2]], np.int32)
    exits = np.array([[0, 0, 0, 0], [1, 1, 0, 1]], np.int32)
    landing = np.full((3, 2), -1, np.int32)
    feature = np.zeros((2, 2, 1))
    feature[0, 1, 0] = 0.8
    number, worth = np.array([2.0, 0.0]), np.zeros((3, 2))
    end = np.array([False, False, True])
    sf_fsa_vi.plan(number, feature, exits, landing, worth, np.zeros(3), delta, end, end, 1.0, 0.0, 0.9)
    assert worth[0, 0] == pytest.approx(0.9 * 0.8) and worth[1, 1] == 1.0


def test_an_exit_is_a_change_where_labels_last():
    pytest.importorskip("minigrid")
    env = lantern.make_env("minigrid/level_door_key")
    model = env.tabular()
    lasting = sf_fsa_vi.lasting_labels(model)
    assert (lasting[model.next_state[:, 0, 0]] == model.label[:, 0, 0]).all()
    quest = lantern.TaskEnv(env, lantern.compile("F(key & X F(door & X F goal))", env.vocabulary))
    reached = [learn("sf_fsa_vi", quest, [], 60_000, seed=seed).curve.success[-1] for seed in range(4)]
    assert sum(reached) >= 3
    # Events that are gone with the next step are exits wherever they happen.
    grid = lantern.make_env("dungeon_quest/teacher")
    assert (sf_fsa_vi.lasting_labels(grid.tabular()) == -1).all()


def test_features_of_one_task_serve_another_in_the_same_world():
    """Nothing of the target's task was ever learned: its parts were."""
    env = lantern.make_env("dungeon_quest/teacher")

    def task(formula):
        return lantern.TaskEnv(env, lantern.compile(formula, env.vocabulary))

    parts = {"one": "F(shield & X F chest)", "two": "F(chest & X F key)"}
    teachers = [
        lantern.make_agent("crm_shaping", task(formula), seed=1)
        .learn(20_000, evaluate_every=20_000)
        .teacher(name)
        for name, formula in parts.items()
    ]
    run = learn("sf_fsa_vi", task("F(shield & X F(chest & X F key))"), teachers, 100)
    assert run.curve.success[0] == 1
    assert learn("warm_start", task("F(shield & X F(chest & X F key))"), [], 100).curve.success[0] == 0


def test_the_gate_of_the_blend_opens_and_closes_as_it_should():
    def gate(noise=0.5, visits=5.0, unsure=0.3):
        return lantern_blend.gate.py_func(noise, visits, unsure, 4.0, 4.0, 1.0)

    assert 0 < gate() < 1
    assert gate(noise=0.9) > gate() > gate(noise=0.0)
    assert gate(unsure=0.9) < gate()
    assert gate(visits=100.0) < gate()
    assert gate(0.5, 0.0, 0.0) == pytest.approx(1 / (1 + math.exp(-4 * 0.5 / 0.6)))


def test_the_blend_weighs_teachers_by_their_sentences(small, quest_teacher, strangers):
    from lantern.transfer.alignment import align

    teachers = [quest_teacher, strangers[0]]
    alignment = align(teachers, small.dfa, small.vocabulary)
    weights, unsure = aggregate(teachers, alignment, 0.1)
    assert np.allclose(sum(one.sum(axis=1) for one in weights), 1.0)
    assert weights[0].sum() > weights[1].sum()
    assert (unsure >= 0).all() and unsure.min() < 0.01  # the same task's sentences are the same
    masks = np.array([0, *(1 << i for i in range(len(small.vocabulary)))], np.int64)
    delta = small.dfa.delta(masks, small.vocabulary.names)
    said = blended_values(delta, masks, small.vocabulary, teachers, alignment, weights)
    own = delta == np.arange(len(delta))[:, None]
    assert np.isnan(said[own]).all()
    known = np.isfinite(said)
    assert known.any() and (said[known] > 0).all() and (said[known] <= 1).all()


def test_controls_choose_as_they_say(small, quest_teacher, strangers):
    from lantern.agents.base import read_config

    teachers = [strangers[0], quest_teacher, strangers[1]]
    config = read_config("single_source")
    assert best_aligned(config, small, teachers, 0) is quest_teacher
    picked = {drawn(config, small, teachers, seed).name for seed in range(30)}
    assert picked == {teacher.name for teacher in teachers}
    assert drawn(config, small, teachers, 4) is drawn(config, small, teachers, 4)
    oracle = choose_teachers(read_config("oracle_source"), small, teachers, 0).learn(1_000, evaluate_every=50)
    alone = [
        lantern.make_agent("lantern", small, teachers=[one], seed=0).learn(1_000, evaluate_every=50)
        for one in teachers
    ]
    assert oracle.curve.success.mean() == max(run.curve.success.mean() for run in alone)
