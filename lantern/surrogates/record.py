"""Recorded process data: named columns with units, as a plant's archive or the simulator gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.content import nearest
from lantern.errors import ContentError

Floats = NDArray[np.float64]
_META = b"lantern.record"


@dataclass(frozen=True)
class Record:
    """Rows at a fixed interval, one column a quantity.

    Measured columns carry the plain name of the quantity (``nox``), set-points ``set_`` (``set_ammonia``),
    and what only a simulator knows ``true_`` (``true_nox``).

    Attributes
    ----------
    columns : dict of str to float64[rows]
        NaN where an instrument was out.
    units : dict of str to str
        Unit of every column.
    seconds : float
        From one row to the next.
    about : dict
        Where the data come from (site, seed, policy, ...); anything that JSON can hold.

    Raises
    ------
    ContentError
        If columns differ in length, or one has no unit.
    """

    columns: dict[str, Floats]
    units: dict[str, str]
    seconds: float = 60.0
    about: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            raise ContentError(f"A record's columns must be equally long; these are not: {lengths}.")
        missing = [name for name in self.columns if name not in self.units]
        if missing:
            raise ContentError(f"A record's columns need units; {', '.join(missing)} have none.")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> Floats:
        """One column: float64[rows]."""
        if name not in self.columns:
            raise ContentError(f"The record has no column {name!r}. {nearest(name, self.columns)}")
        return self.columns[name]

    @property
    def measured(self) -> tuple[str, ...]:
        """Names of the columns that instruments measured."""
        return tuple(name for name in self.columns if not name.startswith(("set_", "true_")))

    def array(self, names: Iterable[str]) -> Floats:
        """Some columns side by side: float64[rows, len(names)]."""
        return np.column_stack([self[name] for name in names])

    def rows(self, start: int | None = None, stop: int | None = None, step: int | None = None) -> Record:
        """Some of the rows, as ``record[start:stop:step]`` of an array would give them."""
        part = slice(start, stop, step)
        columns = {name: column[part] for name, column in self.columns.items()}
        return Record(columns, self.units, self.seconds * (step or 1), self.about)

    def every(self, seconds: float) -> Record:
        """Means over longer intervals; a rest at the end is dropped, rows that are out are left out.

        Parameters
        ----------
        seconds : float
            A multiple of the record's own interval.
        """
        count = round(seconds / self.seconds)
        if count < 1 or abs(count * self.seconds - seconds) > 1e-6 * seconds:
            raise ContentError(f"{seconds:g} s is no multiple of the record's {self.seconds:g} s.")
        whole = len(self) // count * count
        columns = {name: _means(column[:whole], count) for name, column in self.columns.items()}
        return Record(columns, self.units, seconds, self.about)

    def with_columns(self, columns: Mapping[str, Floats], units: Mapping[str, str] | None = None) -> Record:
        """The record with some columns replaced or added."""
        merged = {**self.columns, **columns}
        return Record(merged, {**self.units, **(units or {})}, self.seconds, self.about)

    def save(self, path: str | Path) -> None:
        """Write to a Parquet file, or to JSON where the name ends in ``.json``."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        head = {"units": self.units, "seconds": self.seconds, "about": self.about}
        if path.suffix == ".json":
            columns = {name: _listed(column) for name, column in self.columns.items()}
            path.write_text(json.dumps({**head, "columns": columns}), encoding="utf-8")
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table(self.columns).replace_schema_metadata({_META: json.dumps(head).encode()})
        pq.write_table(table, path)

    @classmethod
    def load(cls, path: str | Path) -> Record:
        """Read a file that :meth:`save` wrote, or a table in CSV.

        The head of a CSV names each column and its unit, as in ``nox [mg/Nm3]``; a column ``time`` holds
        dates or seconds.

        Raises
        ------
        ContentError
            If it cannot be read; the message says why.
        """
        path = Path(path)
        if not path.is_file():
            raise ContentError(f"There is no record {str(path)!r}. Check the path.")
        try:
            if path.suffix == ".json":
                head = json.loads(path.read_text(encoding="utf-8"))
                columns = {name: np.array(column, dtype=float) for name, column in head["columns"].items()}
            elif path.suffix == ".csv":
                head, columns = _read_csv(path)
            else:
                head, columns = _read_parquet(path)
            return cls(columns, dict(head["units"]), float(head["seconds"]), dict(head["about"]))
        except (OSError, ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise ContentError(
                f"{path} is not a record: {type(error).__name__}: {error}. Record.save writes records."
            ) from None


def _read_parquet(path: Path) -> tuple[dict[str, Any], dict[str, Floats]]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    head = json.loads((table.schema.metadata or {})[_META])
    columns = {name: np.array(table[name].to_numpy(), dtype=float) for name in table.column_names}
    return head, columns


def _read_csv(path: Path) -> tuple[dict[str, Any], dict[str, Floats]]:
    import pyarrow as pa
    from pyarrow import csv

    table = csv.read_csv(path)
    columns, units = {}, {}
    for written in table.column_names:
        column = table[written]
        found = re.fullmatch(r"\s*(.*?)\s*(?:\[(.*)\])?\s*", written)
        name, unit = (found.group(1), found.group(2)) if found else (written, None)
        if pa.types.is_temporal(column.type):
            column, unit = column.cast(pa.timestamp("ms")).cast(pa.int64()), "s"
            columns[name] = (column.to_numpy() - column[0].as_py()) / 1000.0
        else:
            columns[name] = np.array(column.cast(pa.float64()).to_numpy(), dtype=float)
        if unit is None and name != "time":
            raise ValueError(f"the column {written!r} has no unit; write it as '{name} [unit]'")
        units[name] = unit or "s"
    seconds = float(np.median(np.diff(columns["time"]))) if len(columns.get("time", ())) > 1 else 60.0
    return {"units": units, "seconds": seconds, "about": {"file": path.name}}, columns


def _listed(column: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in column]


def _means(column: Floats, count: int) -> Floats:
    """Means of blocks; NaN only where a whole block is."""
    blocks = column.reshape(-1, count)
    known = np.isfinite(blocks)
    counts = known.sum(axis=1)
    sums = np.where(known, blocks, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
