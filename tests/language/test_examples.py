"""Example traces: right verdicts, short, and told in English."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantern.language.examples import accepted_examples, describe_trace, rejected_examples
from lantern.logic import Vocabulary, compile

WORDS = Vocabulary({name: f"the agent sees {name}" for name in "abc"})
ATOMS = st.sampled_from("abc")
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["!", "X", "N", "F", "G"]), inner).map(lambda p: f"({p[0]} {p[1]})"),
        st.tuples(inner, st.sampled_from(["&", "|", "U", "W", "->"]), inner).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
    ),
    max_leaves=6,
)


def shown(formula: str):
    dfa = compile(formula, WORDS)
    accepted = accepted_examples(dfa, WORDS)
    return dfa, accepted, rejected_examples(dfa, WORDS, accepted)


@settings(max_examples=60, deadline=None)
@given(FORMULAS)
def test_verdicts_are_right_and_traces_differ(formula):
    dfa, accepted, rejected = shown(formula)
    assert all(dfa.accepts(example.trace) and example.accepted for example in accepted)
    assert not any(dfa.accepts(example.trace) or example.accepted for example in rejected)
    for examples in (accepted, rejected):
        assert len({example.trace for example in examples}) == len(examples) <= 2
        assert all(example.trace for example in examples)
    shortest = dfa.shortest()
    if accepted and shortest:
        assert min(len(example.trace) for example in accepted) == len(shortest)


@pytest.mark.parametrize("formula", ["F a", "F(a & F b)", "G !a", "F a & F b & G !c", "G(a -> X b)", "a U b"])
def test_two_of_each_where_there_are_two(formula):
    _, accepted, rejected = shown(formula)
    assert (len(accepted), len(rejected)) == (2, 2)


def steps(example):
    return ["".join(sorted(label)) for label in example.trace]


def test_a_sequence_is_shown_step_by_step_first_and_missed_by_order_and_by_omission():
    _, accepted, rejected = shown("F(a & F b)")
    assert [steps(example) for example in accepted] == [["a", "b"], ["ab"]]
    assert [steps(example) for example in rejected] == [["b", "a"], ["a"]]
    assert all(example.english.endswith("(not finished)") for example in rejected)


def test_what_is_forbidden_comes_first_among_the_misses():
    _, _, rejected = shown("F a & G !c")
    assert steps(rejected[0])[-1] == "c"
    assert rejected[0].english == "the agent sees a; then the agent sees c (failed for good at step 2)"


def test_what_is_forbidden_too_early_is_shown_too_early():
    _, _, rejected = shown("!b U a & F b")
    assert steps(rejected[0])[0] == "b" and "failed for good at step 1" in rejected[0].english


def test_two_goals_at_once_are_found_where_one_at_a_time_will_not_do():
    _, accepted, _ = shown("F(a & b)")
    assert steps(accepted[0]) == ["ab"]
    assert accepted[0].english == "the agent sees a and the agent sees b at the same step"


def test_at_most_what_has_to_coincide_coincides_in_the_first_example():
    _, accepted, _ = shown("F(a & F(b & c))")
    assert [steps(example) for example in accepted] == [["a", "bc"], ["abc"]]


def test_english_of_traces():
    assert describe_trace((), WORDS) == "no step at all"
    assert describe_trace((frozenset(), frozenset("a")), WORDS) == "nothing happens; then the agent sees a"


def test_examples_of_a_large_automaton_are_found_in_time():
    names = [f"p{number}" for number in range(9)]
    words = Vocabulary({name: f"the agent sees {name}" for name in names})
    dfa = compile(" & ".join(f"F {name}" for name in names), words)
    accepted = accepted_examples(dfa, words)
    assert len(accepted) == 2 and min(len(example.trace) for example in accepted) == 1
