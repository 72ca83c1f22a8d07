"""A grid world as a Gymnasium environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from lantern.content import find
from lantern.envs.catalogue import Catalogue
from lantern.envs.drawing import Drawable
from lantern.envs.grid.generate import ready
from lantern.envs.grid.maps import Map
from lantern.envs.grid.observe import observation_space
from lantern.envs.grid.simulators import Simulator, make_simulator
from lantern.envs.grid.world import World, read_world
from lantern.envs.registration import content_name
from lantern.envs.tabular import TabularModel
from lantern.errors import LanternError
from lantern.logic.vocabulary import Vocabulary


class GridEnv(Drawable, gymnasium.Env[Any, Any]):
    """A grid world that labels itself: ``info["label"]`` is a bit mask over `vocabulary`.

    The observation is what the file says: the cell as one number (``row * width + column``), its row and
    column, or binary planes of the whole map (agent, walls, one a tile) and one plane an item that holds its
    count. The time limit of the file is reported as truncation.

    Parameters
    ----------
    world : World or str or Path
        A compiled world, or the name or path of its file.
    render_mode : str, optional
        ``ansi``, ``rgb_array`` or ``human``.

    Attributes
    ----------
    vocabulary : Vocabulary
        The propositions.
    max_steps : int
        Time limit.
    action_names : tuple of str
        What the actions do.
    caption : tuple of str
        Lines to write beside the map when it is rendered.

    Examples
    --------
    >>> env = GridEnv("dungeon_quest/teacher")
    >>> observation, info = env.reset(seed=0)
    >>> observation, env.vocabulary.label(info["label"])
    (0, frozenset())
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array", "human"], "render_fps": 8}  # noqa: RUF012

    def __init__(self, world: World | str | Path, render_mode: str | None = None) -> None:
        if not isinstance(world, World):
            world = load_world(world)
        self.choose_render_mode(render_mode)
        self.world = world
        self.name = world.name
        self.vocabulary: Vocabulary = world.vocabulary
        self.max_steps: int = world.file.limit
        self.observation_space = observation_space(world)
        self.action_space = spaces.Discrete(len(world.file.actions))
        self.action_names: tuple[str, ...] = world.file.actions
        self._n_actions = len(world.file.actions)
        self._simulator: Simulator = make_simulator(world)
        self._steps = -1

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode; random maps and start cells come from `seed`.

        Returns
        -------
        observation, info
            ``info["label"]`` is the label of the start.
        """
        super().reset(seed=seed)
        self._steps = 0
        self._rng = self.np_random
        label = self._simulator.reset(self._rng)
        if self.render_mode == "human":
            self.render()
        return self._simulator.observe(), {"label": label}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Take one step.

        Raises
        ------
        LanternError
            If the action is not in the action space, or the environment was not reset.
        """
        steps = self._steps
        if steps < 0 or not 0 <= action < self._n_actions:
            self._refuse(action)
        self._steps = steps = steps + 1
        simulator = self._simulator
        reward, ended, label = simulator.step(action, self._rng)
        if self.render_mode == "human":
            self.render()
        return simulator.observe(), reward, ended, steps >= self.max_steps, {"label": label}

    def _refuse(self, action: Any) -> None:
        if self._steps < 0:
            raise LanternError(
                f"{self.name or 'The grid world'} was stepped before its first reset(). Call reset()."
            )
        names = self.world.file.actions
        known = ", ".join(f"{number} {name}" for number, name in enumerate(names))
        raise LanternError(f"The action {action!r} does not exist in this grid world. Actions: {known}.")

    @property
    def state(self) -> NDArray[np.int64]:
        """Cell, last event, inventory and gone tiles: int64 array, shape (4,), as the kernel has it."""
        return self._simulator.state.copy()

    @property
    def layout(self) -> NDArray[np.int32]:
        """What is in each cell of the present map: int32 array, shape (height * width,)."""
        return self._simulator.layout

    @property
    def drawn(self) -> Map:
        """The present map: its size, tiles and walls."""
        return self._simulator.drawn

    def tabular(self) -> TabularModel | None:
        """Enumerate all states; None where maps are drawn anew each episode or states are too many."""
        enumeration = self._simulator.enumeration
        return None if enumeration is None else enumeration.model

    def catalogue(self) -> Catalogue | None:
        """Say what each observation index of :meth:`tabular` means; None where there is no such model."""
        from lantern.envs.grid.catalogue import catalogue_of

        enumeration = self._simulator.enumeration
        return None if enumeration is None else catalogue_of(self.world, self.layout, enumeration)

    def text(self) -> str:
        """The map as text, with the caption beside it."""
        from lantern.envs.grid.render import ansi

        return ansi(self)

    def picture(self) -> NDArray[np.uint8]:
        """The map as an image, uint8 array of shape (height, width, 3), with the caption beside it."""
        from lantern.envs.grid.render import rgb_array

        return rgb_array(self)

    def render(self) -> Any:
        """Draw the map: text for ``ansi``, an image for ``rgb_array``, a window for ``human``."""
        if self._steps < 0:
            raise LanternError("There is nothing to render before the first reset(). Call reset().")
        return self.draw()


def load_world(name: str | Path) -> World:
    """Read, compile and check a grid-world file, by name or path.

    Raises
    ------
    ContentError
        Naming the file, the line, what is wrong and what to do.
    """
    path = find("envs", name)
    return ready(read_world(path, content_name(path)))


def load_grid(path: str | Path, render_mode: str | None = None) -> GridEnv:
    """Read a grid-world file.

    Parameters
    ----------
    path : str or Path
        Path of the YAML file, or the name of a shipped one.
    render_mode : str, optional
        ``ansi``, ``rgb_array`` or ``human``.

    Raises
    ------
    ContentError
        Naming the file, the line, what is wrong and what to do.
    """
    return GridEnv(path, render_mode)
