"""Moving pictures of an agent at its task: GIF, or MP4 where ffmpeg is at hand."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.envs.narrate import NarratedEnv
from lantern.envs.task_env import TaskEnv
from lantern.errors import EnvError

Frame = NDArray[np.uint8]


def record(
    task_env: TaskEnv,
    policy: Callable[[Any, dict[str, Any]], Any],
    path: str | Path,
    *,
    episodes: int = 1,
    seed: int | None = 0,
    fps: float = 6.0,
    max_steps: int = 1_000,
) -> Path:
    """Film an agent.

    Parameters
    ----------
    task_env : TaskEnv
        A task on an environment that renders ``rgb_array``; our own worlds do so in any render mode.
    policy : callable
        ``policy(observation, info) -> action`` on what `task_env` returned last.
    path : str or Path
        A ``.gif`` or ``.mp4`` file.
    episodes : int
        How many episodes.
    seed : int, optional
        Seed of the first episode.
    fps : float
        Steps shown in a second. The last picture of an episode stays for a second.
    max_steps : int
        Most steps of an episode to film.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    EnvError
        If the environment draws no pictures, the ending of the file is another, or ffmpeg is missing for MP4.
    """
    target = Path(path)
    writers = {".gif": _write_gif, ".mp4": _write_mp4}
    if target.suffix.lower() not in writers:
        raise EnvError(f"{target}: a film is written as .gif or .mp4. Change the ending of the file.")
    env = NarratedEnv(task_env)
    frames = [
        frame
        for n in range(episodes)
        for frame in _film(env, policy, seed if n == 0 else None, fps, max_steps)
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    writers[target.suffix.lower()](frames, target, fps)
    return target


def _film(
    env: NarratedEnv,
    policy: Callable[[Any, dict[str, Any]], Any],
    seed: int | None,
    fps: float,
    max_steps: int,
) -> Iterator[Frame]:
    """Pictures of one episode."""
    observation, info = env.reset(seed=seed)
    picture = _picture(env)
    yield picture
    for _ in range(max_steps):
        observation, _, terminated, truncated, info = env.step(policy(observation, info))
        picture = _picture(env)
        yield picture
        if terminated or truncated:
            break
    yield from [picture] * max(1, round(fps))


def _picture(env: NarratedEnv) -> Frame:
    draw = getattr(env.unwrapped, "picture", env.render)
    drawn = draw()
    if not isinstance(drawn, np.ndarray) or drawn.ndim != 3:
        raise EnvError("This environment draws no pictures. Make it with render_mode='rgb_array'.")
    return drawn.astype(np.uint8)


def _write_gif(frames: list[Frame], path: Path, fps: float) -> None:
    from PIL import Image

    first, *rest = [Image.fromarray(frame).quantize(64) for frame in frames]
    first.save(path, save_all=True, append_images=rest, duration=round(1000 / fps), loop=0)


def _write_mp4(frames: list[Frame], path: Path, fps: float) -> None:
    """Pipe raw pictures into ffmpeg."""
    height, width = frames[0].shape[:2]
    if height % 2 or width % 2:  # the codec wants even sizes
        frames = [frame[: height - height % 2, : width - width % 2] for frame in frames]
        height, width = frames[0].shape[:2]
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", "-"]
    command = [_ffmpeg(), "-y", "-loglevel", "error", *source, "-pix_fmt", "yuv420p", str(path)]
    data = b"".join(np.ascontiguousarray(frame).tobytes() for frame in frames)
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        raise EnvError(f"{path}: ffmpeg could not write it: {done.stderr.decode(errors='replace').strip()}")


def _ffmpeg() -> str:
    """The ffmpeg of the system, or the one that the package imageio-ffmpeg brings."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise EnvError(
            "MP4 needs ffmpeg, which was not found. Install it (pip install imageio-ffmpeg), or write a .gif."
        ) from None
