"""Tactics: a teacher's policy, read in the observations, actions and DFA states of a new task.

A teacher's table is carried over observation by observation. Under the same map and rules equal contents are
the same situation. Where both see the whole map, a situation is how far off the place is that the teacher was
heading for. Position alone means nothing on another map: such tactics are made only on request, for baselines
that take them.

A DFA state of the target takes the state of the teacher whose departures, as the teacher made them, are
progress in the target: which is less than the same future, and all that an action needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from lantern.envs.catalogue import NOWHERE, Catalogue
from lantern.transfer.departures import Departures, departures

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary
    from lantern.transfer.alignment import Alignment
    from lantern.transfer.teacher import Teacher

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

Mode = Literal["same place", "whole map", "position only", "none"]
#: Advantages are cut at so many steps before they are averaged, and a value at so many steps to go.
WORST, FARTHEST = 5.0, 1000.0


@dataclass(frozen=True)
class Tactics:
    """A teacher's policy for a target: U DFA states, O table rows and A actions of the target.

    Attributes
    ----------
    teacher : str
        Name of the teacher.
    mode : {"same place", "whole map", "position only", "none"}
        How observations were matched.
    q : float64 array, shape (U, O, A)
        Values in [0, 1]; rows that are not known are 0.
    known : bool array, shape (U, O)
        Where the teacher has something to say.
    steps : float64 array, shape (U, O)
        Steps to go that the teacher promises, up to a constant per DFA state; inf where unknown.
    weight : float64 array, shape (U,)
        How surely the teacher's state fits, in [0, 1].
    source : int64 array, shape (U,)
        The teacher's DFA state; -1 where there is none.
    """

    teacher: str
    mode: Mode
    q: Floats
    known: Bools
    steps: Floats
    weight: Floats
    source: Ints

    @property
    def trustworthy(self) -> bool:
        """Whether teacher and student observe the same kind of thing."""
        return self.mode in ("same place", "whole map")

    def actions(self) -> Ints:
        """Greedy actions, shape (U, O); -1 where nothing is known."""
        return np.where(self.known, self.q.argmax(axis=2), -1)


def carry_over(
    teacher: Teacher,
    alignment: Alignment,
    dfa: DFA,
    vocabulary: Vocabulary,
    catalogue: Catalogue,
    recall: Mapping[str, NDArray[Any]] | None = None,
    *,
    permissive: bool = False,
) -> Tactics:
    """Carry a teacher's policy over to a task.

    Parameters
    ----------
    teacher : Teacher
        A tabular teacher; one without table or catalogue gives empty tactics.
    alignment : Alignment
        Its alignment with the task.
    dfa, vocabulary : DFA, Vocabulary
        The target task.
    catalogue : Catalogue
        What the target's observations mean.
    recall : mapping of str to array, optional
        ``event`` int64[M, 2] and ``index`` int32[O, M], where the target's table remembers the last event.
    permissive : bool
        Match positions by row and column on different maps, too. For baselines: it is not sound.

    Returns
    -------
    Tactics
    """
    rows = len(catalogue.content) if recall is None else int(recall["index"].max()) + 1
    empty = _empty(teacher.name, dfa.n_states, rows, len(catalogue.actions))
    mode = matching_mode(teacher, catalogue, permissive=permissive)
    if mode == "none":
        return empty
    match = departures(teacher, alignment, dfa, vocabulary)
    table = _Table(teacher)
    actions = _shared_actions(table.catalogue.actions, catalogue.actions)
    reader = _by_offset if mode == "whole map" else _by_content
    base = reader(table, match, catalogue, actions)
    q, steps = base
    if recall is not None:
        q, steps = _recalled(q, steps, table, match, catalogue, recall, actions, mode)
    known = np.isfinite(steps)
    known[match.source < 0] = False
    q[~known] = 0.0
    steps = np.where(known, steps, np.inf)
    return Tactics(teacher.name, mode, q, known, steps, match.weight, match.source)


def matching_mode(teacher: Teacher, catalogue: Catalogue, *, permissive: bool = False) -> Mode:
    """How the observations of a teacher and of a target can be matched.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    catalogue : Catalogue
        The target's.
    permissive : bool
        Whether a position on another map counts.
    """
    theirs = teacher.catalogue
    if theirs is None or "q" not in teacher.policy or theirs.kind != catalogue.kind:
        return "none"
    if not set(theirs.actions) & set(catalogue.actions):
        return "none"
    if theirs.place == catalogue.place:
        return "same place"
    if catalogue.offset is not None and theirs.offset is not None:
        return "whole map"
    return "position only" if permissive and catalogue.is_map else "none"


def _empty(name: str, states: int, rows: int, actions: int) -> Tactics:
    shape = (states, rows)
    return Tactics(
        name,
        "none",
        np.zeros((*shape, actions)),
        np.zeros(shape, np.bool_),
        np.full(shape, np.inf),
        np.zeros(states),
        np.full(states, -1, np.int64),
    )


class _Table:
    """A teacher's values per DFA state and plain observation, as steps to go."""

    def __init__(self, teacher: Teacher) -> None:
        assert teacher.catalogue is not None
        self.catalogue = teacher.catalogue
        q = np.asarray(teacher.policy["q"], np.float64)
        self.steps = steps_to_go(q, teacher.discount, teacher.env.get("rewards"))
        spread = q.max(axis=2) - q.min(axis=2)
        # A row that was never learned is level.
        self.steps[spread <= 1e-6 * np.maximum(np.abs(q).max(axis=2), 1e-9)] = np.inf
        self.discount = teacher.discount
        self.index: NDArray[Any] | None = teacher.policy.get("index")
        self.event: NDArray[Any] | None = teacher.policy.get("event")
        self.plain = self.steps if self.index is None else self._over_memories()

    def _over_memories(self) -> Floats:
        """Mean over what may be remembered at an observation; shape (V, O, A)."""
        assert self.index is not None
        picked = self.steps[:, np.maximum(self.index, 0)]
        known = (self.index >= 0)[None, :, :, None] & np.isfinite(picked)
        total = np.where(known, picked, 0.0).sum(axis=2)
        count = known.sum(axis=2)
        mean: Floats = np.where(count > 0, total / np.maximum(count, 1), np.inf)
        return mean


