"""Compilation, against the evaluator, against automata-lib and against ltlf2dfa."""

from __future__ import annotations

import importlib.util
import re
import runpy
import shutil
import time
from itertools import product
from pathlib import Path
from random import Random

import pytest
from automata_lib_oracle import oracle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from logic_strategies import SETTINGS, formulas, traces

from lantern.errors import FormulaError
from lantern.logic import DFA, build, compile, evaluate, parse

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "logic.py"
FAMILIES = runpy.run_path(str(BENCHMARK))["FAMILIES"]


def random_formula(random, depth):
    if depth == 0 or random.random() < 0.1:
        return parse(random.choice(["a", "b", "c"] * 4 + ["true", "false", "last"]))
    if random.random() < 0.45:
        return build(random.choice("!XNFG"), random_formula(random, depth - 1))
    operator = random.choice(["U", "W", "R", "M", "&", "|", "->", "<->"])
    return build(operator, random_formula(random, depth - 1), random_formula(random, depth - 1))


def test_thousands_of_formulas_agree_with_the_evaluator():
    random = Random(7)
    for _ in range(4000):
        formula = random_formula(random, random.randint(1, 5))
        dfa = compile(formula)
        for _ in range(20):
            length = random.randint(0, 7)
            trace = [{name for name in "abc" if random.random() < 0.5} for _ in range(length)]
            assert dfa.accepts(trace) == evaluate(formula, trace), (str(formula), trace)


@settings(SETTINGS, max_examples=500)
@given(formulas(), st.lists(traces(), min_size=1, max_size=8))
def test_automata_accept_what_the_evaluator_does(formula, examples):
    dfa = compile(formula)
    for trace in examples:
        assert dfa.accepts(trace) == evaluate(formula, trace)


