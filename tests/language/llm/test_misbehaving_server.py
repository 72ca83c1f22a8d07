"""What servers and models have been seen to do wrong: repaired where possible, else one paragraph."""

from __future__ import annotations

import json
import time

import pytest
from loopback import (
    breaks_off,
    completion,
    drips,
    fails,
    hangs,
    hangs_up,
    plan,
    raw,
    refuses,
    rule,
    says,
    takes_only_text,
    wants_new_parameters,
)

from lantern.errors import TranslationError
from lantern.language.llm import LLMSettings, LLMTranslator

RIGHT = plan("key", "door")
TEXT = "First the key, then the door."
MEANING = "F(key & F door)"


def formula(readings):
    return str(readings.readings[0].formula)


def complaint(server):
    """What the model was told in the last request."""
    return server.requests[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("I think the agent should fetch the key.", "there is no JSON object"),
        ('{"unknown": [], "stages": [{"how": "all", "what": ["key"]', "malformed"),
        ('{"formula": "F key"}', "none of the keys"),
        ({**RIGHT, "order": "sideways"}, "order"),
        ({**RIGHT, "stages": [{"how": "all", "what": []}]}, "stages.0.what"),
        ({**RIGHT, "stages": "key"}, "stages"),
        (plan("kay", "door"), "There is no proposition 'kay'. Did you mean 'key'?"),
        (plan("key", constraints=[rule("not_until", ["door"])]), "needs propositions in 'other'"),
        (plan(), "empty"),
        (plan("door"), "The task names 'key'"),
        (plan("key", "door", constraints=[rule("never", ["key"])]), "contradict each other"),
        (plan(constraints=[rule("at_least", ["key", "door"], count=0)]), ""),
    ],
)
def test_unusable_answer_is_handed_back_with_what_is_wrong(model, vocabulary, answer, told):
    translator, server = model(says(answer), says(RIGHT))
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    assert len(server.requests) == 2
    assert told in complaint(server)
    assert server.requests[1]["messages"][-2]["role"] == "assistant"


def test_repairs_end_after_two_rounds_with_the_last_problem(model, vocabulary):
    translator, server = model(says("no idea"), says("still none"), says("none at all"))
    with pytest.raises(TranslationError, match=r"gave no usable answer to 'First the key.*no JSON object"):
        translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 3


def test_model_that_repeats_its_mistake_is_not_asked_a_third_time(model, vocabulary):
    translator, server = model(says("no idea"))
    with pytest.raises(TranslationError, match="gave no usable answer"):
        translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 2


def test_conversation_of_a_repair_holds_only_the_last_answer(model, vocabulary):
    translator, server = model(says("nonsense one"), says("nonsense two"), says(RIGHT))
    translator.translate(TEXT, vocabulary)
    sent = [message["content"] for message in server.requests[2]["messages"]]
    assert "nonsense two" in sent and "nonsense one" not in sent


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Sure! Here it is:\n```json\n", "\n```\nHope that helps."),
        ('<think>The set {key} comes first? {"stages": []}</think>\n', ""),
        ("The form is {unknown, stages}, so: ", " {done}"),
    ],
)
def test_json_is_found_in_prose_fences_and_after_thoughts(model, vocabulary, before, after):
    translator, server = model(says(before + json.dumps(RIGHT) + after))
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    assert len(server.requests) == 1


def test_cut_off_answer_is_asked_for_once_more_with_twice_the_length(model, vocabulary):
    translator, server = model(says('{"unknown": [], "stag', "length"), says(RIGHT), max_tokens=50)
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    assert [request["max_tokens"] for request in server.requests] == [50, 100]


def test_server_without_response_format_is_asked_in_text_and_remembered(model, vocabulary):
    translator, server = model(takes_only_text(RIGHT))
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    kinds = [request.get("response_format", {}).get("type") for request in server.requests]
    assert kinds == ["json_schema", "json_object", None]
    translator.translate("Get the key, afterwards the door.", vocabulary)
    assert "response_format" not in server.requests[-1] and len(server.requests) == 4


def test_server_that_ignores_the_schema_is_asked_on_the_next_rung(model, vocabulary):
    translator, server = model(says('{"answer": 42}'), says(RIGHT))
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    kinds = [request["response_format"]["type"] for request in server.requests]
    assert kinds == ["json_schema", "json_object"]


def test_rejection_that_has_nothing_to_do_with_the_form_does_not_cost_the_schema(model, vocabulary):
    translator, server = model(fails(400, "context length exceeded"))
    with pytest.raises(TranslationError, match="context length"):
        translator.translate(TEXT, vocabulary)
    server.script = [says(RIGHT)]
    translator.translate(TEXT, vocabulary)
    assert server.requests[-1]["response_format"]["type"] == "json_schema"


