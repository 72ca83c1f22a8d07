"""Observations and actions that every learner can use, from every space that Gymnasium builds.

An environment's observation becomes one flat dictionary: nested Dict and Tuple spaces are opened up, arrays
become vectors of float32 inside their bounds, counting starts at zero, and camera images stay images. That is
what Stable-Baselines3's ``MultiInputPolicy`` takes without another wrapper. Text is left out: what an
instruction says is in the automaton. Actions are turned round in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from gymnasium import spaces

from lantern.errors import EnvError

Path: TypeAlias = tuple[str | int, ...]
Convert: TypeAlias = Callable[[Any], Any]

#: Key of the observation in the flat dictionary; the parts of a Dict or Tuple are ``observation/<part>``.
KEY = "observation"

#: Smallest side, in pixels, of an image that convolutional policies accept (three layers of Nature DQN).
SMALLEST_IMAGE = 36

_SUPPORTED = "Box, Discrete, MultiDiscrete, MultiBinary, and Dict or Tuple of these"


def leaves(space: spaces.Space[Any], path: Path = ()) -> Iterator[tuple[Path, spaces.Space[Any]]]:
    """Walk the parts of a space that are neither Dict nor Tuple, with the path that leads to each.

    Raises
    ------
    EnvError
        If a part has a size that changes (Graph, Sequence, OneOf), which no fixed-size network can take.
    """
    if isinstance(space, spaces.Dict):
        for key, part in space.spaces.items():
            yield from leaves(part, (*path, key))
    elif isinstance(space, spaces.Tuple):
        for index, part in enumerate(space.spaces):
            yield from leaves(part, (*path, index))
    elif isinstance(space, (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)):
        yield path, space
    elif not is_text(space):
        where = "/".join(map(str, path)) or "the space itself"
        raise EnvError(
            f"The space {type(space).__name__} ({where}) has no fixed size; tasks need {_SUPPORTED}. "
            "Wrap the environment in gymnasium.wrappers.TransformObservation (or TransformAction) first."
        )


def is_text(space: spaces.Space[Any]) -> bool:
    """Whether a space holds text, such as MiniGrid's mission."""
    return isinstance(space, spaces.Text) or (space.dtype is not None and space.dtype.kind == "U")


def is_image(space: spaces.Space[Any]) -> bool:
    """Whether a Box is a camera image that a convolutional network can take."""
    if not isinstance(space, spaces.Box) or space.dtype != np.uint8 or len(space.shape) not in (2, 3):
        return False
    full_range = bool(np.all(space.low == 0) and np.all(space.high == 255))
    sides = sorted(space.shape)[-2:]
    return full_range and min(sides) >= SMALLEST_IMAGE


class ObservationCodec:
    """Turn observations of any supported space into one flat dictionary of arrays and integers.

    Parameters
    ----------
    space : gymnasium.Space
        What the environment's observations are.
    batch : int, optional
        Number of environments, where observations are those of a vector environment.

    Attributes
    ----------
    space : gymnasium.spaces.Dict
        Space of what `encode` returns (of one environment, also where `batch` is given).

    Raises
    ------
    EnvError
        If a part of the space has no fixed size.
    """

    def __init__(self, space: spaces.Space[Any], batch: int | None = None) -> None:
        found = [(_key(path), path, *_observation_leaf(leaf, batch)) for path, leaf in leaves(space)]
        self.space = spaces.Dict({key: target for key, _, target, _ in found})
        self._leaves = [(key, path, convert) for key, path, _, convert in found]
        self._only = found[0][3] if len(found) == 1 and found[0][1] == () else None

    def encode(self, observation: Any) -> dict[str, Any]:
        """Encode one observation (or one batch of them)."""
        if self._only is not None:
            return {KEY: self._only(observation)}
        encoded = {}
        for key, path, convert in self._leaves:
            value = observation
            for step in path:
                value = value[step]
            encoded[key] = convert(value)
        return encoded


