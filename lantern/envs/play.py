"""Play a task by hand, in a terminal or anything else that can show text and take keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gymnasium import spaces

from lantern.envs.narrate import NarratedEnv
from lantern.envs.task_env import TaskEnv
from lantern.errors import EnvError

#: Keys of the named actions; arrow keys as terminals send them.
KEYS = {
    "w": "up",
    "s": "down",
    "a": "left",
    "d": "right",
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[D": "left",
    "\x1b[C": "right",
    "e": "interact",
    " ": "stay",
    ".": "stay",
}


@dataclass(frozen=True)
class Played:
    """How it went.

    Parameters
    ----------
    steps : int
        Steps of the last episode.
    success : bool
        Whether the task was done.
    finished : bool
        Whether the episode came to its end.
    """

    steps: int
    success: bool
    finished: bool


def play(
    task_env: TaskEnv, read: Callable[[str], str], write: Callable[[str], None], seed: int | None = None
) -> Played:
    """Let a person carry out a task.

    Parameters
    ----------
    task_env : TaskEnv
        A task on an environment with discrete actions; a grid world is drawn as text, with the state of the
        automaton and what remains in English beside it.
    read : callable
        ``read(prompt) -> str`` returns what was typed: one key, or several to be carried out one by one.
    write : callable
        Shows text.
    seed : int, optional
        Seed of the first episode.

    Returns
    -------
    Played
        When ``q`` was typed, the input ended, or the episode was over and not played again (``r``).

    Raises
    ------
    EnvError
        If the actions are not discrete.
    """
    if not isinstance(task_env.action_space, spaces.Discrete):
        raise EnvError("Only environments with discrete actions can be played by keys. Choose a grid world.")
    return _Game(task_env, read, write).run(seed)


class _Game:
    def __init__(self, task_env: TaskEnv, read: Callable[[str], str], write: Callable[[str], None]) -> None:
        self.env = NarratedEnv(task_env)
        self.read, self.write = read, write
        self.keys = action_keys(task_env)
        self.steps, self.success, self.over = 0, False, False

    def run(self, seed: int | None) -> Played:
        """Read keys and carry them out until there is no more to do."""
        self.begin(seed)
        while True:
            self.show()
            try:
                typed = self.read("Play again with r, quit with q: " if self.over else self.prompt())
            except (EOFError, KeyboardInterrupt):
                break
            if not all(self.press(key) for key in split_keys(typed)):
                break
        return Played(self.steps, self.success, self.over)

    def begin(self, seed: int | None = None) -> None:
        """Start an episode."""
        self.env.reset(seed=seed)
        self.steps, self.success, self.over = 0, False, False

    def press(self, key: str) -> bool:
        """Carry out one key; False to stop playing."""
        if key == "q":
            return False
        if key == "r":
            self.begin()
        elif not self.over and key in self.keys:
            _, _, terminated, truncated, info = self.env.step(self.keys[key])
            self.steps += 1
            self.over = bool(terminated or truncated)
            self.success = bool(info.get("success", False))
        elif not self.over:
            self.write(f"The key {key!r} does nothing here.")
        return True

    def show(self) -> None:
        """Draw the map, or only the story where there is none."""
        drawn = _drawing(self.env)
        self.write(drawn if drawn is not None else "\n".join(self.env.lines))

    def prompt(self) -> str:
        """Which keys there are."""
        names = action_names(self.env)
        shown = {key: names[action] for key, action in self.keys.items() if key.isprintable() and key != " "}
        told = [f"{key} {name}" if key != name else key for key, name in shown.items()]
        return f"{', '.join(told)}, r restart, q quit: "


def action_names(env: Any) -> tuple[str, ...]:
    """Names of the actions: those of the world where it has some, else their numbers."""
    named = getattr(env.unwrapped, "action_names", None)
    return tuple(named) if named is not None else tuple(str(n) for n in range(int(env.action_space.n)))


def action_keys(env: Any) -> dict[str, int]:
    """Key -> action: letters and arrows for named actions, digits for others."""
    names = action_names(env)
    if names[0].isdigit():
        return {name: number for number, name in enumerate(names[:10])}
    return {key: names.index(name) for key, name in KEYS.items() if name in names}


def split_keys(typed: str) -> list[str]:
    """Single keys out of what was typed; an arrow key is three characters."""
    keys, rest = [], typed.strip("\r\n")
    while rest:
        length = 3 if rest.startswith("\x1b[") else 1
        keys.append(rest[:length])
        rest = rest[length:]
    return keys


def _drawing(env: NarratedEnv) -> str | None:
    """The world as text, where it can draw itself so in any render mode."""
    draw = getattr(env.unwrapped, "text", None)
    return draw() if draw is not None else None
