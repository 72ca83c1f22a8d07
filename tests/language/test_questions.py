"""Groups of equivalent readings, questions with the shortest deciding trace, answers."""

from __future__ import annotations

import pytest

import lantern
from lantern.errors import TranslationError
from lantern.language.questions import difference, group
from lantern.language.types import Clause, Reading, Readings
from lantern.language.verify import Checks
from lantern.logic import Vocabulary, compile, parse

WORDS = Vocabulary({name: f"the agent sees {name}" for name in "abc"})


class Fixed:
    """Translator that returns what it was given."""

    name = "fixed"

    def __init__(self, *readings, **rest):
        self.found = Readings(readings, "fixed", **rest)

    def translate(self, text, vocabulary):
        return self.found


def reading(formula, because="", confidence=1.0, **choices):
    return Reading(parse(formula), because=because, choices=choices, confidence=confidence)


def test_equivalent_readings_are_one_group():
    checks = Checks(WORDS)
    found = group([checks(reading(f)) for f in ("F a & F b", "F b & F a", "F(a & F b)", "!(!F a | !F b)")])
    assert [len(one.members) for one in found] == [3, 1]


def test_automata_that_differ_on_the_empty_trace_alone_are_equal():
    first, second = compile("!a W b", WORDS), compile("(!a W b) & F true", WORDS)
    assert first.difference(second) == []
    assert difference(first, second) is None
    assert difference(compile("F a", WORDS), compile("G a", WORDS)) is not None


def test_no_question_where_readings_agree():
    task = lantern.translate("x", WORDS, Fixed(reading("F a & F b", p="1"), reading("F b & F a", p="2")))
    assert not task.questions and task.confidence == 1.0


def test_each_point_of_choice_is_a_question_of_its_own():
    variants = [
        reading(f"{goal} & {rule}", f"{goal}, {rule}", order=order, avoid=avoid)
        for goal, order in (("F(a & F b)", "then"), ("(F a & F b)", "any"))
        for rule, avoid in (("G !c", "throughout"), ("(!c U b)", "until"))
    ]
    task = lantern.translate("x", WORDS, Fixed(*variants))
    assert {question.id: question.options for question in task.questions} == {
        "order": ("then", "any"),
        "avoid": ("throughout", "until"),
    }
    for question in task.questions:
        default, other = question.readings
        assert default.formula is variants[0].formula and question.default == 0
        verdicts = tuple(compile(r.formula, WORDS).accepts(question.trace) for r in (default, other))
        assert verdicts == question.accepts and verdicts[0] != verdicts[1]
    order = task.questions[0]
    assert len(order.trace) == 2 and order.meanings == ("F(a & F b), G !c", "(F a & F b), G !c")
    assert "the agent sees b; then the agent sees a" in order.text


def test_what_all_readings_say_is_not_repeated_in_the_question():
    def with_clauses(*clauses):
        parts = tuple(Clause(text, parse(f)) for text, f in clauses)
        return Reading(parse(" & ".join(f"({f})" for _, f in clauses)), text="long", clauses=parts)

    safe, both, chain = ("Never c.", "G !c"), ("A and b.", "F a & F b"), ("A, then b.", "F(a & F b)")
    found = Fixed(with_clauses(both, safe), with_clauses(chain, safe))
    (question,) = lantern.translate("x", WORDS, found).questions
    assert question.meanings == ("A and b", "A, then b")


def test_answers_choose_and_close_questions():
    variants = [reading("F(a & F b)", order="then"), reading("F a & F b", order="any")]
    task = lantern.translate("x", WORDS, Fixed(*variants), answers={"order": "any"})
    assert str(task.formula) == "F a & F b" and not task.questions and task.answered == {"order": "any"}
    assert task.confidence == 1.0


def test_readings_without_points_are_asked_about_by_number():
    found = Fixed(reading("F a", "only a"), reading("F b", "only b"), reading("F c", "only c"))
    (question,) = lantern.translate("x", WORDS, found).questions
    assert (question.id, question.options) == ("meaning", ("1", "2", "3"))
    assert str(lantern.translate("x", WORDS, found, answers={"meaning": "3"}).formula) == "F c"


def test_confidence_is_the_share_of_the_preferred_meaning():
    found = Fixed(
        reading("F a", confidence=0.6), reading("F a", confidence=0.1), reading("F b", confidence=0.3)
    )
    assert lantern.translate("x", WORDS, found).confidence == 0.6


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"ordre": "any"}, "no question 'ordre'.*Did you mean 'order'"),
        ({"order": "anyy"}, "'anyy' does not answer.*Did you mean 'any'"),
        ({"meaning": "7"}, "does not answer the question 'meaning'"),
    ],
)
def test_wrong_answers_are_explained(answers, message):
    variants = Fixed(reading("F(a & F b)", order="then"), reading("F a & F b", order="any"))
    with pytest.raises(TranslationError, match=message):
        lantern.translate("x", WORDS, variants, answers=answers)


def test_contradictory_readings_are_dropped_without_a_question():
    task = lantern.translate("x", WORDS, Fixed(reading("F a & G !a", p="1"), reading("F a", p="2")))
    assert str(task.formula) == "F a" and not task.questions
