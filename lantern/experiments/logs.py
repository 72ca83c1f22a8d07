"""Handing curves on to TensorBoard or Weights & Biases, for those who watch their runs there.

Off by default. Each finished job is logged once, from its result in the store: a sweep that was killed and
goes on logs what is new, and logging again what is there changes nothing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from lantern.content import nearest
from lantern.errors import ContentError
from lantern.experiments.plan import Spec
from lantern.experiments.results import Job
from lantern.experiments.store import Store, whole

SCALARS = ("success", "length", "return")


class Logger(Protocol):
    """Takes note of finished jobs."""

    def log(self, job: Job) -> None:
        """Log one job, unless that was done before."""
        ...


def safe_name(text: str) -> str:
    """Make a name fit for a folder on any system."""
    return re.sub(r"[^\w.=,-]+", "_", text).strip("_") or "_"


def scalars(job: Job) -> list[tuple[int, dict[str, float]]]:
    """List the evaluations of a job: step, and value by name."""
    curve = job.curve
    columns = (curve.step, curve.success, curve.length, curve.return_)
    return [
        (int(step), {f"eval/{name}": float(value) for name, value in zip(SCALARS, values, strict=True)})
        for step, *values in zip(*columns, strict=True)
    ]


class TensorBoardLogger:
    """Event files below ``DIR/tensorboard/<target>/<agent>/<seed>``; needs the package tensorboard."""

    def __init__(self, store: Store) -> None:
        try:
            from tensorboard.summary.writer import event_file_writer
        except ModuleNotFoundError:
            raise ContentError(
                "Logging to TensorBoard needs the package tensorboard. Install it with: "
                "pip install 'lantern-rl[tensorboard]'."
            ) from None
        self._writer = event_file_writer.EventFileWriter
        self.store = store

    def log(self, job: Job) -> None:
        """Write one job's event file whole or not at all."""
        names = (name for name in (job.target, job.condition, job.agent) if name)
        name = "/".join(["tensorboard", *map(safe_name, names), f"seed_{job.seed}_{job.key[:8]}"])
        if self.store.has(name):
            return
        place = self.store.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as part:
            self._write(part, job)
        self.store.publish(name)

    def _write(self, folder: Path, job: Job) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        writer = self._writer(str(folder))
        for step, values in scalars(job):
            items = [Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
            writer.add_event(Event(step=step, wall_time=float(step), summary=Summary(value=items)))
        writer.close()


class WandbLogger:
    """One run a job on Weights & Biases, named by the job's key; needs the package wandb."""

    def __init__(self, store: Store, project: str) -> None:
        try:
            import wandb
        except ModuleNotFoundError:
            raise ContentError(
                "Logging to Weights & Biases needs the package wandb. Install it with: "
                "pip install 'lantern-rl[wandb]'."
            ) from None
        self._wandb: Any = wandb
        self.project, self.store = project, store

    def log(self, job: Job) -> None:
        """Log one job as a run; a mark in the store keeps it from being logged twice."""
        mark = f"wandb-logged/{job.key}.json"
        if self.store.has(mark):
            return
        about = {"target": job.target, "condition": job.condition, "agent": job.agent, "seed": job.seed}
        about |= job.settings
        group = "/".join(name for name in (job.target, job.condition, job.agent) if name)
        run = self._wandb.init(
            project=self.project,
            id=job.key,
            name=f"{group}/{job.seed}",
            group=group,
            config=about,
            dir=str(self.store.folder),
            resume="allow",
        )
        for step, values in scalars(job):
            run.log(values, step=step)
        run.finish()
        self.store.write_record(mark, {})


def make_loggers(names: Sequence[str], store: Store, project: str) -> list[Logger]:
    """Make the loggers asked for.

    Parameters
    ----------
    names : sequence of {"tensorboard", "wandb"}
    store : Store
    project : str
        Name of the sweep.

    Raises
    ------
    ContentError
        If there is no such logger, or its package is missing.
    """
    known: dict[str, Callable[[], Logger]] = {
        "tensorboard": lambda: TensorBoardLogger(store),
        "wandb": lambda: WandbLogger(store, project),
    }
    for name in names:
        if name not in known:
            raise ContentError(f"There is no logger {name!r}. {nearest(name, known)}")
    return [known[name]() for name in names]


def log_to(loggers: Sequence[Logger], store: Store) -> Callable[[Spec], None] | None:
    """Return what the scheduler calls with each finished job; None without loggers."""
    if not loggers:
        return None

    working = list(loggers)

    def log(spec: Spec) -> None:
        job = store.read_job(spec.key) if spec.kind == "target" and working else None
        if job is None:
            return
        for logger in list(working):
            try:
                logger.log(job)
            except OSError:
                raise
            except Exception as error:  # whatever a service answers, the sweep is worth more
                working.remove(logger)
                warnings.warn(
                    f"{type(logger).__name__} failed ({type(error).__name__}: {error}) and is not used any "
                    "more. Run the same command again to log what is missing.",
                    stacklevel=2,
                )

    return log
