"""What the observations of a finite environment mean, so that a table over them can be read elsewhere.

A table is indexed by numbers that mean nothing outside the environment they come from. A catalogue says what
each number stands for, what kind of thing is observed at all, and where.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import LanternError

if TYPE_CHECKING:
    from lantern.envs.tabular import TabularModel

Ints = NDArray[np.int32]

#: Offset of a place that is not there (any more).
NOWHERE = 10_000


@dataclass(frozen=True)
class Catalogue:
    """What each observation index of an environment means.

    Parameters
    ----------
    kind : str
        What is observed: ``"position"`` (row and column, nothing else), ``"planes: ..."`` (the whole map), or
        ``"index"`` (numbers without known meaning).
    place : str
        Digest of the map and of its rules. Under an equal place, equal contents are the same situation.
    actions : tuple of str
        What the actions do, by index; plain numbers where that is not known.
    content : int32 array, shape (O, D)
        What each observation tells: row and column first where the kind has them.
    offset : int32 array, shape (O, P, 2), optional
        Rows down and columns right to the nearest place where each proposition can come true, where the
        agent sees that; `NOWHERE` where there is none.

    Raises
    ------
    LanternError
        If the shapes do not fit together.
    """

    kind: str
    place: str
    actions: tuple[str, ...]
    content: Ints
    offset: Ints | None = None

    def __post_init__(self) -> None:
        if self.content.ndim != 2:
            raise LanternError("The contents of a catalogue must have shape (O, D).")
        if self.offset is not None and (
            self.offset.ndim != 3 or self.offset.shape[2] != 2 or len(self.offset) != len(self.content)
        ):
            raise LanternError("The offsets of a catalogue must have shape (O, P, 2), as its contents.")

    @property
    def is_map(self) -> bool:
        """Whether contents begin with a row and a column."""
        return self.kind != "index"


def find_catalogue(env: Any, model: TabularModel) -> Catalogue:
    """Catalogue of an environment: its own, or one of plain numbers.

    Parameters
    ----------
    env : gymnasium.Env
        A finite environment; whichever layer has a method ``catalogue()`` is asked, from the outside in.
    model : TabularModel
        Its model, as `lantern.envs.tabular_model` gives it.
    """
    while env is not None:
        if callable(getattr(type(env), "catalogue", None)):
            found: Catalogue | None = env.catalogue()
            if found is not None and len(found.content) == model.n_observations:
                return found
        env = getattr(env, "env", None)
    numbers = np.arange(model.n_observations, dtype=np.int32)[:, None]
    actions = tuple(str(action) for action in range(model.n_actions))
    return Catalogue("index", _digest_of(model), actions, numbers)


def digest(*arrays: Any) -> str:
    """Hash of arrays, numbers and strings; 24 hex digits, the same on every machine."""
    code = hashlib.sha256()
    for array in arrays:
        value = np.ascontiguousarray(array)
        kind = np.int64 if value.dtype.kind in "iub" else value.dtype
        code.update(f"{value.shape}{value.dtype.kind}".encode())
        code.update(str(value.tolist()).encode() if value.dtype.kind == "U" else value.astype(kind).tobytes())
    return code.hexdigest()[:24]


def _digest_of(model: TabularModel) -> str:
    """Hash of a model's dynamics; labels count by where they differ, not by how they are numbered."""
    _, first, numbers = np.unique(model.label.ravel(), return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return digest(
        model.next_state,
        np.round(model.cumulative, 9),
        model.terminated,
        model.observation,
        order[numbers.ravel()],
    )
