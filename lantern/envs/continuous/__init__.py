"""Continuous worlds written as text files: an agent among discs and walls in a plane."""

from lantern.envs.continuous.env import PlaneEnv, load_continuous

__all__ = ["PlaneEnv", "load_continuous"]
