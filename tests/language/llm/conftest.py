"""Fixtures of the language model's tests: a vocabulary, and a server that follows a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loopback import Behaviour, LoopbackServer

from lantern.language.llm import LLMSettings, LLMTranslator
from lantern.logic import Vocabulary


@pytest.fixture(autouse=True)
def no_settings_from_outside(clean_environment: None) -> None:
    """No test here may find a model, a key or a cache of the machine it runs on."""


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        {
            "key": "the agent picks up the key",
            "door": "the agent opens the door",
            "lava": "the agent is on lava",
            "home": "the agent is at home",
        }
    )


@pytest.fixture
def serve() -> Iterator[Callable[..., LoopbackServer]]:
    servers: list[LoopbackServer] = []

    def start(*script: Behaviour) -> LoopbackServer:
        servers.append(LoopbackServer(*script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def model(serve: Callable[..., LoopbackServer]) -> Callable[..., tuple[LLMTranslator, LoopbackServer]]:
    """A translator and the scripted server it talks to; one sample unless said otherwise."""

    def make(*script: Behaviour, **settings: Any) -> tuple[LLMTranslator, LoopbackServer]:
        server = serve(*script)
        options = {"model": "loopback", "base_url": server.url, "samples": 1, "timeout": 5.0, "retries": 0}
        return LLMTranslator(LLMSettings(**{**options, **settings})), server

    return make
