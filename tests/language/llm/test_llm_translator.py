"""From a plan to readings: samples, votes, words outside the vocabulary, doubts."""

from __future__ import annotations

import pytest
from loopback import plan, rule, says

import lantern
from lantern.errors import TranslationError
from lantern.language.llm.focus import focus
from lantern.language.llm.words import counting_words
from lantern.language.verify import Checks
from lantern.logic import Vocabulary

THEN, STRICT = plan("key", "door"), plan("key", "door", order="strict")
TEXT = "First the key, then the door."


def test_samples_that_agree_exactly_are_counted_together(model, vocabulary):
    same = plan("key", "door", constraints=[rule("at_least", ["key"])])
    translator, server = model(says(THEN), says(same), says(STRICT), samples=3)
    found = translator.translate(TEXT, vocabulary)
    assert [str(reading.formula) for reading in found.readings] == ["F(key & F door)", "!door U key & F door"]
    assert [round(reading.confidence / 0.85, 3) for reading in found.readings] == [0.667, 0.333]
    assert not found.sure
    assert [request["temperature"] for request in server.requests] == [0, 0.7, 0.7]
    assert len({request["seed"] for request in server.requests}) == 3


def test_unanimous_samples_are_sure(model, vocabulary):
    translator, _ = model(says(THEN), samples=3)
    found = translator.translate(TEXT, vocabulary)
    assert found.sure and len(found.readings) == 1 and not found.warnings
    assert found.tokens.calls == 3 and found.tokens.total == 360


def test_one_sample_is_never_sure(model, vocabulary):
    translator, _ = model(says(THEN))
    found = translator.translate(TEXT, vocabulary)
    assert not found.sure and "Only one answer" in found.warnings[0]


def test_answer_that_nothing_supports_is_to_be_confirmed(serve, vocabulary):
    server = serve(says(THEN), says("no idea"), says("none"), says("never"))
    options = {"model": "m", "base_url": server.url, "samples": 2}
    task = lantern.translate(TEXT, vocabulary, "llm", **options)
    (question,) = task.questions
    assert (question.id, question.options, question.accepts) == ("confirm", ("yes",), (True,))
    assert task.dfa.accepts(question.trace) and task.paraphrase.startswith(question.meanings[0])
    assert task.warnings == ("1 of 2 answers of the model could not be used.",)
    sure = lantern.translate(TEXT, vocabulary, "llm", answers={"confirm": "yes"}, **options)
    assert not sure.questions and sure.formula is task.formula
    with pytest.raises(TranslationError, match="'no' does not answer the question 'confirm'"):
        lantern.translate(TEXT, vocabulary, "llm", answers={"confirm": "no"}, **options)


def test_what_is_to_be_confirmed_is_shown_by_at_least_one_step(vocabulary, serve):
    server = serve(says(plan(constraints=[rule("never", ["lava"])])))
    task = lantern.translate("Never lava.", vocabulary, "llm", model="m", base_url=server.url, samples=1)
    assert len(task.questions[0].trace) == 1


def test_words_that_no_proposition_covers_are_refused_and_quoted(model, vocabulary):
    translator, _ = model(says(plan("key", unknown=["play the piano"])), samples=2)
    with pytest.raises(TranslationError, match=r"Nothing in the vocabulary stands for 'play the piano'.*key"):
        translator.translate("Get the key and play the piano.", vocabulary)


def test_unknown_words_that_are_not_in_the_text_are_ignored(model, vocabulary):
    translator, _ = model(says(plan("key", "door", unknown=["the dragon"])))
    assert translator.translate(TEXT, vocabulary).readings


def test_proposition_out_of_the_blue_is_a_warning(model, vocabulary):
    translator, _ = model(says(plan("key", "home")), samples=2)
    found = translator.translate("Take the key.", vocabulary)
    assert "brought in 'home' (the agent is at home)" in found.warnings[0] and not found.sure


def test_named_proposition_that_stays_unused_is_a_warning(model, vocabulary):
    translator, server = model(says(plan("key")), samples=1)
    found = translator.translate("Take the key and never touch lava.", vocabulary)
    assert any("names 'lava'" in warning for warning in found.warnings)
    assert len(server.requests) == 2


def test_words_that_count_must_be_counted(model, vocabulary):
    counted = plan(constraints=[rule("at_least", ["key"], count=3)])
    translator, server = model(says(plan("key")), says(counted))
    found = translator.translate("Get the key on three separate occasions.", vocabulary)
    assert (
        "says 'three separate occasions', and your answer counts nothing"
        in (server.requests[1]["messages"][-1]["content"])
    )
    assert str(found.readings[0].formula).count("key") == 5
    translator, _ = model(says(plan("key")), samples=2)
    found = translator.translate("Get the key twice.", vocabulary)
    assert "says 'twice', but the task counts nothing" in found.warnings[0] and not found.sure
    assert counting_words("First the key once, then 2 times, a second time") == ("2 times", "second time")
    assert counting_words("Take the two keys at the third door one time") == ()


def test_answers_are_held_against_the_users_examples(model, vocabulary):
    checks = Checks(vocabulary, rejected=((frozenset({"key", "door"}), frozenset()),))
    translator, server = model(says(THEN), says(plan("key", "door", order="next")))
    translator._checks = checks
    found = translator.translate(TEXT, vocabulary)
    assert str(found.readings[0].formula) == "F(key & X door)"
    assert "should be rejected, but is accepted" in server.requests[1]["messages"][-1]["content"]


def test_same_verification_as_for_every_translator(model, vocabulary, serve):
    server = serve(says(plan("key", constraints=[rule("never", ["lava"])])))
    options = {"model": "m", "base_url": server.url, "samples": 2}
    task = lantern.translate(
        "The key, never lava.", vocabulary, "llm", occurrences={"key": 0, "lava": 3}, **options
    )
    assert str(task.formula) == "F key & G !lava"
    assert task.translator == "llm" and task.tokens.calls == 2 and task.confidence == 0.85
    assert task.paraphrase and len(task.accepted) == 2 and len(task.rejected) == 2
    assert "needs 'key'" in task.warnings[0]


def test_disagreeing_samples_become_a_question_with_a_trace(serve, vocabulary):
    server = serve(says(THEN), says(THEN), says(STRICT))
    options = {"model": "m", "base_url": server.url, "samples": 3}
    task = lantern.translate(TEXT, vocabulary, "llm", **options)
    (question,) = task.questions
    assert question.id == "meaning" and question.options == ("1", "2") and question.default == 0
    assert len(question.trace) == 2 and question.accepts == (True, False)
    other = lantern.translate(TEXT, vocabulary, "llm", answers={"meaning": "2"}, **options)
    assert str(other.formula) == "!door U key & F door" and not other.questions
    assert len(server.requests) == 3


def test_large_vocabulary_is_cut_to_what_the_text_may_be_about(model):
    rooms = {f"room_{number}": f"the agent is in room number {number}" for number in range(300)}
    words = Vocabulary({**rooms, "gem": "the agent mines the green diamond"})
    assert focus("gem", Vocabulary({"gem": "x"})).names == ("gem",)
    kept = focus("Visit room 217, then dig out the diamond.", words, limit=10)
    assert len(kept) == 10 and {"room_217", "gem"} <= set(kept)
    translator, server = model(says(plan("room_217", "gem")), samples=2)
    found = translator.translate("Visit room 217, then dig out the diamond.", words)
    assert str(found.readings[0].formula) == "F(room_217 & F gem)" and found.sure
    listed = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert len(listed["properties"]["stages"]["items"]["properties"]["what"]["items"]["enum"]) == 120
