"""Grid worlds written as text files: one compiled engine behind every way of running them."""

from lantern.envs.grid.env import GridEnv, load_grid
from lantern.envs.grid.world import World, read_world

__all__ = ["GridEnv", "World", "load_grid", "read_world"]
