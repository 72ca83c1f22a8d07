"""Grammar first, the model where that is not enough, equivalence as the judge."""

from __future__ import annotations

import pytest
from loopback import fails, hangs_up, plan, says

import lantern
import lantern.language.grammar
from lantern.errors import TranslationError
from lantern.language.types import Reading, Readings, UnknownWords
from lantern.logic import parse

TEXT = "First the key, then the door."
THEN, STRICT = "F(key & F door)", "!door U key & F door"


@pytest.fixture
def grammar(monkeypatch):
    """Make the grammar answer with these formulas, or refuse with an error."""

    def answer(*formulas, sure=True, refusal=None):
        class Grammar:
            name = "grammar"

            def __init__(self, conventions=None):
                self.conventions = conventions

            def translate(self, text, vocabulary):
                if isinstance(refusal, TranslationError):
                    raise refusal
                if refusal:
                    raise TranslationError(refusal)
                readings = [
                    Reading(parse(f), because=f, choices={"order-1": str(i)}) for i, f in enumerate(formulas)
                ]
                return Readings(tuple(readings), "grammar", sure=sure)

        monkeypatch.setattr(lantern.language.grammar, "GrammarTranslator", Grammar, raising=False)

    return answer


@pytest.fixture
def auto(serve, vocabulary):
    """Translate with ``auto`` and a scripted model; returns the translation and the server."""

    def run(*script, **options):
        server = serve(*script)
        settings = {"model": "m", "base_url": server.url, "samples": 2, "retries": 0}
        return lantern.translate(TEXT, vocabulary, **{**settings, **options}), server

    return run


def test_sure_grammar_asks_no_model(grammar, auto):
    grammar(THEN)
    task, server = auto(says(plan("home")))
    assert str(task.formula) == THEN and task.translator == "grammar" and not server.requests


def test_without_a_configured_model_auto_is_the_grammar(grammar, vocabulary, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-paid")
    grammar(THEN, STRICT)
    task = lantern.translate(TEXT, vocabulary)
    assert task.translator == "grammar" and task.questions[0].id == "order-1"
    grammar(refusal="The words 'blurb' are unknown.")
    with pytest.raises(TranslationError, match=r"^The words 'blurb' are unknown\.$"):
        lantern.translate(TEXT, vocabulary)


def test_agreement_of_two_translators_settles_an_unsure_grammar(grammar, auto):
    grammar(THEN, STRICT)
    task, _ = auto(says(plan("key", "door")))
    assert task.translator == "grammar+llm" and not task.questions and not task.warnings
    assert task.confidence >= 0.95 and str(task.formula) == THEN and task.tokens.calls == 2


def test_a_single_answer_of_the_model_is_checked_by_the_grammar(grammar, auto):
    grammar(THEN, STRICT)
    task, _ = auto(says(plan("key", "door")), samples=1)
    assert task.translator == "grammar+llm" and not task.warnings and not task.questions


def test_disagreement_becomes_a_question_with_a_trace(grammar, auto):
    grammar(THEN, sure=False)
    task, _ = auto(says(plan("door", "key")))
    (question,) = task.questions
    assert question.id == "meaning" and str(task.formula) == THEN
    assert [str(reading.formula) for reading in question.readings] == [THEN, "F(door & F key)"]
    assert question.accepts[0] != question.accepts[1] and task.confidence < 0.95
    other, server = auto(says(plan("door", "key")), answers={"meaning": "2"})
    assert str(other.formula) == "F(door & F key)" and len(server.requests) == 2


def test_model_that_is_of_one_mind_chooses_among_the_grammars_readings(grammar, auto):
    grammar(THEN, STRICT)
    task, _ = auto(says(plan("key", "door", order="strict")))
    assert str(task.formula) == STRICT and task.translator == "grammar+llm" and not task.questions


def test_model_of_two_minds_leaves_the_grammars_question_open(grammar, auto):
    grammar(THEN, STRICT)
    strict = says(plan("key", "door", order="strict"))
    task, _ = auto(strict, strict, says(plan("door", "key")), samples=3)
    assert str(task.formula) == THEN
    assert {question.id for question in task.questions} == {"order-1", "meaning"}


def test_third_meaning_of_the_model_is_asked_about_beside_the_grammars_question(grammar, auto):
    grammar(THEN, STRICT)
    task, _ = auto(says(plan("door", "key")))
    assert [question.id for question in task.questions] == ["order-1", "meaning"]
    assert len(task.questions[1].readings) == 3


def test_answer_to_the_grammar_needs_no_model(grammar, auto):
    grammar(THEN, STRICT)
    task, server = auto(says("nothing useful"), answers={"order-1": "1"})
    assert str(task.formula) == STRICT and not server.requests and not task.questions


def test_model_alone_answers_where_the_grammar_abstains(grammar, auto):
    grammar(refusal="cannot read this")
    task, _ = auto(says(plan("key", "door")))
    assert task.translator == "llm" and str(task.formula) == THEN and task.confidence == 0.85


def test_model_that_finds_a_meaning_for_unknown_words_is_never_silent(grammar, auto):
    grammar(refusal=UnknownWords("The word 'moon' is unknown.", ["moon"]))
    task, _ = auto(says(plan("key", "door")))
    assert task.warnings == ("The grammar found nothing in the vocabulary for 'moon'; the model did.",)


def test_failing_model_leaves_the_grammars_answer_with_a_warning(grammar, auto):
    grammar(THEN, STRICT)
    task, _ = auto(fails(500))
    assert task.translator == "grammar" and str(task.formula) == THEN
    assert any("Only the grammar answered" in warning and "HTTP 500" in warning for warning in task.warnings)
    assert [question.id for question in task.questions] == ["order-1"]


def test_both_reasons_are_given_where_neither_answers(grammar, auto):
    grammar(refusal="The word 'blurb' is unknown.")
    with pytest.raises(TranslationError, match=r"'blurb' is unknown.*did not help either.*cannot be reached"):
        auto(hangs_up)


def test_conventions_reach_both_translators(grammar, auto, vocabulary):
    from lantern.language.grammar.conventions import Conventions

    grammar(refusal="no")
    rules = [{"kind": "not_until", "what": ["door"], "other": ["key"], "count": 1}]
    task, _ = auto(says(plan(constraints=rules)), conventions=Conventions(until="strong"))
    assert str(task.formula) == "!door U key"
