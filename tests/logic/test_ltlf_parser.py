"""Reading and printing formulas."""

from __future__ import annotations

import gc
import pickle

import pytest
from hypothesis import given, settings
from logic_strategies import SETTINGS, formulas

from lantern.errors import FormulaError
from lantern.logic import Formula, Vocabulary, build, conjunction, disjunction, parse, proposition

a, b, c = (proposition(name) for name in "abc")


@settings(SETTINGS, max_examples=500)
@given(formulas(leaves=20))
def test_printing_and_parsing_give_the_same_object(formula):
    assert parse(str(formula)) is formula


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("a & b | c", (a & b) | c),
        ("a | b & c", a | (b & c)),
        ("a -> b -> c", a >> (b >> c)),
        ("a <-> b -> c", build("<->", a, b >> c)),
        ("a U b U c", build("U", a, build("U", b, c))),
        ("a W b R c M a", build("W", a, build("R", b, build("M", c, a)))),
        ("a U b & c", build("U", a, b) & c),
        ("!a U b", build("U", ~a, b)),
        ("F a & b", build("F", a) & b),
        ("X N F G a", build("X", build("N", build("F", build("G", a))))),
        ("a & b & c", (a & b) & c),
        ("a && b || ~c", (a & b) | ~c),
        ("true & false | last", (parse("true") & parse("false")) | parse("last")),
        ("((a))", a),
        ("F\n(a\t)", build("F", a)),
    ],
)
def test_precedence(text, formula):
    assert parse(text) is formula


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (a & (b & c), "a & (b & c)"),
        (build("U", build("U", a, b), c), "(a U b) U c"),
        ((a >> b) >> c, "(a -> b) -> c"),
        (~(a & b), "!(a & b)"),
        (build("F", a & build("F", b)), "F(a & F b)"),
        (build("G", ~a), "G !a"),
    ],
)
def test_printing_uses_no_needless_brackets(formula, text):
    assert str(formula) == text


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "the formula is empty"),
        ("F(key & ", 8, "is missing at the end"),
        ("F key door", 7, "an operator is missing before 'door'"),
        ("(key", 1, r"this '\(' is never closed"),
        ("key) & door", 4, r"this '\)' closes nothing"),
        ("key $ door", 5, "'\\$' is not part of the syntax"),
        ("key & | door", 7, r"is missing before '\|'"),
        ("F kye", 3, "no proposition 'kye'. Did you mean 'key'"),
        ("GF key", 1, "Put spaces between operators: 'G F'"),
        ("key U", 6, "is missing at the end"),
        ("FG", 1, "Put spaces between operators: 'F G'"),
    ],
)
def test_errors_point_at_the_column(text, column, message):
    vocabulary = Vocabulary({"key": "the key is held", "door": "the door is open"})
    with pytest.raises(FormulaError, match=message) as caught:
        parse(text, vocabulary)
    shown = str(caught.value)
    assert f"column {column}:" in shown
    assert shown.splitlines()[-1].index("^") == column + 1  # two spaces of indentation


def test_the_error_of_a_long_formula_shows_the_place():
    text = "F key & " * 40 + "F kez"
    with pytest.raises(FormulaError, match="Did you mean 'key'") as caught:
        parse(text, ("key",))
    lines = str(caught.value).splitlines()
    assert len(lines[1]) <= 102
    assert lines[1][lines[2].index("^") :].startswith("kez")


def test_formulas_are_immutable_and_shared():
    formula = parse("F(a & X b)")
    assert formula.propositions == ("a", "b")
    with pytest.raises(AttributeError, match="cannot be changed"):
        formula.name = "c"
    assert pickle.loads(pickle.dumps(formula)) is formula
    assert [str(f) for f in formula.subformulas()] == ["a", "b", "X b", "a & X b", "F(a & X b)"]
    assert formula.is_temporal and not parse("a & !b").is_temporal


def test_forgotten_formulas_leave_no_trace():
    from lantern.logic.formula import _INTERNED

    name = "a_name_that_nothing_else_uses"
    formula = parse(f"F {name}")
    assert any(key[2] == name for key in _INTERNED)
    del formula
    gc.collect()
    assert not any(key[2] == name for key in _INTERNED)


def test_wrong_operators_and_names_are_refused():
    with pytest.raises(FormulaError, match="no operator 'Y'"):
        build("Y", a)
    with pytest.raises(FormulaError, match="no operator 'U' with 1"):
        build("U", a)
    with pytest.raises(FormulaError, match="cannot name a proposition"):
        proposition("blue room")
    with pytest.raises(FormulaError, match="cannot name a proposition"):
        proposition("F")
    with pytest.raises(FormulaError, match="A formula is text"):
        parse(3)


def test_joining_many():
    assert conjunction([a, b, c]) is parse("a & b & c")
    assert disjunction([a]) is a
    assert conjunction([]) is parse("true") and disjunction([]) is parse("false")
    assert isinstance(conjunction([a, b]), Formula)


def test_nesting_is_not_limited_by_the_interpreter():
    text = "(" * 5000 + "a" + ")" * 5000
    assert parse(text) is a
    deep = parse("X " * 5000 + "a")
    assert str(deep).count("X") == 5000
