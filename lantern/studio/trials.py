"""A small sweep started from the page: a file, a process, and curves that grow while it runs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantern.errors import ContentError, LanternError
from lantern.experiments.report.measures import Measures
from lantern.experiments.report.methods import hero, title
from lantern.experiments.report.palette import styles


class Place(BaseModel):
    """An environment and a task: by name, or in English."""

    model_config = ConfigDict(extra="forbid")
    env: str = Field(min_length=1, max_length=500)
    task: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=5000)
    formula: str = Field(default="", max_length=20_000)

    @model_validator(mode="after")
    def _one(self) -> Place:
        if sum(map(bool, (self.task, self.text, self.formula))) != 1:
            raise ValueError("give a task by name, in English or as a formula")
        return self

    def entry(self) -> dict[str, Any]:
        """What the sweep file says of it."""
        if self.task:
            return {"env": self.env, "task": self.task}
        return {"env": self.env, "task": {"text": self.text} if self.text else {"formula": self.formula}}


class NewSweep(BaseModel):
    """What the page asks for."""

    model_config = ConfigDict(extra="forbid")
    target: Place
    sources: list[Place] = Field(default_factory=list, max_length=12)
    agents: list[str] = Field(min_length=1, max_length=12)
    seeds: int = Field(default=5, ge=1, le=50)
    steps: int = Field(default=20_000, ge=1000, le=1_000_000)


class Trials:
    """The sweep that the page has started, one at a time.

    Parameters
    ----------
    workspace : Path
        Where ``runs/`` is.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.folder: Path | None = None
        self.command = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the sweep is still being run."""
        return self._process is not None and self._process.poll() is None

    def start(self, ask: NewSweep) -> dict[str, Any]:
        """Write the sweep's file and start a process that runs it.

        Raises
        ------
        LanternError
            If another sweep is running, or the file would not be valid.
        """
        import yaml

        from lantern.experiments.sweeping import make_plan

        if self.running:
            raise LanternError("A sweep is running. Stop it, or wait until it has ended.")
        folder = self._new_folder()
        file = folder / f"{folder.name}.yaml"
        text = yaml.safe_dump(sweep_file(ask), sort_keys=False, allow_unicode=True)
        file.write_text(text, encoding="utf-8")
        try:
            make_plan(file)  # says what is wrong before anything is started
        except LanternError:
            shutil.rmtree(folder)
            raise
        self._close_log()
        self._log = (folder / "studio.log").open("wb")
        command = ["sweep", str(file), "--out", str(folder)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lantern.cli", *command],
            cwd=self.workspace,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self.folder = folder
        self.command = f"lantern {shlex.join(command)}"
        return {"command": self.command, "folder": str(folder)}

    def _new_folder(self) -> Path:
        stamp = time.strftime("studio-%Y%m%d-%H%M%S")
        for name in (stamp, *(f"{stamp}-{number}" for number in range(2, 100))):
            folder = self.workspace / "runs" / name
            if not folder.exists():
                folder.mkdir(parents=True)
                return folder
        raise LanternError(f"There are too many folders {stamp}* in runs/. Wait a second.")

    def stop(self) -> dict[str, Any]:
        """Stop the sweep; what is finished is kept."""
        if self.running and self._process is not None:
            self._process.send_signal(2)  # as Ctrl-C would: the jobs in flight end, the store stays whole
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self.status()

    def status(self) -> dict[str, Any]:
        """How far the sweep is, with the curves so far."""
        if self.folder is None:
            return {"started": False}
        code = None if self._process is None else self._process.poll()
        status: dict[str, Any] = {"started": True, "running": self.running, "command": self.command}
        if code not in (None, 0):
            status["error"] = self._last_words()
        status["report"] = (self.folder / "report.html").is_file() and not self.running
        return {**status, **progress(self.folder)}

    def report(self) -> Path | None:
        """Page of the last sweep; None where there is none yet."""
        path = None if self.folder is None else self.folder / "report.html"
        return path if path is not None and path.is_file() else None

    def close(self) -> None:
        """Stop what is running."""
        if self.running and self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._close_log()

    def _close_log(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def _last_words(self) -> str:
        if self.folder is None:
            return ""
        text = (self.folder / "studio.log").read_text(encoding="utf-8", errors="replace")
        return text.strip()[-2000:] or "The sweep stopped without saying why."


def sweep_file(ask: NewSweep) -> dict[str, Any]:
    """What the page asked for, as a sweep file says it."""
    baseline = "product_q" if "product_q" in ask.agents else ask.agents[0]
    return {
        "target": ask.target.entry(),
        "sources": [source.entry() for source in ask.sources],
        "agents": sorted(ask.agents, key=lambda agent: agent != baseline),
        "baseline": baseline,
        "seeds": ask.seeds,
        "steps": ask.steps,
        "evaluate": {"every": ask.steps // 50, "episodes": 10},
    }


def progress(folder: Path) -> dict[str, Any]:
    """Jobs done and curves so far, from the store alone."""
    from lantern.experiments.loading import load_results

    try:
        results = load_results(folder)
    except ContentError:
        return {"done": 0, "total": 0, "curves": []}
    measures = Measures(results)
    looks = styles(results.agents, hero(results.agents, results.baseline), results.baseline)
    [target, *_] = results.targets
    shown = []
    for agent in measures.agents:
        line = measures.line(target, agent)
        shown.append(
            {
                "agent": title(agent),
                "colour": looks[agent].colour.variable,
                "dash": list(looks[agent].dash),
                "width": looks[agent].width,
                "seeds": line.seeds,
                "step": line.step.tolist(),
                "estimate": line.estimate.tolist(),
                "low": None if line.low is None else line.low.tolist(),
                "high": None if line.high is None else line.high.tolist(),
            }
        )
    done = len(results.jobs)
    return {
        "done": done,
        "total": done + results.missing + len(results.failures),
        "failed": len(results.failures),
        "sources": len(results.teachers),
        "budget": results.steps,
        "threshold": results.threshold,
        "curves": shown,
    }