@settings(SETTINGS, max_examples=100)
@given(formulas(("a", "b"), leaves=8))
def test_every_short_trace(formula):
    dfa = compile(formula)
    labels = [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")]
    for length in range(5):
        for trace in product(labels, repeat=length):
            assert dfa.accepts(trace) == evaluate(formula, trace)


@settings(SETTINGS, max_examples=200)
@given(formulas(("a", "b"), leaves=7))
def test_automata_lib_finds_the_same_language_and_the_same_minimum(formula):
    same_language_and_minimum(formula, ("a", "b"))


@settings(SETTINGS, max_examples=30)
@given(formulas(leaves=5))
def test_automata_lib_agrees_on_three_propositions(formula):
    same_language_and_minimum(formula, ("a", "b", "c"))


def same_language_and_minimum(formula, names):
    dfa = compile(formula)
    reference, labels = oracle(names, formula)
    assert dfa.difference(DFA.from_automata_lib(reference, labels=labels)) is None
    assert dfa.n_states == len(reference.states)
    if set(dfa.support) == set(names):
        renamed = {symbol: frozenset(label) for symbol, label in labels.items()}
        exported = type(reference)(
            states=reference.states,
            input_symbols=set(renamed.values()),
            transitions={
                state: {renamed[symbol]: target for symbol, target in row.items()}
                for state, row in reference.transitions.items()
            },
            initial_state=reference.initial_state,
            final_states=reference.final_states,
        )
        assert dfa.to_automata_lib() == exported  # automata-lib's own test of equality


@settings(SETTINGS, max_examples=150)
@given(formulas(leaves=10))
def test_no_smaller_automaton_exists(formula):
    dfa = compile(formula)
    assert len(dfa.to_automata_lib().minify().states) == dfa.n_states


@settings(SETTINGS, max_examples=150)
@given(formulas(), formulas())
def test_operations_agree_with_automata_lib(f, g):
    one, two = compile(f), compile(g)
    assert (one & two).equivalent(compile(f & g))
    assert (one | two).equivalent(compile(f | g))
    assert one.complement().equivalent(compile(~f))
    assert one.equivalent(two) == (one.difference(two) is None) == compile(~build("<->", f, g)).is_empty


NOT_IN_LTLF2DFA = {"last", "W", "M", "R"}


@pytest.mark.skipif(importlib.util.find_spec("ltlf2dfa") is None, reason="ltlf2dfa is not installed")
@pytest.mark.skipif(shutil.which("mona") is None, reason="the program mona is not installed")
@settings(SETTINGS, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(formulas(leaves=5).filter(lambda f: not NOT_IN_LTLF2DFA & {g.operator for g in f.subformulas()}))
def test_ltlf2dfa_finds_the_same_language(formula):
    reference = DFA.from_graph(ltlf2dfa_graph(formula))
    some_step = compile("F true")  # what holds of the empty trace is a matter of convention
    assert (compile(formula) & some_step).difference(reference & some_step) is None


def bracketed(formula):
    """Text that does not rest on precedence, which differs between tools."""
    operator, children = formula.operator, [f"({bracketed(child)})" for child in formula.children]
    if len(children) == 2:
        return f" {operator} ".join(children)
    if children:
        return ("WX" if operator == "N" else operator) + children[0]
    return str(formula)


def ltlf2dfa_graph(formula):
    """Run ltlf2dfa and read the picture that it returns."""
    import networkx
    from ltlf2dfa.parser.ltlf import LTLfParser

    dot = LTLfParser()(bracketed(formula)).to_dfa()
    final = set(re.findall(r"\d+", re.search(r"doublecircle\];([^\n]*)", dot).group(1)))
    graph = networkx.MultiDiGraph(initial=re.search(r"init -> (\d+)", dot).group(1))
    for source, target, guard in re.findall(r'(\d+) -> (\d+) \[label="(.*?)"\]', dot):
        graph.add_edge(source, target, guard=guard.replace("~", "!").replace("True", "true"))
    for state in graph:
        graph.nodes[state]["accepting"] = state in final
    return graph


STATES = [
    ("conj_F", 3, 8),
    ("conj_F", 10, 1024),
    ("seq", 5, 6),
    ("seq", 30, 31),
    ("seq_avoid", 5, 7),
    ("until", 10, 513),
    ("until_right", 10, 11),
    ("until_pairs", 10, 1025),
    ("resp", 10, 32),
]


@pytest.mark.parametrize(("family", "size", "states"), STATES)
def test_known_numbers_of_states(family, size, states):
    assert compile(FAMILIES[family](size)).n_states == states


LIMITS = [
    ("conj_F", 10, 0.1),
    ("until", 10, 0.25),
    ("until_right", 10, 0.25),
    ("until_pairs", 10, 0.25),
    ("seq", 30, 0.01),
]


@pytest.mark.parametrize(("family", "size", "seconds"), LIMITS)
def test_speed(family, size, seconds):
    formula = FAMILIES[family](size)
    times = []
    for _ in range(5):  # processor time, and the best of several, since other work may share the machine
        started = time.process_time()
        compile(formula)
        times.append(time.process_time() - started)
    assert min(times) <= seconds


def test_long_sequences_need_no_time():
    goals = " & X F(".join(f"g{i}" for i in range(150))
    dfa = compile(f"F({goals}" + ")" * 150)
    assert dfa.n_states == 151
    assert dfa.distance[0] == 150


def test_caps_end_in_a_clear_error():
    many = " & ".join(f"F a{i}" for i in range(14))
    with pytest.raises(FormulaError, match=r"more than 1,000 states.*max_states"):
        compile(many, max_states=1000)
    started = time.monotonic()
    with pytest.raises(FormulaError, match=r"more than 0.2 seconds.*timeout"):
        compile(" & ".join(f"F a{i}" for i in range(30)), max_states=10**9, timeout=0.2)
    assert time.monotonic() - started < 5
    with pytest.raises(FormulaError, match="nested too deeply"):
        compile(" & ".join(f"g{i}" for i in range(3000)))


def test_the_vocabulary_fixes_the_order_of_the_masks():
    vocabulary = {"door": "the door is open", "rug": "a rug lies there", "key": "the key is held"}
    dfa = compile("F(key & F door)", vocabulary)
    assert dfa.propositions == ("door", "rug", "key")
    assert dfa.support == ("door", "key")
    assert dfa.accepts([0b100, 0b001]) and not dfa.accepts([0b001, 0b100])
    with pytest.raises(FormulaError, match="Did you mean 'key'"):
        compile("F kee", vocabulary)
    with pytest.raises(FormulaError, match="Did you mean 'key'"):
        compile(parse("F kee"), vocabulary)
    with pytest.raises(FormulaError, match="A formula is text"):
        compile(None)
