"""How a wanted form is passed on to a server, and what the server has been found to take.

Enforced schema, then JSON with a schema, then plain text: a server that rejects a rung, or accepts it and
does not keep to it, is asked on the next. Parameters that it rejects by name are left out. What works is
kept in the folder of the cache for a week, since servers get better.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any

from lantern.content import write_whole
from lantern.language.llm.settings import LLMSettings

RUNGS = ("json_schema", "json_object", "text")
_WEEK = 7 * 24 * 3600


class Ladder:
    """The rung of one server and model.

    Parameters
    ----------
    settings : LLMSettings
        Names the server, the model and the cache.
    """

    def __init__(self, settings: LLMSettings) -> None:
        self._path = settings.cache / "llm" / "servers.json"
        self._keep = settings.mode != "off"
        self._name = f"{settings.address} {settings.model}"
        self.rung: str = RUNGS[0]
        self.without: frozenset[str] = frozenset()
        known = self._read().get(self._name, {})
        if known.get("rung") in RUNGS and known.get("time", 0) > time.time() - _WEEK:
            self.rung, self.without = known["rung"], frozenset(known.get("without", ()))
        self._kept = (self.rung, self.without)

    def adapt(self, parameters: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as this server takes them."""
        request = {name: value for name, value in parameters.items() if name not in self.without}
        if "max_tokens" in self.without:
            request["max_completion_tokens"] = parameters["max_tokens"]
        if self.rung == "json_schema":
            described = {"name": "task", "strict": True, "schema": schema}
            request["response_format"] = {"type": "json_schema", "json_schema": described}
        elif self.rung == "json_object":
            request["response_format"] = {"type": "json_object", "schema": schema}
        return request

    def learn_from(self, complaint: str) -> bool:
        """Change what is sent after a rejection; False if there is nothing left to change."""
        for name in ("max_tokens", "temperature", "seed"):
            if name not in self.without and f"'{name}'" in complaint:
                self.without |= {name}
                return True
        return self.step_down()

    def step_down(self) -> bool:
        """Take the next rung; False on the last."""
        position = RUNGS.index(self.rung)
        if position + 1 == len(RUNGS):
            return False
        self.rung = RUNGS[position + 1]
        return True

    def forget(self) -> None:
        """Go back to what was known: nothing that was tried helped, so the rung was not to blame."""
        self.rung, self.without = self._kept

    def keep(self) -> None:
        """Remember what has just worked."""
        if (self.rung, self.without) == self._kept or not self._keep:
            return
        self._kept = (self.rung, self.without)
        entry = {"rung": self.rung, "without": sorted(self.without), "time": int(time.time())}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(self._read() | {self._name: entry}, indent=1).encode())

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) and self._keep else {}
