"""Playing an environment by hand, with the task's progress beside it."""

from __future__ import annotations

import base64
import io
import secrets
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from lantern.errors import EnvError
from lantern.studio.tasks import Ask, automaton, state

if TYPE_CHECKING:
    from lantern.logic import DFA

MOST = 4  # games kept at once; the oldest is closed when another starts
_KEYS = {"up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight"}


class Start(Ask):
    """Start a game, with a task or without."""

    formula: str = Field(default="", max_length=20_000)
    seed: int = Field(default=0, ge=0)


class Move(BaseModel):
    """Take an action in a game."""

    model_config = ConfigDict(extra="forbid")
    game: str
    action: int = Field(ge=0)


class Game:
    """One environment being played.

    Parameters
    ----------
    env : str
        Its name.
    formula : str
        The task; "" to wander about.
    seed : int
        Seed of the first reset.
    """

    def __init__(self, env: str, formula: str, seed: int) -> None:
        self.env = open_env(env)
        self.dfa: DFA | None = automaton(env, formula) if formula else None
        self.path: list[int] = []
        _, info = self.env.reset(seed=seed)
        self.steps, self.reward, self.over = 0, 0.0, False
        self.state = 0 if self.dfa is None else int(self.dfa.initial)
        self._read(info)

    def move(self, action: int) -> None:
        """Take an action; nothing happens once the game is over."""
        if self.over:
            return
        space = self.env.action_space
        if not isinstance(space, gymnasium.spaces.Discrete) or action >= int(space.n):
            raise EnvError(f"The action {action} does not exist here. Choose one of those on the page.")
        _, reward, terminated, truncated, info = self.env.step(int(space.start) + action)
        self.steps += 1
        self.reward += float(reward)
        self.over = bool(terminated or truncated)
        self._read(info)

    def _read(self, info: dict[str, Any]) -> None:
        """Let the automaton read the label of this step."""
        vocabulary = self.env.get_wrapper_attr("vocabulary")
        self.label = sorted(vocabulary.label(int(info["label"])))
        if self.dfa is not None:
            self.state = self.dfa.step(self.state, self.label)
            decided = bool(self.dfa.settled[self.state]) or not bool(self.dfa.live[self.state])
            self.over = self.over or decided

    def shown(self) -> dict[str, Any]:
        """What the page shows of the game now."""
        return {
            "steps": self.steps,
            "reward": self.reward,
            "label": self.label,
            "over": self.over,
            "state": None if self.dfa is None else state(self.dfa, self.state),
            **picture(self.env, self.path),
        }

    def close(self) -> None:
        """Free what the environment holds."""
        self.env.close()


def open_env(name: str) -> gymnasium.Env[Any, Any]:
    """Make an environment that can be drawn, where it can be, and played with a few buttons.

    Raises
    ------
    EnvError
        If its actions are not a small set.
    """
    from lantern.envs import make_env

    try:
        env = make_env(name, render_mode="rgb_array")
    except Exception:
        env = make_env(name)  # not every environment can draw itself; its own complaint is the better one
    space = env.action_space
    if not isinstance(space, gymnasium.spaces.Discrete) or int(space.n) > 24:
        raise EnvError(f"{name} cannot be played by hand: its actions are {space}, not a few buttons.")
    return env


def actions(env: gymnasium.Env[Any, Any]) -> list[dict[str, str]]:
    """Names of the actions and the keys for them."""
    world = getattr(env.unwrapped, "world", None)
    names = tuple(world.file.actions) if world is not None else ()
    space = env.action_space
    assert isinstance(space, gymnasium.spaces.Discrete)
    names = names or _enumerated(env) or tuple(f"action {n}" for n in range(int(space.n)))
    return [{"name": name, "key": _KEYS.get(name, "")} for name in names]


def _enumerated(env: gymnasium.Env[Any, Any]) -> tuple[str, ...]:
    """Action names where an environment keeps an enumeration of them, as MiniGrid does."""
    found = getattr(env.unwrapped, "actions", None)
    space = env.action_space
    assert isinstance(space, gymnasium.spaces.Discrete)
    try:
        names = tuple(str(action.name) for action in found)  # type: ignore[union-attr]
    except (TypeError, AttributeError):
        return ()
    return names if len(names) == int(space.n) else ()


def picture(env: gymnasium.Env[Any, Any], path: list[int]) -> dict[str, str]:
    """Draw an environment: a grid as SVG in the colours of the page, anything else as it draws itself."""
    from lantern.envs.grid.env import GridEnv

    inner = env.unwrapped
    if isinstance(inner, GridEnv):
        return {"svg": _grid(inner, path), "image": ""}
    frame = env.render() if env.render_mode == "rgb_array" else None
    if not isinstance(frame, np.ndarray):
        return {"svg": "", "image": ""}
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.asarray(frame, dtype=np.uint8)).save(file, "PNG")
    return {"svg": "", "image": "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")}


def _grid(env: Any, path: list[int]) -> str:
    from lantern.envs.grid.kernel import CELL
    from lantern.envs.grid.render import present_tiles
    from lantern.experiments.report.gridmap import centre, draw_map

    cell = int(env.state[CELL])
    if not path or path[-1] != cell:
        path.append(cell)
    points = [centre(visited, env.drawn.width) for visited in path]
    return draw_map(env.drawn, points, "game", present_tiles(env))


class Games:
    """The games being played, by a number that cannot be guessed; a few are kept, the oldest is closed."""

    def __init__(self) -> None:
        self._games: OrderedDict[str, Game] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, ask: Start) -> dict[str, Any]:
        """Start a game and show it."""
        game = Game(ask.env, ask.formula, ask.seed)
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._games[name] = game
            while len(self._games) > MOST:
                self._games.popitem(last=False)[1].close()
            return {"game": name, "actions": actions(game.env), **game.shown()}

    def move(self, ask: Move) -> dict[str, Any]:
        """Take an action and show what it led to."""
        with self._lock:
            game = self._games.get(ask.game)
            if game is None:
                raise EnvError("This game has been closed. Start it again.")
            game.move(ask.action)
            return game.shown()

    def close(self) -> None:
        """Close all games."""
        with self._lock:
            for game in self._games.values():
                game.close()
            self._games.clear()
