"""Fast dynamics on disk: one JSON file, checked before anything in it is believed."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from lantern.content import read_bytes, write_whole
from lantern.errors import SurrogateError
from lantern.surrogates.dynamics.disturbance import Disturbance
from lantern.surrogates.dynamics.fast import FastDynamics
from lantern.surrogates.dynamics.responses import BURNING, HEAT, Lumps

FORMAT, VERSION = "lantern-fast-dynamics", 1
MAX_BYTES = 2**20
_SIZE = BURNING + HEAT
_SHAPES = {"weights": (_SIZE,), "covariance": (_SIZE, _SIZE), "keep": (4,), "sizes": (3,), "noise": (2,)}


def save_fast_dynamics(model: FastDynamics, path: str | Path) -> Path:
    """Write a model to a JSON file, whole or not at all.

    Raises
    ------
    SurrogateError
        If it cannot be written.
    """
    path = Path(path)
    document = {"format": FORMAT, "version": VERSION, **_listed(model)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(document, allow_nan=False).encode())
    except OSError as error:
        raise SurrogateError(f"{path} cannot be written: {error.strerror}. Choose another place.") from None
    return path


def load_fast_dynamics(path: str | Path) -> FastDynamics:
    """Read a model that :func:`save_fast_dynamics` wrote.

    Raises
    ------
    SurrogateError
        If there is none, or it is damaged; the message says how.
    """
    data = read_bytes(Path(path), MAX_BYTES, "model of fast dynamics", SurrogateError)
    try:
        document = json.loads(data)
        if (document.pop("format"), document.pop("version")) != (FORMAT, VERSION):
            raise ValueError(f"its format is not {FORMAT}, version {VERSION}")
        parts = document.pop("disturbance")
        document["disturbance"] = Disturbance(**_read(parts, Disturbance))
        document["lumps"] = Lumps(**_read(document.pop("lumps"), Lumps))
        return FastDynamics(**_read(document, FastDynamics))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SurrogateError(
            f"{path} is not a model of fast dynamics: {error}. save_fast_dynamics writes them."
        ) from None


def _listed(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if isinstance(value, np.ndarray):
            found[one.name] = value.tolist()
        else:
            found[one.name] = value if isinstance(value, (int, float, str)) else _listed(value)
    return found


def _read(document: dict[str, Any], kind: type[Any]) -> dict[str, Any]:
    """Arguments of a class, their shapes and numbers checked."""
    names = {one.name for one in fields(kind)}
    if set(document) != names:
        raise ValueError(f"it should name {', '.join(sorted(names))}")
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, list):
            array = np.array(value, dtype=np.float64)
            wanted = _SHAPES.get(name, (len(array), 2))
            if array.shape != wanted or not len(array) or not np.isfinite(array).all():
                raise ValueError(f"{name} should be finite numbers in the shape {wanted}")
            found[name] = array
        elif isinstance(value, (int, float)):
            if not np.isfinite(value):
                raise ValueError(f"{name} is {value}")
            found[name] = float(value)
        else:
            found[name] = value
    return found
