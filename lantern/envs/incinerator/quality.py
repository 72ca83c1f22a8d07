"""Checks of recorded data: gaps, stuck instruments, wrong units, impossible values.

Nothing is changed silently: every repair comes back as a sentence that names the column, the rows and what
was done, and what cannot be repaired is an error that says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lantern.content import nearest
from lantern.envs.incinerator.layout import Floats
from lantern.envs.incinerator.quantities import PLAUSIBLE, looks_like, to_own_unit
from lantern.envs.incinerator.sensors import MEASURED, UNITS
from lantern.errors import ContentError
from lantern.surrogates.record import Record

# Instruments that may truly show the same value for long: nothing at all, or below what they can see.
_MAY_REST_AT_ZERO = frozenset({"co", "nh3", "n2o", "dust", "ammonia", "lime", "hcl", "so2"})
_MOST_MISSING = 0.5


@dataclass(frozen=True)
class Limits:
    """What is repaired.

    Attributes
    ----------
    gap_minutes : float
        Longest gap that is interpolated; longer ones stay NaN.
    stuck_minutes : float
        An instrument that shows the same value for so long is stuck.
    """

    gap_minutes: float = 30.0
    stuck_minutes: float = 30.0


@dataclass(frozen=True)
class Problem:
    """Something wrong in a record.

    Attributes
    ----------
    column : str
    kind : str
        ``missing``, ``unit``, ``impossible``, ``stuck``, ``gap`` or ``time``.
    rows : tuple of int
        First row, and the one after the last.
    message : str
        What is wrong, where, and what is done about it.
    fatal : bool
        Whether it cannot be repaired.
    """

    column: str
    kind: str
    rows: tuple[int, int]
    message: str
    fatal: bool = False


def check_record(
    record: Record,
    needed: tuple[str, ...] = MEASURED,
    limits: Limits | None = None,
    reference: Record | None = None,
) -> list[Problem]:
    """Look a record through.

    Parameters
    ----------
    record : Record
        As a plant's archive gave it.
    needed : tuple of str
        Columns that must be there.
    limits : Limits, optional
        What would be repaired.
    reference : Record, optional
        Data of the same line in known units: shows a unit that no range can tell, such as ppm.

    Returns
    -------
    list of Problem
        Empty for a clean record.
    """
    return _examine(record, needed, limits or Limits(), reference)[1]


def repair_record(
    record: Record,
    needed: tuple[str, ...] = MEASURED,
    limits: Limits | None = None,
    reference: Record | None = None,
) -> tuple[Record, list[Problem]]:
    """Repair a record as far as that is honest.

    Units are converted; impossible values and stuck stretches count as missing; gaps are interpolated up to a
    length, and stay NaN beyond it. Set-points and true values are left alone.

    Returns
    -------
    record : Record
        A new one, at an even interval and in the units of ``lantern.envs.incinerator.sensors``.
    problems : list of Problem
        What was found and done.

    Raises
    ------
    ContentError
        If something cannot be repaired; the message lists all of it.
    """
    repaired, problems = _examine(record, needed, limits or Limits(), reference)
    fatal = [problem.message for problem in problems if problem.fatal]
    if fatal:
        raise ContentError("The record cannot be used. " + " ".join(fatal))
    return repaired, problems


def _examine(
    record: Record, needed: tuple[str, ...], limits: Limits, reference: Record | None
) -> tuple[Record, list[Problem]]:
    problems: list[Problem] = []
    for name in needed:
        if name not in record.columns:
            hint = nearest(name, record.columns)
            problems.append(_fatal(name, "missing", record, f"The column {name!r} is missing. {hint}"))
    record = _even(record, problems)
    columns, units = dict(record.columns), dict(record.units)
    for name in record.columns:
        if name in UNITS:
            part = _Column(name, columns[name].copy(), record, limits)
            part.convert(units[name], reference)
            if part.usable:
                part.drop_impossible()
                part.drop_stuck()
                part.fill_gaps()
            problems += part.problems
            columns[name], units[name] = part.values, UNITS[name]
    return Record(columns, units, record.seconds, {**record.about}), problems


def _fatal(column: str, kind: str, record: Record, message: str) -> Problem:
    return Problem(column, kind, (0, len(record)), message, True)


def _even(record: Record, problems: list[Problem]) -> Record:
    """Put the rows of a record with a column ``time`` (s) on an even grid; missing rows become NaN."""
    if "time" not in record.columns or len(record) < 2:
        return record
    time = record["time"]
    steps = np.diff(time)
    if not np.all(steps > 0):
        row = int(np.flatnonzero(~(steps > 0))[0]) + 1
        message = f"time: row {row} is not after row {row - 1}. Sort the rows and drop those given twice."
        problems.append(Problem("time", "time", (row, row + 1), message, True))
        return record
    seconds = float(np.median(steps))
    place = np.round((time - time[0]) / seconds).astype(int)
    rows = int(place[-1]) + 1
    if rows == len(time) or len(np.unique(place)) < len(place):
        return Record(record.columns, record.units, seconds, record.about)
    columns = {}
    for name, values in record.columns.items():
        columns[name] = np.full(rows, np.nan)
        columns[name][place] = values
    columns["time"] = time[0] + seconds * np.arange(rows)
    missing = rows - len(time)
    message = f"time: {missing} of {rows} rows are missing at an interval of {seconds:g} s; put in as gaps."
    problems.append(Problem("time", "time", (0, rows), message))
    return Record(columns, record.units, seconds, record.about)


class _Column:
    """One measured column on its way through the checks."""

    def __init__(self, name: str, values: Floats, record: Record, limits: Limits) -> None:
        self.name, self.values, self.limits = name, values, limits
        self._minutes = record.seconds / 60.0
        self.problems: list[Problem] = []
        self.usable = True

    def _say(self, kind: str, rows: tuple[int, int], message: str, fatal: bool = False) -> None:
        self.problems.append(Problem(self.name, kind, rows, f"{self.name}: {message}", fatal))
        self.usable = self.usable and not fatal

    def _where(self, start: int, stop: int) -> str:
        count = stop - start
        rows = f"row {start}" if count == 1 else f"rows {start} to {stop - 1}"
        return f"{rows} ({count * self._minutes:g} min)"

    def convert(self, unit: str, reference: Record | None) -> None:
        """Bring the values to our unit: from the unit that is stated, then from the one that they show."""
        whole = (0, len(self.values))
        own = UNITS[self.name]
        change = to_own_unit(self.name, unit)
        if change is None:
            self._say("unit", whole, f"the unit {unit!r} is not known. Give it in {own}.", fatal=True)
            return
        if change != (1.0, 0.0):
            self.values = self.values * change[0] + change[1]
            self._say("unit", whole, f"given in {unit}, converted to {own}.")
            return
        known = self.values[np.isfinite(self.values)]
        middle = reference[self.name] if reference is not None and self.name in reference.columns else None
        shown = looks_like(self.name, known, None if middle is None else float(np.nanmedian(middle)))
        if shown is not None:
            unit, factor, offset = shown
            median = float(np.median(known))
            self.values = self.values * factor + offset
            self._say(
                "unit", whole, f"said to be in {own}, but a median of {median:g} shows {unit}; converted."
            )

    def drop_impossible(self) -> None:
        """Take values out that no instrument of this kind shows on a plant."""
        low, high = PLAUSIBLE[self.name]
        with np.errstate(invalid="ignore"):
            wrong = (self.values < low) | (self.values > high)
        for start, stop in _runs(wrong):
            worst = self.values[start:stop]
            value = worst[np.argmax(np.abs(worst))]
            said = f"{value:g} {UNITS[self.name]} is outside {low:g} to {high:g}; left out."
            self._say("impossible", (start, stop), f"{self._where(start, stop)}: {said}")
        self.values[wrong] = np.nan

    def drop_stuck(self) -> None:
        """Take stretches out in which nothing moves: noise alone would move a live instrument."""
        least = max(3, round(self.limits.stuck_minutes / self._minutes))
        same = np.concatenate([[False], np.diff(self.values) == 0.0])
        for start, stop in _runs(same):
            start -= 1  # the first of equal values
            value = self.values[start]
            if stop - start >= least and not (value == 0.0 and self.name in _MAY_REST_AT_ZERO):
                self._say(
                    "stuck",
                    (start, stop),
                    f"{self._where(start, stop)}: stuck at {value:g} {UNITS[self.name]}; left out.",
                )
                self.values[start:stop] = np.nan

    def fill_gaps(self) -> None:
        """Interpolate short gaps, name long ones, and refuse a column that is mostly gaps."""
        missing = ~np.isfinite(self.values)
        share = missing.mean() if len(missing) else 1.0
        if share > _MOST_MISSING:
            self._say(
                "gap",
                (0, len(missing)),
                f"{share:.0%} of the rows are missing; at most half may be.",
                fatal=True,
            )
            return
        rows = np.arange(len(missing))
        for start, stop in _runs(missing):
            inside = start > 0 and stop < len(missing)
            if inside and (stop - start) * self._minutes <= self.limits.gap_minutes:
                self.values[start:stop] = np.interp(
                    rows[start:stop], [start - 1, stop], self.values[[start - 1, stop]]
                )
                done = "interpolated"
            else:
                done = f"longer than {self.limits.gap_minutes:g} min" if inside else "at the edge"
                done += ", left empty"
            self._say("gap", (start, stop), f"{self._where(start, stop)} missing; {done}.")


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Stretches of True: first row, and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
