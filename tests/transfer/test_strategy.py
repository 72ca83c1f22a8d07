"""Strategic advice: what teachers' edges say about the costs of a new task."""

from __future__ import annotations

import numpy as np

from lantern.logic import Vocabulary, compile
from lantern.transfer import align
from lantern.transfer.distillation import automaton_values, taught_values
from lantern.transfer.strategy import ALONE, edge_costs, own_costs, plan_strategy

CHOICE = {
    "left": "the agent takes the left gate",
    "right": "the agent takes the right gate",
    "home": "the agent comes home",
}
EITHER = "F((left | right) & X F home)"


def target(formula, propositions):
    vocabulary = Vocabulary(propositions)
    return compile(formula, vocabulary), vocabulary


def test_the_automatons_own_costs_count_one_proposition_at_a_time():
    dfa, _ = target("F(left & F(right & F home))", CHOICE)
    # One label could do all of it at once, which is not how worlds are.
    assert dfa.distance[0] == 1
    assert own_costs(dfa)[0] == 3
    both, _ = target("F(left & right)", CHOICE)
    assert own_costs(both)[0] > own_costs(dfa)[0]


def test_dead_states_cost_more_than_all_others():
    dfa, _ = target("!left U right", CHOICE)
    costs = own_costs(dfa)
    assert (costs[~dfa.live] > costs[dfa.live].max()).all()


def test_a_teachers_costs_follow_its_measured_steps(build):
    def steps(dfa, source, to):
        # The right gate takes five times as long as the left one.
        mask = dfa.delta(np.array([1, 2]), dfa.propositions)
        slow = (source == 0) & (to == mask[0, 1]) & (mask[0, 0] != mask[0, 1])
        return np.where(source == to, 1.0, np.where(slow, 20.0, 4.0))

    ordered = "F(left & X F home) | F(right & X X F home)"
    teacher = build(ordered, CHOICE, steps=steps)
    costs = edge_costs(teacher)
    moving = [i for i, edge in enumerate(teacher.dfa.edges) if edge.source != edge.target]
    assert np.nanmax(costs[moving]) / np.nanmin(costs[moving]) > 3
    dfa, vocabulary = target(ordered, CHOICE)
    strategy = plan_strategy(dfa, [teacher], align([teacher], dfa, vocabulary, "wordllama"))
    assert strategy.arms == ("source", ALONE)
    assert np.allclose(strategy.prior.sum(axis=0), 1)
    assert not np.allclose(strategy.cost[0], strategy.cost[1])
    assert (strategy.cost[:, dfa.accepting] == 0).all()


def test_an_edge_that_led_to_dead_ends_is_dear(build):
    def success(dfa, source, to):
        return np.where(source == 0, 0.05, 1.0)

    good, bad = build("F(left & X F home)", CHOICE), build("F(left & X F home)", CHOICE, success=success)
    first = next(i for i, edge in enumerate(good.dfa.edges) if edge.source == 0 and edge.target != 0)
    assert edge_costs(bad)[first] > 1.5 * edge_costs(good)[first]


def test_without_counterpart_a_teacher_says_what_the_automaton_says(build):
    dfa, vocabulary = target(EITHER, CHOICE)
    stranger = build("F wine", {"wine": "the waiter pours the wine"})
    strategy = plan_strategy(dfa, [stranger], align([stranger], dfa, vocabulary, "wordllama"))
    live = ~np.asarray(dfa.accepting)
    assert np.allclose(strategy.cost[0], strategy.cost[1])
    assert (strategy.prior[0, live] == 0).all()
    assert (strategy.prior[1, live] == 1).all()


def test_no_teachers_leave_learning_alone():
    dfa, _ = target(EITHER, CHOICE)
    strategy = plan_strategy(dfa, [], None)
    assert strategy.arms == (ALONE,)
    assert (strategy.prior == 1).all()


def test_distillation_teaches_the_values_of_the_aligned_transitions(build):
    formula = "F(left & X F home)"
    dfa, vocabulary = target(formula, CHOICE)
    teacher = build(formula, CHOICE)
    masks = np.array([0, 1, 2, 4])
    delta = dfa.delta(masks, vocabulary.names)
    alignment = align([teacher], dfa, vocabulary, "wordllama")
    taught = taught_values(delta, masks, vocabulary, [teacher], alignment)
    moves = delta != np.arange(dfa.n_states)[:, None]
    assert np.isnan(taught[~moves]).all()
    assert np.isfinite(taught[0, 1])
    assert taught[delta[0, 1], 3] > taught[0, 1]
    assert np.isnan(taught_values(delta, masks, vocabulary, [], None)).all()


def test_static_distillation_solves_the_automaton():
    dfa, vocabulary = target("F(left & X F home)", CHOICE)
    masks = np.array([0, 1, 2, 4])
    delta = dfa.delta(masks, vocabulary.names)
    values = automaton_values(dfa, delta, 0.9)
    assert values[0, 1] == 0.9
    assert values[delta[0, 1], 3] == 1.0
    assert np.isnan(values[0, 0])
