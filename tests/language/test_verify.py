"""What refuses a reading and what warns: each check with a formula that trips it and one that does not."""

from __future__ import annotations

import pytest

from lantern.language.types import Clause, Reading
from lantern.language.verify import Checks, minimal_contradiction, split
from lantern.logic import Vocabulary, parse

WORDS = Vocabulary({name: f"the agent sees {name}" for name in "abcd"})


def problems(formula: str, **options):
    reading = Reading(
        parse(formula), mentioned=options.pop("mentioned", ()), clauses=options.pop("clauses", ())
    )
    return {problem.code: problem for problem in Checks(WORDS, **options)(reading).problems}


@pytest.mark.parametrize(
    ("formula", "codes"),
    [
        ("F a", set()),
        ("F(a & F b) & G !c", set()),
        ("F a & G !a", {"unsatisfiable"}),
        ("G X a", {"unsatisfiable"}),
        ("false", {"unsatisfiable"}),
        ("F a | G !a", {"always_true", "idle"}),
        ("true", {"always_true", "idle"}),
        ("G !a", {"idle"}),
        ("!a W b", {"idle"}),
        ("G(a -> F b)", {"idle"}),
        ("F !a", {"idle"}),
        ("F a & F(a | b)", {"irrelevant"}),
        ("G F a", {"infinite"}),
        ("F G a & F b", {"infinite"}),
        ("F zebra", {"unknown"}),
    ],
)
def test_codes(formula, codes):
    assert set(problems(formula)) == codes


@pytest.mark.parametrize("fatal", ["F a & G !a", "true", "F zebra"])
def test_fatal_problems_refuse_a_reading(fatal):
    checked = Checks(WORDS)(Reading(parse(fatal)))
    assert checked.fatal is not None and checked.fatal.message not in checked.warnings


def test_warnings_do_not_refuse_a_reading():
    checked = Checks(WORDS)(Reading(parse("G !a")))
    assert checked.fatal is None and "Doing nothing satisfies" in checked.warnings[0]


def test_contradiction_names_the_smallest_set_of_clauses():
    clauses = tuple(
        Clause(text, parse(formula))
        for text, formula in {
            "reach a": "F a",
            "reach b": "F b",
            "never c": "G !c",
            "no b before d": "!b W d",
            "never d": "G !d",
        }.items()
    )
    problem = problems("F a & F b & G !c & (!b W d) & G !d", clauses=clauses)["unsatisfiable"]
    for words in ("reach b", "no b before d", "never d"):
        assert words in problem.message
    for words in ("reach a", "never c"):
        assert words not in problem.message
    assert len(minimal_contradiction(clauses)) == 3


def test_clauses_are_the_conjuncts_where_a_translator_gives_none():
    assert [str(clause.formula) for clause in split(parse("F a & (G !b & X c) & (a | b)"))] == [
        "F a",
        "G !b",
        "X c",
        "a | b",
    ]
    assert "(F a)" in problems("F a & F b & G !a")["unsatisfiable"].message


def test_contradiction_of_a_single_clause_explains_strong_next():
    problem = problems("G X a")["unsatisfiable"]
    assert "G X a" in problem.message and "always a last step" in problem.message
    assert "last step" not in problems("F(a & !a)")["unsatisfiable"].message


def test_unknown_name_gets_the_nearest():
    long = Vocabulary({"pickaxe": "the agent has a pickaxe", "wood": "the agent has wood"})
    (problem,) = Checks(long)(Reading(parse("F pickax"))).problems
    assert problem.code == "unknown" and "'pickaxe'" in problem.message


def test_mentioned_proposition_must_be_used():
    assert "unused" not in problems("F(a & F b)", mentioned=("a", "b"))
    assert "'c'" in problems("F(a & F b)", mentioned=("a", "c"))["unused"].message


def test_caps_are_an_error_with_a_way_out():
    wide = " & ".join(f"F {name}" for name in "abcd")
    problem = problems(wide, max_states=3)["too_large"]
    assert problem.fatal and "Split it" in problem.message


def test_goals_never_shown_are_louder_than_dangers_never_shown():
    seen = {"a": 0.0, "b": 0.0, "c": 0.2}
    message = Checks(WORDS, occurrences=seen)(Reading(parse("F a & G !b & F c"))).warnings
    assert message[0].startswith("The task needs 'a' (the agent sees a)")
    assert message[1] == "The environment has never shown 'b' (the agent sees b)."
    assert len(message) == 2
    assert Checks(WORDS, occurrences={})(Reading(parse("F c"))).warnings[0].startswith("The task needs 'c'")


def test_either_of_two_goals_is_possible_while_one_of_them_occurs():
    message = Checks(WORDS, occurrences={"a": 0, "b": 1})(Reading(parse("F(a | b)"))).warnings
    assert message == ("The environment has never shown 'a' (the agent sees a).",)


def test_users_examples_decide():
    a, b = frozenset("a"), frozenset("b")
    assert "example" not in problems("F(a & F b)", accepted=((a, b),), rejected=((b, a),))
    problem = problems("F a & F b", accepted=((a, b),), rejected=((b, a),))["example"]
    assert problem.fatal and problem.trace == (b, a) and "the agent sees b; then" in problem.message
