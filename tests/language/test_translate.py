"""The public function: what it takes, what it returns, and how it refuses."""

from __future__ import annotations

import json

import pytest

import lantern
from lantern.errors import TranslationError
from lantern.language import Reading, Readings, Translator, sections
from lantern.logic import Vocabulary, parse

WORDS = {
    "key": "the agent picks up the key",
    "door": "the agent opens the door",
    "lava": "the agent is on lava",
}


pytestmark = pytest.mark.usefixtures("clean_environment")


class Own:
    """A user's translator."""

    name = "own"

    def __init__(self, answer):
        self.answer = answer

    def translate(self, text, vocabulary):
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [
        "F(key & F door)",
        parse("F(key & F door)"),
        Reading(parse("F(key & F door)")),
        [Reading(parse("F(key & F door)"))],
        Readings((Reading(parse("F(key & F door)")),), "own"),
    ],
)
def test_a_translator_may_return_text_formula_or_readings(answer):
    assert isinstance(Own(answer), Translator)
    task = lantern.translate("whatever", WORDS, Own(answer))
    assert task.formula is parse("F(key & F door)") and task.translator == "own"
    assert task.dfa.accepts([{"key"}, {"door"}]) and not task.dfa.accepts([{"door"}, {"key"}])
    assert "key" in task.paraphrase


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("F(key", "gave no formula"),
        ("F(kee)", "gave no formula.*kee"),
        (42, "returned int. Return a Formula"),
        (Readings((), "own"), "found no reading"),
        ("F key & G !key", r"The task 'do it' cannot be used: These parts contradict each other: 'F key'"),
        ("F key | !F key", "Every behaviour satisfies it"),
    ],
)
def test_bad_answers_of_a_translator_are_refused(answer, message):
    with pytest.raises(TranslationError, match=message):
        lantern.translate("do it", WORDS, Own(answer))


@pytest.mark.parametrize(
    ("text", "vocabulary", "message"),
    [
        ("  ", WORDS, "no text to translate"),
        (None, WORDS, "no text to translate"),
        ("key " * 2000, WORDS, "8000 characters"),
        ("key", {}, "vocabulary is empty"),
    ],
)
def test_useless_input_is_refused(text, vocabulary, message):
    with pytest.raises(TranslationError, match=message):
        lantern.translate(text, vocabulary, Own("F key"))


def test_unknown_translator_gets_the_nearest():
    with pytest.raises(TranslationError, match=r"no translator 'gramar'. Did you mean 'grammar'"):
        lantern.translate("key", WORDS, "gramar")


def test_model_that_is_not_configured_is_explained():
    with pytest.raises(TranslationError, match="Set LANTERN_LLM_MODEL"):
        lantern.translate("key", WORDS, "llm")


def test_users_examples_refuse_a_translation():
    with pytest.raises(TranslationError, match="should be rejected, but is accepted"):
        lantern.translate("x", WORDS, Own("F key & F door"), rejected=[[["door"], ["key"]]])
    task = lantern.translate("x", WORDS, Own("F(key & F door)"), rejected=[[["door"], ["key"]]])
    assert task.dfa.n_states == 3


def test_everything_is_json_safe_and_reads_back():
    task = lantern.translate("Key, never lava.", WORDS, Own("F key & G !lava"), occurrences={"key": 1})
    data = json.loads(json.dumps(task.to_dict()))
    assert data["formula"] == "F key & G !lava" and data["vocabulary"] == WORDS
    assert lantern.DFA.from_dict(data["dfa"]).equivalent(task.dfa)
    assert data["warnings"] == ["The environment has never shown 'lava' (the agent is on lava)."]
    assert [example["accepted"] for example in data["accepted"] + data["rejected"]] == [
        True,
        True,
        False,
        False,
    ]


def test_sections_show_what_to_read_before_trusting():
    found = Readings(
        (
            Reading(parse("F(key & F door)"), because="key first", choices={"order": "then"}),
            Reading(parse("F key & F door"), because="any order", choices={"order": "any"}),
        ),
        "own",
        warnings=("'door' was a guess.",),
    )
    shown = sections(lantern.translate("Key,\n door.", WORDS, Own(found)))
    assert list(shown) == [
        "Task",
        "Understood as",
        "Formula",
        "Automaton",
        "Does the task",
        "Does not",
        "Warnings",
        "Questions",
        "Confidence",
    ]
    assert shown["Task"] == ("Key, door.",) and shown["Formula"] == ("F(key & F door)",)
    assert shown["Automaton"] == ("3 states over key, door; done after 1 step at the earliest",)
    assert shown["Does the task"][0] == "The agent picks up the key; then the agent opens the door."
    assert shown["Warnings"] == ("'door' was a guess.",)
    assert shown["Questions"] == (
        "Which is meant? The answers differ when the agent opens the door; then the agent picks up the key.",
        "--answer order=then (default): key first. That does not do the task.",
        "--answer order=any: any order. That does the task.",
    )
    assert shown["Confidence"] == ("50% by own",)


def test_vocabulary_may_be_a_vocabulary():
    words = Vocabulary(WORDS)
    assert lantern.translate("x", words, Own("F key")).vocabulary is words