def steps_to_go(q: Floats, discount: float, rewards: Any = None) -> Floats:
    """Turn values into steps to acceptance: the inverse of the value of being accepted after so many steps.

    Parameters
    ----------
    q : float64 array
        Values.
    discount : float
        Their discount.
    rewards : mapping, optional
        ``accept`` and ``step``, the rewards they are made of; 1 and 0 by default.

    Returns
    -------
    float64 array
        At least 1, at most `FARTHEST`.
    """
    paid = rewards if isinstance(rewards, Mapping) else {}
    accept, step = float(paid.get("accept", 1.0)), float(paid.get("step", 0.0))
    floor = step / (1.0 - discount)
    scale = accept / discount - floor
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (q - floor) / scale
        steps: Floats = np.log(np.maximum(share, 1e-300)) / np.log(discount)
    return np.clip(steps, 1.0, FARTHEST)


def _values(steps: Floats, discount: float) -> Floats:
    """Values of steps to go; 0 where they are infinite."""
    finite = np.where(np.isfinite(steps), steps, FARTHEST)
    return np.where(np.isfinite(steps), discount ** (finite - 1.0), 0.0)


def _shared_actions(theirs: tuple[str, ...], mine: tuple[str, ...]) -> Ints:
    """Index of the teacher's action of the same name for each of mine; -1 where there is none."""
    return np.array([theirs.index(name) if name in theirs else -1 for name in mine], np.int64)


def _choose_actions(steps: Floats, actions: Ints) -> Floats:
    """Reorder the actions of the last axis; those that the teacher lacks are never chosen."""
    picked = steps[..., np.maximum(actions, 0)]
    return np.where(actions >= 0, picked, np.inf)


def _read(table: _Table, steps: Floats) -> tuple[Floats, Floats]:
    return _values(steps, table.discount), steps.min(axis=-1)


def _by_content(
    table: _Table, match: Departures, catalogue: Catalogue, actions: Ints
) -> tuple[Floats, Floats]:
    """Read the table where the contents are equal."""
    where = _same_content(table.catalogue, catalogue)
    steps = table.plain[np.maximum(match.source, 0)][:, np.maximum(where, 0)]
    steps = np.where((where >= 0)[None, :, None], steps, np.inf)
    return _read(table, _choose_actions(steps, actions))