def test_answer_that_keeps_to_the_schema_and_makes_no_sense_does_not_cost_the_schema(model, vocabulary):
    translator, server = model(says(plan()), says(RIGHT))
    translator.translate(TEXT, vocabulary)
    assert [request["response_format"]["type"] for request in server.requests] == ["json_schema"] * 2


def test_what_was_learned_of_a_server_is_forgotten_after_a_week(model, vocabulary):
    translator, server = model(takes_only_text(RIGHT))
    translator.translate(TEXT, vocabulary)
    known = translator.settings.cache / "llm" / "servers.json"
    known.write_text(known.read_text().replace('"time": 1', '"time": 0'))
    translator.translate("The key, afterwards the door.", vocabulary)
    assert "response_format" in server.requests[-3] and "response_format" not in server.requests[-1]


def test_schema_lists_the_propositions_and_is_closed(model, vocabulary):
    translator, server = model(says(RIGHT))
    translator.translate(TEXT, vocabulary)
    described = server.requests[0]["response_format"]["json_schema"]
    stage = described["schema"]["properties"]["stages"]["items"]
    assert described["strict"] is True
    assert stage["properties"]["what"]["items"]["enum"][:4] == list(vocabulary.names)
    assert stage["additionalProperties"] is False
    assert "$ref" not in str(described)


def test_new_parameter_names_are_learned_from_the_rejection(model, vocabulary):
    translator, server = model(wants_new_parameters(RIGHT))
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    last = server.requests[-1]
    assert "max_completion_tokens" in last and "temperature" not in last
    assert last["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(("status", "words"), [(429, "busy or its quota"), (500, "failed"), (503, "failed")])
def test_busy_or_failing_server_is_tried_again(model, vocabulary, status, words):
    again = {"retry-after-ms": "10"}
    translator, server = model(fails(status, headers=again), says(RIGHT), retries=1)
    assert formula(translator.translate(TEXT, vocabulary)) == MEANING
    assert len(server.requests) == 2
    translator, server = model(fails(status, headers=again), retries=1)
    with pytest.raises(TranslationError, match=f"{words}.*HTTP {status}.*2 tries"):
        translator.translate(TEXT, vocabulary)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (hangs(3.0), "did not answer within 0.2 s"),
        (drips(3.0), "did not answer within 0.2 s"),
        (hangs_up, "cannot be reached"),
        (breaks_off, "cannot be reached|did not take"),
        (fails(401, "Incorrect API key provided: secret-key-123"), "does not accept the key"),
        (fails(404, "model not found"), "was not found.*LANTERN_LLM_MODEL"),
        (fails(400, "too many tokens"), "did not take the question: .*too many tokens"),
        (raw(b"<html>Welcome to nginx</html>"), "did not take|no chat completion"),
        (raw(b'{"choices": []}'), "no chat completion"),
        (raw(b"null"), "no chat completion"),
        (refuses("I cannot help with opening doors."), "declined the task: I cannot help with opening doors"),
        (says("", "content_filter"), "declined the task"),
    ],
)
def test_failure_is_one_paragraph_without_the_key(model, vocabulary, behaviour, words):
    translator, server = model(behaviour, timeout=0.2, api_key="secret-key-123")
    started = time.monotonic()
    with pytest.raises(TranslationError, match=words) as caught:
        translator.translate(TEXT, vocabulary)
    assert time.monotonic() - started < 3
    assert "\n" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert server.keys[0] == "Bearer secret-key-123"
    assert "secret-key-123" not in str(caught.value)


def test_dead_server_is_named(vocabulary):
    settings = LLMSettings(model="m", base_url="http://user:pw@127.0.0.1:9/v1", retries=0, timeout=2)
    with pytest.raises(TranslationError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached") as caught:
        LLMTranslator(settings).translate(TEXT, vocabulary)
    assert "pw" not in str(caught.value)


def test_no_call_starts_beyond_the_token_budget(model, vocabulary):
    translator, server = model(says("nonsense"), token_budget=100)
    with pytest.raises(TranslationError, match="120 tokens for this text, of 100 allowed"):
        translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 1


def test_server_that_does_not_count_tokens_is_charged_by_length(model, vocabulary):
    body = completion(json.dumps(RIGHT))
    del body["usage"]
    translator, _ = model(raw(json.dumps(body).encode()))
    tokens = translator.translate(TEXT, vocabulary).tokens
    assert tokens.input > 300 and tokens.output == len(json.dumps(RIGHT)) // 4
