"""A long measurement in pieces: each is kept on disk as soon as it is there, and none is measured twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lantern.content import write_whole
from lantern.errors import LanternError
from lantern.experiments.versions import code_digest

CODE = ("surrogates/process", "surrogates/record.py", "envs/incinerator", "experiments/emission/transfer.py")
"""The parts of the package that decide what a surrogate's scores are."""


class Pieces:
    """Results by name in a folder, with the code that they came from.

    Parameters
    ----------
    folder : str or Path
    minutes : float
        CPU time after which no further piece is begun.
    """

    def __init__(self, folder: str | Path, minutes: float = float("inf")) -> None:
        self.folder, self.minutes = Path(folder), minutes
        self.code = code_digest(CODE)
        self.begun = time.process_time()
        self.folder.mkdir(parents=True, exist_ok=True)

    def measure(self, names: Iterable[str], work: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """All pieces, those that are missing measured now.

        Raises
        ------
        LanternError
            If the time is up before all are there; the next call goes on.
        """
        names = list(names)
        missing = [name for name in names if self.read(name) is None]
        for done, name in enumerate(missing):
            if time.process_time() - self.begun > 60.0 * self.minutes:
                there = len(names) - len(missing) + done
                raise LanternError(
                    f"{there} of {len(names)} pieces are measured in {self.folder}. "
                    "Run the same command again to go on."
                )
            started = time.process_time()
            found = work(name)
            self._write(name, {**found, "code": self.code, "cpu": time.process_time() - started})
        return {name: self.read(name) for name in names}

    def read(self, name: str) -> dict[str, Any] | None:
        """A piece that this code has measured; None where there is none."""
        try:
            found = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and found.get("code") == self.code else None

    def _write(self, name: str, found: dict[str, Any]) -> None:
        write_whole(self.folder / f"{name}.json", json.dumps(found).encode())
