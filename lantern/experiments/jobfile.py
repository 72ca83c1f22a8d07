"""One finished job as one Parquet file: the curve in columns, everything else as JSON in its metadata.

The bytes of a file depend on its job alone, so that two processes which ran the same job write the same
curve, whoever comes last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lantern.experiments.results import Curve, Job, Trust

METADATA = b"lantern"
CHECKSUM = b"lantern.sha256"
COLUMNS = ("step", "success", "length", "return")
METRIC = "metric/"
"""Prefix of the columns of what else evaluations measured."""
_PLAIN = ("key", "kind", "target", "agent", "seed", "source_steps", "llm_calls", "seconds")
_MAPPINGS = ("settings", "alignment", "provenance")


class DamagedJob(ValueError):
    """A job file that is not what was written: cut short, overwritten, or of another format."""


def _native(value: Any) -> Any:
    """Turn numpy values into JSON's; the fallback of ``json.dumps``."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a job's metadata cannot hold {type(value).__name__}")


def encode(job: Job) -> bytes:
    """Write a job as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    meta: dict[str, Any] = {name: getattr(job, name) for name in _PLAIN + _MAPPINGS}
    meta["episode"] = list(job.episode)
    if job.condition:
        meta["condition"] = job.condition
    curve = job.curve
    if job.trust is not None:
        weight = np.asarray(job.trust.weight, dtype=np.float32)
        meta["trust"] = {"arms": job.trust.arms, "shape": weight.shape, "step": job.trust.step}
        # One blob rather than a column: the trust may be recorded at other steps than the curve.
        meta["trust"]["weight"] = _pack(weight)
    columns = {
        "step": np.ascontiguousarray(curve.step, dtype=np.int64),
        "success": np.ascontiguousarray(curve.success, dtype=np.float64),
        "length": np.ascontiguousarray(curve.length, dtype=np.float64),
        "return": np.ascontiguousarray(curve.return_, dtype=np.float64),
    }
    for name, values in curve.metrics.items():
        columns[METRIC + name] = np.ascontiguousarray(values, dtype=np.float64)
    text = json.dumps(meta, default=_native, sort_keys=True).encode()
    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({METADATA: text, CHECKSUM: _checksum(columns.values(), text)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _checksum(columns: Iterable[np.ndarray[Any, Any]], text: bytes) -> bytes:
    """Hash of all that a job file says: a disk may return other bits than it was given."""
    digest = hashlib.sha256(text)
    for column in columns:
        digest.update(column.tobytes())
    return digest.hexdigest().encode()


def _pack(array: np.ndarray[Any, Any]) -> str:
    import base64
    import zlib

    return base64.b64encode(zlib.compress(array.tobytes(), 6)).decode("ascii")


def _unpack(text: str, shape: Iterable[int]) -> np.ndarray[Any, Any]:
    import base64
    import zlib

    raw = zlib.decompress(base64.b64decode(text))
    return np.frombuffer(raw, dtype=np.float32).reshape(tuple(shape)).astype(np.float64)


def _trust(meta: Mapping[str, Any] | None) -> Trust | None:
    if meta is None:
        return None
    weight = _unpack(meta["weight"], meta["shape"])
    return Trust(np.array(meta["step"], dtype=np.int64), tuple(meta["arms"]), weight)


def read_job(path: Path, key: str) -> Job:
    """Read one job file.

    Raises
    ------
    DamagedJob
        If the file is unreadable, or holds another job than the key says.
    FileNotFoundError
        If there is none.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Read as bytes first: a memory map of a file that shrinks under us would end the process.
        table = pq.read_table(pa.BufferReader(path.read_bytes()), use_threads=False)
        text = table.schema.metadata[METADATA]
        columns = [table.column(name).to_numpy() for name in COLUMNS]
        extra = [name for name in table.column_names if name.startswith(METRIC)]
        metrics = {name.removeprefix(METRIC): table.column(name).to_numpy() for name in extra}
        if _checksum([*columns, *metrics.values()], text) != table.schema.metadata[CHECKSUM]:
            raise ValueError("its checksum does not fit its content")
        meta = json.loads(text)
        job = Job(
            curve=Curve(columns[0], columns[1], columns[2], columns[3], metrics),
            trust=_trust(meta.get("trust")),
            episode=tuple(meta["episode"]),
            condition=meta.get("condition", ""),
            **{name: meta[name] for name in _PLAIN + _MAPPINGS},
        )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise DamagedJob(f"{path} is damaged: {error}") from None
    if job.key != key:
        raise DamagedJob(f"{path} holds the job {job.key}, not {key}")
    return job


def read_all(folder: Path, keys: Iterable[str]) -> dict[str, Job]:
    """Read the job files of these keys; those that are missing or damaged are left out."""
    found: dict[str, Job] = {}
    for key in keys:
        try:
            found[key] = read_job(folder / f"{key}.parquet", key)
        except (FileNotFoundError, DamagedJob):
            continue
    return found
