"""Reusable labellers for families of environments; an env file names them in ``labeller:``."""

from __future__ import annotations

#: Short names of the shipped labellers.
SHIPPED = {"minigrid": "lantern.envs.labellers.minigrid:MiniGridLabeller"}
