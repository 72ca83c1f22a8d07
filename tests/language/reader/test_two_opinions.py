"""Grammar and reader together: agreement, an answer of the reader alone, and a question where they differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lantern.errors import TranslationError
from lantern.language import translate
from lantern.language.grammar import Conventions, GrammarTranslator
from lantern.language.grammar.opinions import HARD, agreed
from lantern.language.translate import LONE
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
    assert agreed(first, ()) is None
    assert agreed(first, (Reading(parse("F(kitchen & F hall)")),)) is first
    other, same = Reading(parse("F kitchen")), Reading(parse("true U (kitchen & F hall)"))
    assert agreed(first, (other, same)) is first


def test_readings_that_differ_are_both_kept_the_grammars_first() -> None:
    first = _readings("F(kitchen & F hall)")
    both = agreed(first, (Reading(parse("F kitchen & F hall"), text="In any order."),))
    assert both is not None
    assert [str(one.formula) for one in both.readings] == ["F(kitchen & F hall)", "F kitchen & F hall"]
    assert [one.choices["reading"] for one in both.readings] == ["first", "second"]
    assert not any(one.because for one in both.readings)  # the clauses that differ say it


def test_a_reading_with_doubts_of_its_own_is_told_whole() -> None:
    first = Readings(
        (
            Reading(
                parse("F kitchen & F hall"),
                text="Both.",
                because="in any order",
                choices={"order": "any order"},
            ),
        ),
        "grammar",
    )
    both = agreed(first, (Reading(parse("F kitchen")),))
    assert both is not None and both.readings[0].because == "Both (in any order)"


def test_a_reader_without_doubts_settles_the_grammars() -> None:
    options = {"F kitchen & F hall": "any order", "F(kitchen & F hall)": "in order"}
    first = Readings(
        tuple(Reading(parse(one), choices={"order": order}) for one, order in options.items()), "grammar"
    )
    settled = agreed(first, (Reading(parse("F(kitchen & F hall)")),))
    assert settled is not None and settled.sure
    assert [str(one.formula) for one in settled.readings] == ["F(kitchen & F hall)"]
    both = (Reading(parse("F(kitchen & F hall)")), Reading(parse("F kitchen & F hall")))
    assert agreed(first, both) is first  # the reader doubts the same


@pytest.mark.parametrize(
    ("point", "option"), [("when", "at that step"), ("order", "any order"), ("lasting", "at some step")]
)
def test_answers_that_the_reader_takes_without_weighing_settle_nothing(point: str, option: str) -> None:
    first = Readings(
        (
            Reading(parse("G(lamp -> !button)"), choices={point: option}),
            Reading(parse("G(lamp -> G !button)"), choices={point: "else"}),
        ),
        "grammar",
    )
    assert agreed(first, (Reading(parse("G(lamp -> !button)")),)) is first


def test_where_the_grammar_is_not_sure_the_reader_decides() -> None:
    first = replace(_readings("F(kitchen & F hall)"), sure=False, warnings=(HARD, "A note."))
    same = agreed(first, (Reading(parse("F(kitchen & F hall)")),))
    assert same is not None and same.sure and same.warnings == ("A note.",)
    other = agreed(first, (Reading(parse("F kitchen & F hall")),))
    assert other is not None and other.sure and str(other.readings[0].formula) == "F kitchen & F hall"


def test_a_suspect_reading_gives_way_to_one_that_is_not() -> None:
    first, second = _readings("F(kitchen & hall)"), (Reading(parse("F(kitchen & F hall)")),)
    for weak, kept in (
        ("F(kitchen & hall)", "F(kitchen & F hall)"),
        ("F(kitchen & F hall)", "F(kitchen & hall)"),
    ):
        found = agreed(first, second, lambda one, weak=weak: str(one.formula) == weak)
        assert found is not None and [str(one.formula) for one in found.readings] == [kept]
    both = agreed(first, second, lambda one: True)
    assert both is not None and len(both.readings) == 2


class _Differing(GrammarTranslator):
    """A grammar whose reader always says something else."""

    def _second(self, text: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
        return (Reading(parse("F kitchen & F hall"), text="The robot is in the kitchen and in the hall."),)


def test_a_difference_is_a_question_with_a_course_of_events() -> None:
    found = translate("Go to the kitchen, then to the hall.", HOUSE, _Differing())
    (question,) = found.questions
    assert question.id == "reading" and question.options == ("first", "second")
    assert question.accepts[0] != question.accepts[1]
    assert question.meanings[1] == "The robot is in the kitchen and in the hall"
    assert str(found.formula) == "F(kitchen & F hall)"
    answered = translate(
        "Go to the kitchen, then to the hall.", HOUSE, _Differing(), answers={"reading": "second"}
    )
    assert str(answered.formula) == "F kitchen & F hall" and not answered.questions


class _Refusing(GrammarTranslator):
    """A grammar that understands nothing."""

    def _first(self, text: str, vocabulary: Vocabulary) -> Readings:
        raise TranslationError(f"'{text}' could not be understood.")


def test_the_reader_answers_where_the_grammar_refuses() -> None:
    found = _Refusing().translate("Go to the kitchen, then take a photo. Never press the button.", HOUSE)
    assert compile(found.readings[0].formula).equivalent(compile("F(kitchen & F photo) & G !button"))
    assert found.translator == "grammar" and found.lone and found.readings[0].confidence < 0.9
    assert found.readings[0].mentioned == ("kitchen", "photo", "button")
    with pytest.raises(TranslationError, match="could not be understood"):
        _Refusing().translate("Go to the kitchen and water the plants.", HOUSE)


def test_an_answer_by_one_alone_comes_with_a_warning_and_one_by_both_does_not() -> None:
    text = "Go to the kitchen, then take a photo. Never press the button."
    alone = translate(text, HOUSE, _Refusing())
    both = translate(text, HOUSE, "grammar")
    assert alone.formula == both.formula and not alone.questions
    assert LONE in alone.warnings and LONE not in both.warnings


def test_the_reader_knows_only_the_usual_conventions() -> None:
    with pytest.raises(TranslationError):
        _Refusing(Conventions(order="text")).translate("Go to the kitchen.", HOUSE)
