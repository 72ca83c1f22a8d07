"""Learning curves from elsewhere, to be compared with ours.

Read are Stable-Baselines3's ``monitor.csv`` and ``evaluations.npz``, TensorBoard event files (those of
CleanRL among them), and plain tables with a column of steps.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import ContentError
from lantern.experiments.results import Curve

Floats = NDArray[np.float64]

SUCCESS_TAGS = ("eval/success_rate", "eval/success", "rollout/success_rate", "charts/success_rate")
RETURN_TAGS = ("eval/mean_reward", "eval/return", "charts/episodic_return", "rollout/ep_rew_mean")
LENGTH_TAGS = ("eval/mean_ep_length", "eval/length", "charts/episodic_length", "rollout/ep_len_mean")
WINDOW = 100  # episodes averaged where a log has single episodes, as Stable-Baselines3 does


def read_curve(path: Path, success_return: float | None = None) -> Curve:
    """Read one run.

    Parameters
    ----------
    path : Path
        ``monitor.csv`` (or ``*.monitor.csv``), ``evaluations.npz``, a TensorBoard event file, a folder that
        holds one of these, or a CSV table with a column ``step``.
    success_return : float, optional
        Return from which on an episode counts as a success, where the log has returns only.

    Returns
    -------
    Curve
        ``success`` is NaN throughout where neither the log nor ``success_return`` tells it.

    Raises
    ------
    ContentError
        If there is no such file, or nothing in it is a curve.
    """
    found = _locate(path)
    try:
        if found.suffix == ".npz":
            return _evaluations(found, success_return)
        if "tfevents" in found.name:
            return _tensorboard(found, success_return)
        if found.name.endswith("monitor.csv"):
            return _monitor(found, success_return)
        return _table(found, success_return)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ContentError(f"{found}: not a learning curve that can be read ({error}).") from None


def _locate(path: Path) -> Path:
    """Find the log in a folder; the most telling kind first."""
    if path.is_file():
        return path
    for pattern in ("evaluations.npz", "*tfevents*", "*monitor.csv", "*.csv"):
        if files := sorted(path.glob(pattern)):
            return files[0]
    raise ContentError(
        f"{path} is neither a log nor a folder with one. Expected evaluations.npz, monitor.csv, a "
        "TensorBoard event file or a CSV table with a column 'step'."
    )


def _as_success(returns: Floats, success_return: float | None) -> Floats:
    if success_return is None:
        return np.full(returns.shape, np.nan)
    return (returns >= success_return).astype(np.float64)


def _evaluations(path: Path, success_return: float | None) -> Curve:
    """EvalCallback's file: ``timesteps`` [E], ``results`` and ``ep_lengths`` [E, episodes], ``successes``."""
    with np.load(path, allow_pickle=False) as data:
        returns = np.asarray(data["results"], dtype=np.float64)
        success = data["successes"] if "successes" in data else _as_success(returns, success_return)
        lengths = np.asarray(data["ep_lengths"], dtype=np.float64)
        step = np.asarray(data["timesteps"], dtype=np.int64)
    return Curve(step, np.asarray(success, dtype=np.float64).mean(1), lengths.mean(1), returns.mean(1))


def _running_mean(values: Floats, window: int = WINDOW) -> Floats:
    """Mean of the last ``window`` values at each point, of fewer at the start."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, values.size + 1)
    start = np.maximum(end - window, 0)
    return np.asarray((total[end] - total[start]) / (end - start))


def _monitor(path: Path, success_return: float | None) -> Curve:
    """Monitor's file: a JSON comment, then a row an episode: return r, length l, perhaps is_success."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    if not rows:
        raise ValueError("it holds no episode")
    returns = np.array([float(row["r"]) for row in rows])
    lengths = np.array([float(row["l"]) for row in rows])
    if rows[0].get("is_success") is not None:
        success = np.array([float(row["is_success"] in ("True", "1", "1.0")) for row in rows])
    else:
        success = _as_success(returns, success_return)
    step = np.cumsum(lengths).astype(np.int64)
    return Curve(step, _running_mean(success), _running_mean(lengths), _running_mean(returns))


def _tensorboard(path: Path, success_return: float | None) -> Curve:
    """Event file: the first tag known for success, return and length each."""
    try:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    except ModuleNotFoundError:
        raise ContentError(
            "Reading TensorBoard files needs the package tensorboard. Install it with: "
            "pip install 'lantern-rl[tensorboard]'."
        ) from None
    events = EventAccumulator(str(path), size_guidance={"scalars": 0})
    events.Reload()
    tags = events.Tags()["scalars"]
    known = (SUCCESS_TAGS, RETURN_TAGS, LENGTH_TAGS)
    chosen = [next((tag for tag in choices if tag in tags), "") for choices in known]
    main = chosen[0] or chosen[1]
    if not main:
        raise ValueError(f"no scalar is a success rate or a return; it has: {', '.join(sorted(tags))}")
    step = np.unique([point.step for point in events.Scalars(main)])
    columns = [_scalar(events, tag, step) for tag in chosen]
    if not chosen[0]:
        columns[0] = _as_success(columns[1], success_return)
    return Curve(step.astype(np.int64), *_order(columns))


def _scalar(events: Any, tag: str, step: NDArray[Any]) -> Floats:
    """Values of a scalar at given steps, each holding until the next; NaN where there is no such scalar."""
    if not tag:
        return np.full(step.size, np.nan)
    points = {point.step: point.value for point in events.Scalars(tag)}  # the last of several at one step
    known = np.array(sorted(points))
    position = np.maximum(np.searchsorted(known, step, side="right") - 1, 0)
    return np.array([points[int(one)] for one in known[position]], dtype=np.float64)


def _order(columns: list[Floats]) -> tuple[Floats, Floats, Floats]:
    """Success, length, return: as a curve has them."""
    success, returns, lengths = columns
    return success, lengths, returns


def _table(path: Path, success_return: float | None) -> Curve:
    """Plain table: a column of steps (``step``, ``steps``, ``timesteps`` or ``global_step``) and values."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    if not rows:
        raise ValueError("it holds no row")
    names = {name.strip().lower(): name for name in rows[0] if name}

    def column(*choices: str) -> Floats | None:
        name = next((names[choice] for choice in choices if choice in names), None)
        return None if name is None else np.array([float(row[name]) for row in rows])

    step = column("step", "steps", "timesteps", "global_step")
    if step is None:
        raise ValueError("it has no column 'step'")
    nothing = np.full(step.size, np.nan)
    returns = column("return", "reward", "episodic_return", "value")
    returns = nothing if returns is None else returns
    success = column("success", "success_rate", "is_success")
    success = _as_success(returns, success_return) if success is None else success
    lengths = column("length", "ep_length", "episodic_length")
    return Curve(step.astype(np.int64), success, nothing if lengths is None else lengths, returns)
