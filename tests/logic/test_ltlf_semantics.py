"""Direct evaluation, against the definitions, and its laws on the empty trace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logic_strategies import SETTINGS, formulas, holds, traces

from lantern.logic import build, evaluate, formula_warnings, parse


@settings(SETTINGS, max_examples=600)
@given(formulas(), traces())
def test_evaluation_follows_the_definitions(formula, trace):
    assert evaluate(formula, trace) == holds(formula, trace)


DUALS = [("X", "N"), ("F", "G"), ("U", "R"), ("W", "M")]


@settings(SETTINGS, max_examples=200)
@given(st.sampled_from(DUALS), formulas(leaves=4), formulas(leaves=4), traces())
def test_duality_also_on_the_empty_trace(pair, f, g, trace):
    operands = (f, g) if pair[0] in "UW" else (f,)
    one = build(pair[0], *operands)
    other = ~build(pair[1], *(~operand for operand in operands))
    assert evaluate(one, trace) == evaluate(other, trace)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", False), ("!a", True), ("true", True), ("last", True),
        ("X true", False), ("N false", True), ("F true", False), ("G false", True),
        ("a U true", False), ("false R false", True), ("false W false", True), ("true M true", False),
    ],
)  # fmt: skip
def test_the_empty_trace(text, value):
    assert evaluate(parse(text), []) is value


@pytest.mark.parametrize(
    ("text", "trace", "value"),
    [
        ("X a", ["", "a"], True),
        ("X a", ["a"], False),  # strong: there must be a next step
        ("N a", ["a"], True),  # weak: if there is one
        ("N a", ["", ""], False),
        ("G !lava", ["", "lava"], False),  # never: at no step of the trace
        ("F(a & X F a)", ["a", "a"], True),  # twice: at two steps, which may follow each other
        ("F(a & X F a)", ["a"], False),
        ("F(a & X(!a & X F a))", ["a", "a"], False),  # two visits: a step without it between
        ("G F a", ["", "a"], True),  # on finite traces: at the last step
        ("F G a", ["a", ""], False),
        ("F(last & a)", ["", "a"], True),
    ],
)
def test_what_the_documentation_says(text, trace, value):
    labels = [{name} if name else set() for name in trace]
    assert evaluate(parse(text), labels) is value


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("G F home", "F(last & home)"),
        ("F G home", "F(last & home)"),
        ("!F G home", "F(last & !home)"),
        ("!(F !(F home))", "F(last & home)"),
        ("a & G(b & F(home | b))", "F(last & (home | b))"),
        ("G X a", "Write N instead of X"),
        ("G(a -> X b)", "Write N instead of X"),
        ("!F(a & N b)", "'!N b' is demanded of every step"),
    ],
)
def test_formulas_for_infinite_traces_are_pointed_out(text, meant):
    (warning,) = formula_warnings(parse(text))
    assert meant in warning


@pytest.mark.parametrize(
    "text", ["F a", "G !a", "G(a -> F b)", "G(a -> N b)", "F(a & X b)", "a U b", "G(a -> F(b & X c))"]
)
def test_sound_formulas_get_no_warning(text):
    assert formula_warnings(parse(text)) == ()


@settings(SETTINGS, max_examples=150)
@given(formulas(("a",), leaves=3), traces(("a",)))
def test_the_meaning_given_in_a_warning_is_right(f, trace):
    if trace:
        at_the_end = parse(f"F(last & ({f}))")
        assert evaluate(build("G", build("F", f)), trace) == evaluate(at_the_end, trace)
        assert evaluate(build("F", build("G", f)), trace) == evaluate(at_the_end, trace)
