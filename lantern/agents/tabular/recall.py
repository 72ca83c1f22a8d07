"""What the agent remembers where what it sees is not enough.

Some worlds hide what just happened: a tile that gave its event gives it again only after another did. The
same observation, in the same DFA state, can lead to different things, and no table over the two can be
right. The agent may remember, though: it has seen every label and every observation itself. Where it is
needed, the place and the label of the last event become part of what tables are indexed by; for every agent
alike.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.envs.tabular import TabularModel

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Recall:
    """The index that tables are read by.

    Attributes
    ----------
    event : int64[M, 2]
        Observation and label mask of each event that can be remembered; row 0 stands for none.
    index : int32[O, M]
        Index of an observation together with what is remembered; -1 where the two never meet.
    """

    event: NDArray[np.int64]
    index: Ints

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Both arrays by name, to be kept beside the table."""
        return {"event": self.event, "index": self.index}


class _Same:
    """A model as a key: equal to itself only."""

    def __init__(self, model: TabularModel) -> None:
        self.model = model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.model is self.model

    def __hash__(self) -> int:
        return id(self.model)


def remember_where_needed(
    model: TabularModel, delta: Ints, start: Ints
) -> tuple[TabularModel, Recall] | None:
    """Add the last event to what is observed, where observation and DFA state are not enough; else None.

    The search through all states is made once for the same model and automaton: sweeps come back to them.

    Parameters
    ----------
    model, delta, start
        As `is_aliased` takes them.
    """
    return _remember_once(_Same(model), delta.shape, delta.tobytes(), start.tobytes())


@functools.lru_cache(maxsize=32)
def _remember_once(
    same: _Same, shape: tuple[int, int], delta: bytes, start: bytes
) -> tuple[TabularModel, Recall] | None:
    automaton = np.frombuffer(delta, np.int32).reshape(shape)
    aliased = is_aliased(same.model, automaton, np.frombuffer(start, np.int32))
    return remember(same.model) if aliased else None


def is_aliased(model: TabularModel, delta: Ints, start: Ints) -> bool:
    """Whether observation and DFA state leave open what an action does.

    Parameters
    ----------
    model : TabularModel
        The environment.
    delta : int32[U, L]
        Transitions of the automaton.
    start : int32[K]
        DFA state after the label of each start state.
    """
    if model.n_observations == model.n_states:
        return False
    states = _reachable(model, delta, start)
    meaning: dict[tuple[int, int], bytes] = {}
    for s, u in states:
        rows = (
            model.observation[model.next_state[s]].tobytes(),
            delta[u, model.label[s]].tobytes(),
            model.cumulative[s].tobytes(),
            model.terminated[s].tobytes(),
        )
        seen = (int(model.observation[s]), u)
        outcome = b"".join(rows)
        if meaning.setdefault(seen, outcome) != outcome:
            return True
    return False


def _reachable(model: TabularModel, delta: Ints, start: Ints) -> set[tuple[int, int]]:
    """Pairs of state and DFA state that can occur."""
    frontier = [(int(s), int(u)) for s, u in zip(model.initial, start, strict=True)]
    found = set(frontier)
    while frontier:
        s, u = frontier.pop()
        for after, label in zip(model.next_state[s].ravel(), model.label[s].ravel(), strict=True):
            pair = (int(after), int(delta[u, label]))
            if pair not in found:
                found.add(pair)
                frontier.append(pair)
    return found


def remember(model: TabularModel) -> tuple[TabularModel, Recall]:
    """Add the last event to what the agent observes.

    Returns
    -------
    model : TabularModel
        The same world; its observations tell the remembered event too.
    recall : Recall
        How they are numbered.
    """
    events: dict[tuple[int, int], int] = {(-1, 0): 0}
    states: dict[tuple[int, int], int] = {}
    frontier: list[tuple[int, int]] = []

    def number(s: int, m: int) -> int:
        if (s, m) not in states:
            states[s, m] = len(states)
            frontier.append((s, m))
        return states[s, m]

    def event(s: int, label: int, m: int) -> int:
        mask = int(model.masks[label])
        return events.setdefault((int(model.observation[s]), mask), len(events)) if mask else m

    starts = zip(model.initial, model.initial_label, strict=True)
    initial = [number(int(s), event(int(s), int(label), 0)) for s, label in starts]
    following: list[NDArray[np.int32]] = []
    while len(following) < len(frontier):
        s, m = frontier[len(following)]
        row = np.empty_like(model.next_state[s])
        for place in np.ndindex(*row.shape):
            after = int(model.next_state[s][place])
            row[place] = number(after, event(after, int(model.label[s][place]), m))
        following.append(row)
    origin = np.array([s for s, _ in frontier])
    index = np.full((model.n_observations, len(events)), -1, np.int32)
    observation = np.empty(len(frontier), np.int32)
    for at, (s, m) in enumerate(frontier):
        cell = (int(model.observation[s]), m)
        if index[cell] < 0:
            index[cell] = index.max() + 1
        observation[at] = index[cell]
    richer = replace(
        model,
        next_state=np.array(following),
        cumulative=model.cumulative[origin],
        label=model.label[origin],
        terminated=model.terminated[origin],
        reward=None if model.reward is None else model.reward[origin],
        initial=np.array(initial, np.int32),
        observation=observation,
        n_observations=int(index.max()) + 1,
    )
    return richer, Recall(np.array(list(events), np.int64), index)
