"""Grammar and reader together: agreement, an answer of the reader alone, and a question where they differ."""

from __future__ import annotations

import pytest

from lantern.errors import TranslationError
from lantern.language import translate
from lantern.language.grammar import Conventions, GrammarTranslator
from lantern.language.grammar.opinions import agreed
from lantern.language.types import Reading, Readings
from lantern.logic import Vocabulary, compile, parse

HOUSE = Vocabulary(
    {
        "kitchen": "the robot is in the kitchen",
        "hall": "the robot is in the hall",
        "photo": "the robot takes a photo",
        "lamp": "the lamp is on",
        "button": "the button is pressed",
    }
)


def _readings(*formulas: str) -> Readings:
    return Readings(tuple(Reading(parse(one), text=f"{one}.") for one in formulas), "grammar")


def test_readings_that_agree_stay_as_they_are() -> None:
    first = _readings("F(kitchen & F hall)")
    assert agreed(first, ()) is first
    assert agreed(first, (Reading(parse("F(kitchen & F hall)")),)) is first
    other, same = Reading(parse("F kitchen")), Reading(parse("true U (kitchen & F hall)"))
    assert agreed(first, (other, same)) is first


def test_readings_that_differ_are_both_kept_the_grammars_first() -> None:
    first = _readings("F(kitchen & F hall)")
    both = agreed(first, (Reading(parse("F kitchen & F hall"), text="In any order."),))
    assert [str(one.formula) for one in both.readings] == ["F(kitchen & F hall)", "F kitchen & F hall"]
    assert [one.choices["reading"] for one in both.readings] == ["first", "second"]
    assert "clause by clause" in both.readings[0].because and "word by word" in both.readings[1].because


class _Differing(GrammarTranslator):
    """A grammar whose reader always says something else."""

    def _second(self, text: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
        return (Reading(parse("F lamp"), text="The lamp is on."),)


def test_a_difference_is_a_question_with_a_course_of_events() -> None:
    found = translate("Go to the kitchen, then to the hall.", HOUSE, _Differing())
    (question,) = found.questions
    assert question.id == "reading" and question.options == ("first", "second")
    assert question.accepts[0] != question.accepts[1]
    assert str(found.formula) == "F(kitchen & F hall)"
    answered = translate(
        "Go to the kitchen, then to the hall.", HOUSE, _Differing(), answers={"reading": "second"}
    )
    assert str(answered.formula) == "F lamp" and not answered.questions


class _Refusing(GrammarTranslator):
    """A grammar that understands nothing."""

    def _first(self, text: str, vocabulary: Vocabulary) -> Readings:
        raise TranslationError(f"'{text}' could not be understood.")


def test_the_reader_answers_where_the_grammar_refuses() -> None:
    found = _Refusing().translate("Go to the kitchen, then take a photo. Never press the button.", HOUSE)
    assert compile(found.readings[0].formula).equivalent(compile("F(kitchen & F photo) & G !button"))
    assert found.translator == "grammar" and "word by word" in found.warnings[0]
    assert found.readings[0].mentioned == ("kitchen", "photo", "button")
    with pytest.raises(TranslationError, match="could not be understood"):
        _Refusing().translate("Go to the kitchen and water the plants.", HOUSE)


def test_the_reader_knows_only_the_usual_conventions() -> None:
    with pytest.raises(TranslationError):
        _Refusing(Conventions(order="text")).translate("Go to the kitchen.", HOUSE)
