"""Teachers on disk: JSON for what is small and named, safetensors for arrays. Nothing is ever executed.

A teacher is a folder with ``teacher.json`` and ``teacher.safetensors``. The JSON names the arrays, their
shapes and a checksum of the other file; everything is checked against the automaton before it is believed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lantern.content import read_bytes, write_whole
from lantern.envs.catalogue import Catalogue
from lantern.errors import LanternError, TeacherError
from lantern.transfer.teacher import EdgeTable, StateTable, Teacher

FORMAT, VERSION = "lantern-teacher", 2
#: Version 1 had no catalogue of observations.
READABLE = (1, 2)
JSON_NAME, ARRAYS_NAME = "teacher.json", "teacher.safetensors"
#: Larger files are refused: in bytes.
MAX_JSON, MAX_ARRAYS = 32 * 2**20, 2 * 2**30

_STATE = {"value": "F64", "cost": "F64", "spread": "F64", "count": "I64", "success": "F64", "dead": "BOOL"}
_EDGE = {
    "source": "I64",
    "target": "I64",
    "mask": "I64",
    "count": "I64",
    "value": "F64",
    "spread": "F64",
    "steps": "F64",
    "success": "F64",
    "cost": "F64",
}
_TYPES = {"F64": np.float64, "F32": np.float32, "I64": np.int64, "I32": np.int32, "BOOL": np.bool_}


class _Observations(BaseModel):
    """What ``teacher.json`` says of the catalogue of observations, beside its arrays."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str = Field(max_length=2000)
    place: str = Field(max_length=100)
    actions: list[str] = Field(min_length=1, max_length=100_000)
    offset: bool