def _same_content(theirs: Catalogue, mine: Catalogue) -> Ints:
    """Index of the teacher's observation of the same content; -1 where there is none."""
    found = {row.tobytes(): i for i, row in enumerate(np.ascontiguousarray(theirs.content))}
    rows = np.ascontiguousarray(mine.content)
    return np.array([found.get(row.tobytes(), -1) for row in rows], np.int64)


def _by_offset(
    table: _Table, match: Departures, catalogue: Catalogue, actions: Ints
) -> tuple[Floats, Floats]:
    """Read the table by the offset to where the teacher was heading for, and the student is to go."""
    offset, wanted = table.catalogue.offset, catalogue.offset
    assert offset is not None and wanted is not None
    steps = np.full((len(match.source), len(wanted), len(actions)), np.inf)
    for u, v in enumerate(match.source):
        if v < 0 or match.theirs[u] < 0:
            continue
        lookup = _OffsetTable(_choose_actions(table.plain[v], actions), offset[:, match.theirs[u]])
        steps[u] = lookup.read(wanted[:, match.mine[u]])
    return _read(table, steps)


class _OffsetTable:
    """Mean advice for each offset to a goal, on a grid of those that were seen; inf where there is none."""

    def __init__(self, steps: Floats, offset: NDArray[np.int32]) -> None:
        best = steps.min(axis=1)
        usable = np.isfinite(best) & (offset[:, 0] < NOWHERE)
        seen = offset[usable]
        self.lowest, self.highest = seen.min(axis=0, initial=0), seen.max(axis=0, initial=0)
        shape = tuple(self.highest - self.lowest + 1)
        place = tuple((seen - self.lowest).T)
        members = np.zeros(shape)
        np.add.at(members, place, 1.0)
        worse = np.zeros((*shape, steps.shape[1]))
        np.add.at(worse, place, np.minimum(steps[usable] - best[usable, None], WORST))
        # Steps to the goal, not to acceptance: what comes after it is elsewhere on another map.
        down, right = np.abs(np.indices(shape) + self.lowest[:, None, None])[..., None]
        with np.errstate(invalid="ignore"):
            mean = worse / members[..., None] + down + right + 1.0
        self.entries = np.where(members[..., None] > 0, mean, np.inf)

    def read(self, wanted: NDArray[np.int32]) -> Floats:
        """Advice for offsets; those beyond what the teacher saw are read at the edge of it.

        On the wrong side of anything seen, the nearest offset that was seen says nothing.
        """
        near = np.clip(wanted, self.lowest, self.highest)
        says = (wanted[:, 0] < NOWHERE) & (np.sign(near) == np.sign(wanted)).all(axis=1)
        found = self.entries[tuple((near - self.lowest).T)] + np.abs(wanted - near).sum(axis=1)[:, None]
        return np.where(says[:, None], found, np.inf)


def _recalled(
    q: Floats,
    steps: Floats,
    table: _Table,
    match: Departures,
    catalogue: Catalogue,
    recall: Mapping[str, NDArray[Any]],
    actions: Ints,
    mode: Mode,
) -> tuple[Floats, Floats]:
    """Spread what is known of plain observations over the rows of a table that remembers events.

    Where the teacher remembers events, too, and at the same places, its own row is taken.
    """
    index, event = recall["index"], recall["event"]
    seen, memory = np.nonzero(index >= 0)
    rows = index[seen, memory]
    spread_q = np.zeros((q.shape[0], int(index.max()) + 1, q.shape[2]))
    spread_steps = np.full(spread_q.shape[:2], np.inf)
    spread_q[:, rows], spread_steps[:, rows] = q[:, seen], steps[:, seen]
    if table.index is None or table.event is None or mode == "whole map":
        return spread_q, spread_steps
    where = _same_content(table.catalogue, catalogue)
    places = {int(place): m for m, (place, _) in enumerate(table.event) if m}
    remembered = np.array([0, *(places.get(int(where[place]), -1) for place, _ in event[1:])])
    for o, m, row in zip(seen, memory, rows, strict=True):
        if where[o] < 0 or remembered[m] < 0:
            continue
        theirs = int(table.index[where[o], remembered[m]])
        if theirs < 0:
            continue
        exact = _choose_actions(table.steps[np.maximum(match.source, 0), theirs], actions)
        better = np.isfinite(exact.min(axis=1))
        spread_q[better, row] = _values(exact[better], table.discount)
        spread_steps[better, row] = exact[better].min(axis=1)
    return spread_q, spread_steps
