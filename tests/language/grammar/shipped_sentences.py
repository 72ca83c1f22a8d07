"""The sentences that are shipped with the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lantern.logic import Vocabulary

DATA = Path(__file__).resolve().parents[1] / "data"


def sentences(name: str) -> list[dict[str, Any]]:
    """Sentences of one half, with their meanings and traces."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text().splitlines()]


def vocabularies() -> dict[str, Vocabulary]:
    """The vocabularies that the sentences name."""
    texts: dict[str, dict[str, Any]] = json.loads((DATA / "vocabularies.json").read_text())
    return {name: Vocabulary.from_dict(propositions) for name, propositions in texts.items()}
