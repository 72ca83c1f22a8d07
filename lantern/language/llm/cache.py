"""A store of the model's answers: one JSON file each, so that nothing paid for is lost or paid for twice.

A file appears whole or not at all, and is written as soon as an answer arrives: a translation that was
interrupted goes on from there when it is asked for again. Keys and credentials never enter a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lantern.content import write_whole


@dataclass(frozen=True)
class Answer:
    """What a model said.

    Attributes
    ----------
    content : str
        Its text.
    finish : str
        Why it stopped, as the server put it: ``stop``, ``length``, ``content_filter`` ...
    refusal : str
        What it said when it refused; empty otherwise.
    input_tokens, output_tokens : int
        As the server counted them; 0 where it does not count.
    cached : bool
        Whether it came from the store.
    """

    content: str
    finish: str = "stop"
    refusal: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached: bool = False


def key(request: Mapping[str, Any]) -> str:
    """SHA-256 of everything that determines an answer: model, address, messages, schema, version ..."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """Answers by key in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str) -> Path:
        return self.folder / "llm" / name[:2] / f"{name}.json"

    def get(self, name: str) -> Answer | None:
        """Answer for a key; None if there is none or its file is damaged."""
        try:
            data = json.loads(self._path(name).read_text(encoding="utf-8"))
            return Answer(**{**data["answer"], "cached": True})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, answer: Answer, model: str) -> None:
        """Store an answer; a store that cannot be written is not worth failing a translation for."""
        path = self._path(name)
        fields = asdict(answer)
        del fields["cached"]
        data = {"model": model, "answer": fields}
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(data, ensure_ascii=False, indent=1).encode())