def _key(path: Path) -> str:
    """Name of a part in the flat dictionary; no full stop, which torch refuses in module names."""
    return "/".join([KEY, *(str(step).replace(".", "_") for step in path)])


def _observation_leaf(space: spaces.Space[Any], batch: int | None) -> tuple[spaces.Space[Any], Convert]:
    """Space and converter of one part of an observation."""
    shape: tuple[int, ...] = (-1,) if batch is None else (batch, -1)
    if isinstance(space, spaces.Discrete):
        return spaces.Discrete(int(space.n)), _count_from(int(space.start), batch)
    if isinstance(space, spaces.MultiDiscrete):
        return spaces.MultiDiscrete(space.nvec.reshape(-1)), _vector(shape, np.int64, space.start.reshape(-1))
    if isinstance(space, spaces.MultiBinary):
        return spaces.MultiBinary(int(np.prod(space.shape))), _vector(shape, np.int8)
    assert isinstance(space, spaces.Box)
    return _image(space, batch) if is_image(space) else _box(space, shape)


def _image(space: spaces.Box, batch: int | None) -> tuple[spaces.Space[Any], Convert]:
    shape = space.shape if len(space.shape) == 3 else (*space.shape, 1)
    full = shape if batch is None else (batch, *shape)
    return spaces.Box(0, 255, shape, np.uint8), lambda value: np.asarray(value).reshape(full)


def _box(space: spaces.Box, shape: tuple[int, ...]) -> tuple[spaces.Space[Any], Convert]:
    """Vector of float32 kept inside its bounds: rounding and sensors overshoot them by a little."""
    with np.errstate(over="ignore"):
        low, high = (bound.reshape(-1).astype(np.float32) for bound in (space.low, space.high))
    target = spaces.Box(low, high, dtype=np.float32)
    if not (np.isfinite(low).any() or np.isfinite(high).any()):
        return target, _vector(shape, np.float32)

    # This runs at every step: names bound here are looked up faster, and reshaping a vector is left out.
    asarray, lowest, highest, dtype = np.asarray, np.minimum, np.maximum, np.dtype(np.float32)
    if len(space.shape) == 1 and shape == (-1,):
        return target, lambda value: lowest(highest(asarray(value, dtype), low), high)

    def convert(value: Any) -> Any:
        return lowest(highest(asarray(value, dtype).reshape(shape), low), high)

    return target, convert


def _count_from(start: int, batch: int | None) -> Convert:
    if batch is not None:
        return lambda value: np.asarray(value, dtype=np.int64) - start
    return lambda value: int(value) - start


def _vector(shape: tuple[int, ...], dtype: Any, start: Any = None) -> Convert:
    if start is None or not np.any(start):
        return lambda value: np.asarray(value, dtype=dtype).reshape(shape)
    return lambda value: np.asarray(value, dtype=dtype).reshape(shape) - start


class ActionCodec:
    """Turn the actions of learners into those of an environment.

    Box actions are float32 on the learner's side and are cast and clipped to the environment's own type and
    bounds; counting starts at zero; a Dict or Tuple of Box parts is one Box, one of discrete parts is one
    MultiDiscrete. A Dict or Tuple that mixes both kinds, and any other space, stays as it is.

    Parameters
    ----------
    space : gymnasium.Space
        What the environment takes.
    batch : int, optional
        Number of environments, where actions are those of a vector environment.

    Attributes
    ----------
    space : gymnasium.Space
        What the learner sees (one environment).
    decode : callable or None
        Turns an action of `space` into one of the environment; None where they are the same.
    """

    def __init__(self, space: spaces.Space[Any], batch: int | None = None) -> None:
        self.space, self.decode = _action(space, batch)


def _action(space: spaces.Space[Any], batch: int | None) -> tuple[spaces.Space[Any], Convert | None]:
    if isinstance(space, spaces.Box):
        return _box_action(space)
    if isinstance(space, spaces.Discrete) and space.start != 0:
        return spaces.Discrete(int(space.n)), _count_from(-int(space.start), batch)
    if isinstance(space, (spaces.MultiDiscrete, spaces.MultiBinary)):
        return _multi_action(space, batch)
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        return _composite_action(space, batch)
    return space, None


