"""The store of answers: nothing is paid for twice, nothing is lost, nothing secret is kept."""

from __future__ import annotations

import threading

import pytest
from loopback import fails, plan, says

from lantern.errors import TranslationError
from lantern.language.llm.cache import Answer, Store, key

RIGHT = says(plan("key", "door"))
TEXT = "First the key, then the door."


def files(settings):
    return sorted(path for path in settings.cache.rglob("*.json") if path.name != "servers.json")


def test_second_translation_costs_nothing(model, vocabulary):
    translator, server = model(RIGHT)
    first = translator.translate(TEXT, vocabulary)
    second = translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 1
    assert (first.tokens.calls, second.tokens.calls, second.tokens.total) == (1, 0, 0)
    assert second.readings[0].formula is first.readings[0].formula


@pytest.mark.parametrize("change", ["model", "max_tokens", "examples", "text", "base_url"])
def test_whatever_determines_the_answer_is_in_the_key(model, vocabulary, change):
    translator, server = model(RIGHT)
    translator.translate(TEXT, vocabulary)
    changed = {"model": "other", "max_tokens": 99, "examples": 1, "base_url": server.url + "/"}
    settings = {change: changed[change]} if change in changed else {}
    again, _ = model(RIGHT, **{"base_url": server.url, **settings})
    again.translate("The key, then the door!" if change == "text" else TEXT, vocabulary)
    # A slash at the end of the address is no other server.
    assert len(server.requests) == (1 if change == "base_url" else 2)


def test_interrupted_translation_goes_on_where_it_stopped(model, vocabulary):
    translator, server = model(RIGHT, RIGHT, fails(500), samples=3)
    early = translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 3 and "Only 2 of 3 answers" in early.warnings[0] and not early.sure
    server.script = [RIGHT]
    late = translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 4
    assert late.sure and not late.warnings and late.tokens.calls == 1


def test_interruption_during_a_repair_keeps_the_answers_before_it(model, vocabulary):
    translator, server = model(says("nonsense"), fails(500))
    with pytest.raises(TranslationError, match="failed"):
        translator.translate(TEXT, vocabulary)
    server.script = [RIGHT]
    assert str(translator.translate(TEXT, vocabulary).readings[0].formula) == "F(key & F door)"
    assert len(server.requests) == 3


def test_record_asks_again_and_replay_never_asks(model, vocabulary):
    recording, server = model(RIGHT, says(plan("key", "door", order="strict")), mode="record")
    recording.translate(TEXT, vocabulary)
    recording.translate(TEXT, vocabulary)
    assert len(server.requests) == 2
    replaying, _ = model(RIGHT, base_url=server.url, mode="replay")
    assert str(replaying.translate(TEXT, vocabulary).readings[0].formula) == "!door U key & F door"
    with pytest.raises(TranslationError, match=r"never recorded.*LANTERN_LLM_MODE=record"):
        replaying.translate("Something else with the key.", vocabulary)
    assert len(server.requests) == 2


def test_replay_needs_neither_server_nor_client_library(model, vocabulary, monkeypatch):
    import sys

    recording, server = model(RIGHT)
    recording.translate(TEXT, vocabulary)
    server.close()
    monkeypatch.setitem(sys.modules, "openai", None)
    replaying, _ = model(RIGHT, base_url=server.url, mode="replay")
    assert replaying.translate(TEXT, vocabulary).tokens.calls == 0


def test_missing_client_library_is_explained(model, vocabulary, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "openai", None)
    translator, _ = model(RIGHT)
    with pytest.raises(TranslationError, match=r"pip install 'lantern-rl\[llm\]'"):
        translator.translate(TEXT, vocabulary)


def test_mode_off_writes_nothing(model, vocabulary):
    translator, server = model(RIGHT, mode="off")
    translator.translate(TEXT, vocabulary)
    translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 2
    assert not translator.settings.cache.exists()


def test_store_holds_no_key(model, vocabulary):
    translator, server = model(RIGHT, api_key="very-secret-key")
    translator.translate(TEXT, vocabulary)
    assert server.keys == ["Bearer very-secret-key"]
    kept = [path.read_text() for path in translator.settings.cache.rglob("*") if path.is_file()]
    assert kept and not any("very-secret-key" in text for text in kept)


def test_refusals_and_cut_off_answers_are_not_stored(model, vocabulary):
    translator, server = model(says("{", "length"), RIGHT)
    translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 2 and len(files(translator.settings)) == 1


def test_damaged_file_counts_as_missing(model, vocabulary):
    translator, server = model(RIGHT)
    translator.translate(TEXT, vocabulary)
    files(translator.settings)[0].write_text('{"answer": {"conte')
    translator.translate(TEXT, vocabulary)
    assert len(server.requests) == 2


def test_store_that_cannot_be_written_does_not_fail_the_translation(model, vocabulary, tmp_path):
    (tmp_path / "file").write_text("")
    translator, _ = model(RIGHT, cache=tmp_path / "file")
    assert translator.translate(TEXT, vocabulary).readings


def test_writers_at_the_same_time_leave_whole_files(tmp_path):
    store, name = Store(tmp_path), key({"a": 1})
    answers = [Answer(content=letter * 20_000) for letter in "abcdefgh"]
    threads = [threading.Thread(target=store.put, args=(name, answer, "m")) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.get(name)
    assert found is not None and found.content in {answer.content for answer in answers} and found.cached
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{name}.json"]
