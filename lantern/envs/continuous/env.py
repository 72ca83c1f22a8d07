"""A continuous world as a Gymnasium environment."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from lantern.content import find
from lantern.envs.continuous.plane import Plane, read_plane
from lantern.envs.continuous.schema import Accelerate
from lantern.envs.drawing import Drawable
from lantern.envs.registration import content_name
from lantern.errors import LanternError
from lantern.logic.vocabulary import Vocabulary

#: The five actions of an agent with momentum, and their directions (right, down).
DIRECTIONS = {"stay": (0, 0), "up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


class Ball:
    """One disc of the running world: its centre and its velocity."""

    __slots__ = ("name", "radius", "vx", "vy", "x", "y")

    def __init__(
        self, name: str, radius: float, x: float, y: float, vx: float = 0.0, vy: float = 0.0
    ) -> None:
        self.name, self.radius = name, radius
        self.x, self.y, self.vx, self.vy = x, y, vx, vy


class PlaneEnv(Drawable, gymnasium.Env[NDArray[np.float32], Any]):
    """An agent among discs and walls in a plane; it labels itself, as a grid world does.

    The observation is a float32 vector scaled to [-1, 1]: the position, and, where the file says
    ``observe: all``, the velocity, then place and velocity of every disc.

    Parameters
    ----------
    plane : Plane or str or Path
        A world, or the name or path of its file.
    render_mode : str, optional
        ``ansi``, ``rgb_array`` or ``human``.

    Attributes
    ----------
    vocabulary : Vocabulary
        The propositions.
    max_steps : int
        Time limit, reported as truncation.
    caption : tuple of str
        Lines to write beside the picture.
    x, y : float
        Position of the agent.
    balls : list of Ball
        The discs.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array", "human"], "render_fps": 15}  # noqa: RUF012

    def __init__(self, plane: Plane | str | Path, render_mode: str | None = None) -> None:
        if not isinstance(plane, Plane):
            path = find("envs", plane)
            plane = read_plane(path, content_name(path))
        self.choose_render_mode(render_mode)
        self.plane = plane
        self.name = plane.name
        self.vocabulary: Vocabulary = plane.vocabulary
        self.max_steps: int = plane.file.limit
        file = plane.file
        n_discs = sum(len(disc.at) or disc.count for disc in file.discs.values())
        size = 2 if file.observe == "position" else 4 + 4 * n_discs
        self.observation_space = spaces.Box(-1.0, 1.0, (size,), np.float32)
        self._momentum = file.moves if isinstance(file.moves, Accelerate) else None
        if self._momentum is not None:
            self.action_space = spaces.Discrete(len(DIRECTIONS))
            self.action_names = tuple(DIRECTIONS)
        else:
            self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.x = self.y = self.vx = self.vy = 0.0
        self.balls: list[Ball] = []
        self._last: Ball | None = None
        self._steps = -1

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start an episode: the agent at its start, moving discs at random places."""
        super().reset(seed=seed)
        file = self.plane.file
        self.x, self.y = self._free_point(file.agent_radius) if isinstance(file.start, str) else file.start
        self.vx = self.vy = 0.0
        self.balls = [ball for name in file.discs for ball in self._place(name)]
        self._last, self._steps = None, 0
        touched = self._touched()
        label = self._masks(touched) if file.events == "standing" else 0
        if self.render_mode == "human":
            self.render()
        return self._observe(), {"label": label}

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Move the agent and the discs, and say what was touched.

        Raises
        ------
        LanternError
            If the action is not in the action space, or the environment was not reset.
        """
        if self._steps < 0:
            raise LanternError(f"{self.name} was stepped before its first reset(). Call reset().")
        self._steps += 1
        before = set(map(id, self._touched()))
        at_edge = self._accelerate(action) if self._momentum is not None else self._walk(action)
        for ball in self.balls:
            if ball.vx or ball.vy:
                self._drift(ball)
        label = self._label(before)
        file = self.plane.file
        reward = file.step_reward + (file.edge_reward if at_edge else 0.0)
        if self.render_mode == "human":
            self.render()
        return self._observe(), reward, False, self._steps >= self.max_steps, {"label": label}

    def _label(self, before: set[int]) -> int:
        """What holds after a step: all that is touched, or the first disc that was entered."""
        touched = self._touched()
        if self.plane.file.events == "standing":
            return self._masks(touched)
        for ball in touched:
            if id(ball) not in before and ball is not self._last:
                self._last = ball
                return self.plane.masks[ball.name]
        return 0

    def _masks(self, touched: list[Ball]) -> int:
        mask = 0
        for ball in touched:
            mask |= self.plane.masks[ball.name]
        return mask

    def _touched(self) -> list[Ball]:
        own = self.plane.file.agent_radius
        return [b for b in self.balls if math.hypot(b.x - self.x, b.y - self.y) <= b.radius + own]

    def _walk(self, action: Any) -> bool:
        """Move by the action; along one axis alone where the straight way is blocked."""
        dx, dy = (float(part) for part in action)
        if not (math.isfinite(dx) and math.isfinite(dy)):
            raise LanternError(f"The action {action!r} is not a pair of finite numbers.")
        dx, dy = min(1.0, max(-1.0, dx)), min(1.0, max(-1.0, dy))
        step = self.plane.file.moves.step  # type: ignore[union-attr]
        for part_x, part_y in ((dx, dy), (dx, 0.0), (0.0, dy)):
            x, y, at_edge = self._inside(self.x + step * part_x, self.y + step * part_y)
            if not self.plane.blocked(self.x, self.y, x, y):
                self.x, self.y = x, y
                return at_edge
        return False

    def _accelerate(self, action: Any) -> bool:
        """Change the velocity and move; edges and walls stop the agent."""
        if not 0 <= action < len(DIRECTIONS):
            raise LanternError(f"The action {action!r} does not exist. Known: {list(DIRECTIONS)}.")
        moves = self._momentum
        assert moves is not None
        right, down = DIRECTIONS[self.action_names[int(action)]]
        top = moves.top_speed
        self.vx = min(top, max(-top, self.vx + moves.change * right))
        self.vy = min(top, max(-top, self.vy + moves.change * down))
        x, y, at_edge = self._inside(self.x + self.vx * moves.seconds, self.y + self.vy * moves.seconds)
        if at_edge or self.plane.blocked(self.x, self.y, x, y):
            x, y = (self.x, self.y) if not at_edge else (x, y)
            self.vx = self.vy = 0.0
        self.x, self.y = x, y
        return at_edge

    def _inside(self, x: float, y: float) -> tuple[float, float, bool]:
        """A point moved back into the world, and whether that was needed."""
        file = self.plane.file
        own = file.agent_radius
        kept_x = min(file.high[0] - own, max(file.low[0] + own, x))
        kept_y = min(file.high[1] - own, max(file.low[1] + own, y))
        return kept_x, kept_y, kept_x != x or kept_y != y

    def _drift(self, ball: Ball) -> None:
        """Move a disc; it bounces off the edges of the world."""
        seconds = self._momentum.seconds if self._momentum is not None else 1.0
        file = self.plane.file
        low, high, own = file.low, file.high, ball.radius
        ball.x, ball.vx = _bounce(ball.x + ball.vx * seconds, ball.vx, low[0] + own, high[0] - own)
        ball.y, ball.vy = _bounce(ball.y + ball.vy * seconds, ball.vy, low[1] + own, high[1] - own)

    def _place(self, name: str) -> list[Ball]:
        """The discs of one name."""
        disc = self.plane.file.discs[name]
        places = list(disc.at) or [self._free_point(disc.radius) for _ in range(disc.count)]
        balls = []
        for x, y in places:
            angle = 2 * math.pi * self.np_random.random() if disc.speed else 0.0
            vx, vy = disc.speed * math.cos(angle), disc.speed * math.sin(angle)
            balls.append(Ball(name, disc.radius, x, y, vx, vy))
        return balls

    def _free_point(self, radius: float) -> tuple[float, float]:
        """A random point outside all walls."""
        file = self.plane.file
        while True:
            x, y = (
                float(self.np_random.uniform(low + radius, high - radius))
                for low, high in zip(file.low, file.high, strict=True)
            )
            if not self.plane.blocked(x, y, x, y) and not any(
                left <= x <= right and top <= y <= bottom for left, top, right, bottom in self.plane.walls
            ):
                return x, y

    def _observe(self) -> NDArray[np.float32]:
        file = self.plane.file
        (left, top), (right, bottom) = file.low, file.high
        wide, high = (right - left) / 2, (bottom - top) / 2
        values = [(self.x - left) / wide - 1, (self.y - top) / high - 1]
        if file.observe == "all":
            fastest = self._momentum.top_speed if self._momentum is not None else 1.0
            values += [self.vx / fastest, self.vy / fastest]
            for ball in self.balls:
                values += [(ball.x - left) / wide - 1, (ball.y - top) / high - 1]
                values += [ball.vx / fastest, ball.vy / fastest]
        return np.clip(np.array(values, dtype=np.float32), -1.0, 1.0)

    def text(self) -> str:
        """The world as text, with the caption beside it."""
        from lantern.envs.continuous.render import ansi

        return ansi(self)

    def picture(self) -> NDArray[np.uint8]:
        """The world as an image, uint8 array of shape (height, width, 3)."""
        from lantern.envs.continuous.render import rgb_array

        return rgb_array(self)

    def render(self) -> Any:
        """Draw the world: text for ``ansi``, an image for ``rgb_array``."""
        if self._steps < 0:
            raise LanternError("There is nothing to render before the first reset(). Call reset().")
        return self.draw()


def _bounce(value: float, speed: float, low: float, high: float) -> tuple[float, float]:
    if value < low:
        return 2 * low - value, abs(speed)
    if value > high:
        return 2 * high - value, -abs(speed)
    return value, speed


def load_continuous(path: str | Path, render_mode: str | None = None) -> PlaneEnv:
    """Read the file of a continuous world.

    Parameters
    ----------
    path : str or Path
        Name or path of the YAML file.
    render_mode : str, optional
        ``ansi``, ``rgb_array`` or ``human``.

    Raises
    ------
    ContentError
        Naming the file, the line, what is wrong and what to do.
    """
    return PlaneEnv(path, render_mode)