def _box_action(space: spaces.Box) -> tuple[spaces.Space[Any], Convert | None]:
    if space.dtype == np.float32 or not np.issubdtype(space.dtype, np.floating):
        return space, None
    with np.errstate(over="ignore"):
        low, high = space.low.astype(np.float32), space.high.astype(np.float32)

    def decode(action: Any) -> Any:
        # Bounds rounded to float32 may lie a little outside the real ones.
        return np.clip(np.asarray(action, dtype=space.dtype), space.low, space.high)

    return spaces.Box(low, high, dtype=np.float32), decode


def _multi_action(
    space: spaces.MultiDiscrete | spaces.MultiBinary, batch: int | None
) -> tuple[spaces.Space[Any], Convert | None]:
    full = space.shape if batch is None else (batch, *space.shape)
    if isinstance(space, spaces.MultiBinary):
        if len(space.shape) == 1:
            return space, None
        return spaces.MultiBinary(int(np.prod(space.shape))), lambda action: np.asarray(action).reshape(full)
    if len(space.shape) == 1 and not np.any(space.start):
        return space, None
    start = space.start
    return spaces.MultiDiscrete(
        space.nvec.reshape(-1)
    ), lambda action: np.asarray(action).reshape(full) + start


def _composite_action(
    space: spaces.Dict | spaces.Tuple[Any], batch: int | None
) -> tuple[spaces.Space[Any], Convert | None]:
    """One flat space for a Dict or Tuple whose parts are all continuous, or all discrete."""
    parts = [part for _, part in leaves(space)]
    if all(isinstance(part, spaces.Box) for part in parts):
        with np.errstate(over="ignore"):
            low, high = (
                np.concatenate([getattr(part, side).reshape(-1) for part in parts]).astype(np.float32)
                for side in ("low", "high")
            )
        flat: spaces.Space[Any] = spaces.Box(low, high, dtype=np.float32)
    elif not any(isinstance(part, spaces.Box) for part in parts):
        flat = spaces.MultiDiscrete(np.concatenate([_choices(part) for part in parts]))
    else:
        return space, None
    sizes = [_size(part) for part in parts]
    cuts = np.cumsum(sizes)[:-1]

    def decode(action: Any) -> Any:
        pieces = iter(np.split(np.asarray(action), cuts, axis=-1))
        return _rebuild(space, pieces, batch)

    return flat, decode


def _size(part: spaces.Space[Any]) -> int:
    return 1 if isinstance(part, spaces.Discrete) else int(np.prod(part.shape or (1,)))


def _choices(part: spaces.Space[Any]) -> Any:
    """Number of choices of each entry of a discrete part."""
    if isinstance(part, spaces.Discrete):
        return np.array([part.n])
    if isinstance(part, spaces.MultiDiscrete):
        return part.nvec.reshape(-1)
    return np.full(_size(part), 2)


def _rebuild(space: spaces.Space[Any], pieces: Iterator[Any], batch: int | None) -> Any:
    """Put flat pieces back into the nesting, type and bounds of a space."""
    if isinstance(space, spaces.Dict):
        return {key: _rebuild(part, pieces, batch) for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(_rebuild(part, pieces, batch) for part in space.spaces)
    piece = next(pieces)
    if isinstance(space, spaces.Discrete):
        whole = np.asarray(piece, dtype=np.int64)[..., 0] + int(space.start)
        return int(whole) if batch is None else whole
    shape = space.shape or ()
    array = np.asarray(piece).reshape(shape if batch is None else (batch, *shape)).astype(space.dtype)
    if isinstance(space, spaces.Box):
        return np.asarray(np.clip(array, space.low, space.high))
    return array + space.start if isinstance(space, spaces.MultiDiscrete) else array