class _Document(BaseModel):
    """What ``teacher.json`` must hold."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: str
    version: int
    name: str = Field(min_length=1, max_length=500)
    task_text: str = Field(max_length=100_000)
    dfa: dict[str, Any]
    vocabulary: dict[str, Any]
    env: dict[str, Any]
    observation_kind: str = Field(max_length=1000)
    steps: int = Field(ge=0)
    discount: float = Field(gt=0, lt=1)
    provenance: dict[str, Any]
    policy: list[str] = Field(max_length=64)
    catalogue: _Observations | None = None
    network: dict[str, Any] = Field(default_factory=dict)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


def save_teacher(teacher: Teacher, path: Path) -> Path:
    """Write a teacher; files appear whole or not at all.

    Raises
    ------
    TeacherError
        If it cannot be written, or holds something that JSON cannot.
    """
    from safetensors.numpy import save

    arrays = {f"state.{key}": getattr(teacher.state, key) for key in _STATE}
    arrays |= {f"edge.{key}": getattr(teacher.edge, key) for key in _EDGE}
    arrays |= {f"policy.{key}": array for key, array in teacher.policy.items()}
    arrays |= _catalogue_arrays(teacher.catalogue)
    blob = save({key: np.ascontiguousarray(array) for key, array in arrays.items()})
    document = {
        "format": FORMAT,
        "version": VERSION,
        "name": teacher.name,
        "task_text": teacher.task_text,
        "dfa": teacher.dfa.to_dict(),
        "vocabulary": _vocabulary_to_dict(teacher.vocabulary),
        "env": teacher.env,
        "observation_kind": teacher.observation_kind,
        "steps": int(teacher.steps),
        "discount": float(teacher.discount),
        "provenance": teacher.provenance,
        "policy": sorted(teacher.policy),
        "catalogue": _catalogue_to_dict(teacher.catalogue),
        "network": teacher.network,
        "sha256": hashlib.sha256(blob).hexdigest(),
    }
    try:
        text = json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False)
        path.mkdir(parents=True, exist_ok=True)
        # The JSON comes last: a folder without it is no teacher.
        write_whole(path / ARRAYS_NAME, blob)
        write_whole(path / JSON_NAME, text.encode())
    except (OSError, TypeError, ValueError) as error:
        raise TeacherError(
            f"The teacher {teacher.name!r} cannot be saved to {path}: {error}. "
            "Choose a folder that can be written, and keep env and provenance to what JSON holds."
        ) from None
    return path


def load_teacher(path: Path) -> Teacher:
    """Read a teacher from its folder, or from its ``teacher.json``.

    Raises
    ------
    TeacherError
        If anything is missing, damaged, foreign, too large or inconsistent.
    """
    folder = path.parent if path.suffix == ".json" else path
    document = _read_document(folder / JSON_NAME if path.suffix != ".json" else path)
    arrays = _read_arrays(folder / ARRAYS_NAME, document.sha256)
    try:
        return _assemble(document, arrays, folder)
    except TeacherError:
        raise
    except (
        LanternError,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        raise _damaged(folder, f"its parts do not fit ({type(error).__name__}: {error})") from None


def _read_document(path: Path) -> _Document:
    data = read_bytes(path, MAX_JSON, "teacher", TeacherError)
    try:
        content = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _damaged(path, f"it is not JSON ({error})") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise TeacherError(f"{path} is not a teacher: {FORMAT!r} is not its format. Check the path.")
    if content.get("version") not in READABLE:
        raise TeacherError(
            f"{path} has version {content.get('version')!r} of the format, and this LANTERN reads "
            f"version {' and '.join(map(str, READABLE))}. Save the teacher again, or install the LANTERN "
            "that wrote it."
        )
    try:
        return _Document.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _read_arrays(path: Path, sha256: str) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    blob = read_bytes(path, MAX_ARRAYS, "teacher", TeacherError)
    if hashlib.sha256(blob).hexdigest() != sha256:
        raise _damaged(path, "its checksum is not the one in teacher.json")
    try:
        return load(blob)
    except (SafetensorError, KeyError, ValueError, TypeError, MemoryError) as error:
        raise _damaged(path, f"it is not a safetensors file ({error})") from None


def _assemble(document: _Document, arrays: dict[str, NDArray[Any]], folder: Path) -> Teacher:
    from lantern.logic import DFA

    dfa = DFA.from_dict(document.dfa)
    vocabulary = _vocabulary_from_dict(document.vocabulary)
    states = _table(arrays, "state", _STATE, folder)
    edges = _table(arrays, "edge", _EDGE, folder)
    _check_states(states, dfa.n_states, folder)
    _check_edges(edges, dfa.n_states, len(vocabulary), folder)
    unknown = [name for name in dfa.support if name not in vocabulary]
    if unknown:
        raise _damaged(folder, f"its task speaks of {unknown[0]!r}, which its vocabulary lacks")
    expected = {f"state.{key}" for key in _STATE} | {f"edge.{key}" for key in _EDGE}
    expected |= {f"policy.{key}" for key in document.policy}
    if document.catalogue is not None:
        expected |= {f"catalogue.{key}" for key in _catalogue_keys(document.catalogue.offset)}
    if set(arrays) != expected:
        raise _damaged(folder, f"arrays are missing or foreign: {sorted(set(arrays) ^ expected)[:3]}")
    policy = {key: arrays[f"policy.{key}"] for key in document.policy}
    for key, array in policy.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise _damaged(folder, f"policy.{key} holds numbers that are not finite")
    catalogue = _catalogue(document.catalogue, arrays, len(vocabulary), folder)
    if catalogue is not None:
        _check_policy(policy, catalogue, dfa.n_states, folder)
    return Teacher(
        name=document.name,
        task_text=document.task_text,
        dfa=dfa,
        vocabulary=vocabulary,
        env=document.env,
        state=StateTable(**states),
        edge=EdgeTable(**edges),
        policy=policy,
        observation_kind=document.observation_kind,
        steps=document.steps,
        discount=document.discount,
        provenance=document.provenance,
        catalogue=catalogue,
        network=document.network,
    )


def _catalogue_keys(offset: bool) -> tuple[str, ...]:
    return ("content", "offset") if offset else ("content",)


def _catalogue_arrays(catalogue: Catalogue | None) -> dict[str, NDArray[Any]]:
    if catalogue is None:
        return {}
    keys = _catalogue_keys(catalogue.offset is not None)
    return {f"catalogue.{key}": getattr(catalogue, key) for key in keys}


def _catalogue_to_dict(catalogue: Catalogue | None) -> dict[str, Any] | None:
    if catalogue is None:
        return None
    return {
        "kind": catalogue.kind,
        "place": catalogue.place,
        "actions": list(catalogue.actions),
        "offset": catalogue.offset is not None,
    }


def _catalogue(
    said: _Observations | None, arrays: Mapping[str, NDArray[Any]], propositions: int, folder: Path
) -> Catalogue | None:
    if said is None:
        return None
    for key in _catalogue_keys(said.offset):
        if arrays[f"catalogue.{key}"].dtype != np.int32:
            raise _damaged(folder, f"catalogue.{key} must hold int32 numbers")
    offset = arrays["catalogue.offset"] if said.offset else None
    if offset is not None and offset.shape[1:] != (propositions, 2):
        raise _damaged(folder, "catalogue.offset must have two numbers for each proposition")
    return Catalogue(said.kind, said.place, tuple(said.actions), arrays["catalogue.content"], offset)


def _check_policy(
    policy: Mapping[str, NDArray[Any]], catalogue: Catalogue, n_states: int, folder: Path
) -> None:
    """A table must fit the automaton, the actions and the catalogue of what it is indexed by."""
    table = policy.get("q")
    if table is None:
        return
    seen = len(catalogue.content)
    if table.ndim != 3 or table.shape[0] != n_states or table.shape[2] != len(catalogue.actions):
        raise _damaged(folder, "policy.q must have an axis of states, of observations and of actions")
    if "index" not in policy:
        if table.shape[1] != seen:
            raise _damaged(folder, f"policy.q has {table.shape[1]} observations, the catalogue has {seen}")
        return
    index, event = policy["index"], policy.get("event")
    if event is None or event.dtype.kind != "i" or event.ndim != 2 or event.shape[1] != 2:
        raise _damaged(folder, "policy.event must have two columns")
    if index.dtype.kind != "i" or index.shape != (seen, len(event)):
        raise _damaged(folder, "policy.index must have a row for each observation, a column for each event")
    if (index < -1).any() or (index >= table.shape[1]).any() or (event[1:, 0] >= seen).any():
        raise _damaged(folder, "policy.index or policy.event names observations that do not exist")


def _table(
    arrays: Mapping[str, NDArray[Any]], prefix: str, columns: Mapping[str, str], folder: Path
) -> dict[str, NDArray[Any]]:
    """Columns of one table, with the types and the common length they must have."""
    table = {}
    for key, kind in columns.items():
        array = arrays.get(f"{prefix}.{key}")
        if array is None:
            raise _damaged(folder, f"the array {prefix}.{key} is missing")
        if array.dtype != _TYPES[kind] or array.ndim != 1:
            raise _damaged(folder, f"{prefix}.{key} must be a row of {np.dtype(_TYPES[kind]).name}")
        table[key] = array
    if len({len(array) for array in table.values()}) != 1:
        raise _damaged(folder, f"the columns of {prefix} differ in length")
    return table


def _check_states(table: Mapping[str, NDArray[Any]], n_states: int, folder: Path) -> None:
    if len(table["count"]) != n_states:
        raise _damaged(folder, f"it has {len(table['count'])} rows for {n_states} states")
    _check_ranges(table, ("value", "success"), ("cost", "spread"), folder)


def _check_edges(table: Mapping[str, NDArray[Any]], n_states: int, propositions: int, folder: Path) -> None:
    for key in ("source", "target"):
        if ((table[key] < 0) | (table[key] >= n_states)).any():
            raise _damaged(folder, f"edge.{key} names states that the automaton does not have")
    if (table["mask"] < 0).any() or (propositions < 63 and (table["mask"] >= 1 << propositions).any()):
        raise _damaged(folder, "edge.mask names propositions that the vocabulary does not have")
    _check_ranges(table, ("value", "success"), ("cost", "spread", "steps"), folder)


def _check_ranges(
    table: Mapping[str, NDArray[Any]], shares: tuple[str, ...], amounts: tuple[str, ...], folder: Path
) -> None:
    """Shares lie in [0, 1], amounts and counts are not negative; only a cost may be infinite."""
    for key in shares:
        if not ((table[key] >= 0) & (table[key] <= 1 + 1e-9)).all():
            raise _damaged(folder, f"{key} must lie between 0 and 1")
    for key in (*amounts, "count"):
        if not (table[key] >= 0).all() or (key != "cost" and np.isinf(table[key]).any()):
            raise _damaged(folder, f"{key} must not be negative")


def _vocabulary_to_dict(vocabulary: Any) -> dict[str, Any]:
    found = {}
    for name in vocabulary:
        one = vocabulary.proposition(name)
        found[name] = {"sentence": one.sentence, "synonyms": list(one.synonyms), "opposite": one.opposite}
    return found


def _vocabulary_from_dict(data: Mapping[str, Any]) -> Any:
    from lantern.logic import Vocabulary
    from lantern.logic.vocabulary import Proposition

    return Vocabulary(
        {
            name: Proposition(str(one["sentence"]), tuple(map(str, one["synonyms"])), one["opposite"])
            for name, one in data.items()
        }
    )


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _damaged(path: Path, why: str) -> TeacherError:
    return TeacherError(f"The teacher at {path} is damaged: {why}. Save it again, or learn it again.")
