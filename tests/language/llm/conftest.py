"""Fixtures of the language model's tests: a vocabulary, and a server that follows a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Behaviour, LoopbackServer

from lantern.language.llm import LLMSettings, LLMTranslator
from lantern.logic import Vocabulary


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests, and no cache of its user."""
    import os

    for name in list(os.environ):
        if name.startswith(("LANTERN_", "OPENAI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANTERN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


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
