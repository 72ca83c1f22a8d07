"""Which source state was aligned with which target state: links between both automata, and the sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.experiments.report.automaton import Automaton, State
from lantern.experiments.report.palette import INK, MUTED

if TYPE_CHECKING:
    from lantern.experiments.results import Source

Floats = NDArray[np.float64]
ROW, WIDTH, RADIUS = 44, 250, 14
MOST = 60  # states listed; of more, the surest


@dataclass(frozen=True)
class Match:
    """A target state, the source state nearest to it, and how surely they correspond (0 to 1).

    The source is None where no state of the source's automaton corresponds.
    """

    target: State
    source: State | None
    weight: float


@dataclass(frozen=True)
class Links:
    """The alignment of a target with one source, ready for display.

    Attributes
    ----------
    source : Source
        The source.
    automaton : Automaton
        Its automaton.
    svg : str
        Both lists of states, with links.
    matches : tuple of Match
        The nearest source state of each target state.
    propositions : tuple of (str, str, float)
        Propositions of the target and of the source that correspond, and their similarity in [0, 1].
    mean : float
        Mean weight of the matches in states that are not the end of the task, in [0, 1].
    """

    source: Source
    automaton: Automaton
    svg: str
    matches: tuple[Match, ...]
    propositions: tuple[tuple[str, str, float], ...]
    mean: float


def state_weights(alignment: Mapping[str, Any] | None, source: str) -> Floats | None:
    """Weights between target and source states.

    Parameters
    ----------
    alignment : dict or None
        ``Alignment.to_dict()``.
    source : str
        Name of the source.

    Returns
    -------
    float64[U_target, U_source] or None
        None where the alignment says nothing of this source.
    """
    states = (alignment or {}).get("states") or {}
    if source not in states:
        return None
    weights = np.nan_to_num(np.asarray(states[source], dtype=np.float64))
    return weights if weights.ndim == 2 and weights.size else None


def proposition_pairs(alignment: Mapping[str, Any] | None, source: str) -> tuple[tuple[str, str, float], ...]:
    """Propositions that correspond, the surest first; empty where nothing was recorded."""
    found = ((alignment or {}).get("propositions") or {}).get(source) or {}
    pairs = [(name, str(pair["source"]), float(pair["similarity"])) for name, pair in found.items()]
    return tuple(sorted(pairs, key=lambda pair: -pair[2]))


def link(
    source: Source,
    weights: Floats,
    target: Sequence[State],
    automaton: Automaton,
    key: str,
    propositions: tuple[tuple[str, str, float], ...] = (),
) -> Links:
    """Make the display of one alignment.

    Parameters
    ----------
    source : Source
        The source task.
    weights : float64[U_target, U_source]
        How surely the states correspond, in [0, 1].
    target : sequence of State
        States of the target's automaton.
    automaton : Automaton
        The source's automaton.
    key : str
        Prefix of the ids of the drawing.
    propositions : tuple of (str, str, float)
        Propositions that correspond.
    """
    theirs = automaton.states
    weights = weights[: len(target), : len(theirs)]
    best = weights.argmax(axis=1)
    matches = tuple(
        Match(target[u], theirs[int(v)] if weights[u, v] > 0 else None, float(weights[u, v]))
        for u, v in enumerate(best)
    )
    open_states = [match.weight for match in matches if not match.target.over]
    mean = float(np.mean(open_states)) if open_states else 0.0
    surest = sorted(matches, key=lambda match: -match.weight)[:MOST]
    matches = tuple(sorted(surest, key=lambda match: match.target.index))
    heading = f"Alignment of the target's states with those of {source.name}"
    small = max(len(target), len(theirs)) <= MOST
    drawing = _draw(weights, target, theirs, key, heading) if small else ""
    return Links(source, automaton, drawing, matches, propositions, mean)


def _draw(weights: Floats, target: Sequence[State], theirs: Sequence[State], key: str, title: str) -> str:
    """Draw both state lists as columns, with a line for each correspondence worth seeing."""
    rows = max(len(target), len(theirs))
    height = rows * ROW + 30
    left, right = 24.0, WIDTH - 24.0
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-labelledby="{key}-t"><title id="{key}-t">{_escape(title)}</title>',
        _heading(left, "target", "start", -RADIUS),
        _heading(right, "source", "end", RADIUS),
    ]
    for u, v, weight, best in _visible(weights):
        y1, y2 = _y(u, len(target), rows), _y(v, len(theirs), rows)
        bend = (right - left) / 2
        path = f"M{left + RADIUS} {y1:g}C{left + bend} {y1:g} {right - bend} {y2:g} {right - RADIUS} {y2:g}"
        parts.append(
            f'<path d="{path}" fill="none" style="stroke:var({"--series-0" if best else MUTED.variable})" '
            f'stroke-width="{1 + 4.5 * weight:.2f}" '
            f'stroke-opacity="{0.25 + 0.65 * weight if best else 0.3:.2f}"/>'
        )
    parts += [_node(left, _y(u, len(target), rows), state) for u, state in enumerate(target)]
    parts += [_node(right, _y(v, len(theirs), rows), state) for v, state in enumerate(theirs)]
    return "".join(parts) + "</svg>"


def _visible(weights: Floats) -> list[tuple[int, int, float, bool]]:
    """Links to draw, the strongest last: the best of each target state, and those that come near it."""
    found = []
    for u, row in enumerate(weights):
        best = int(row.argmax())
        for v, weight in enumerate(row):
            near = weight > 0.2 and weight >= 0.75 * row[best]
            if weight > 0 and (v == best or near):
                found.append((u, v, float(np.clip(weight, 0, 1)), v == best))
    return sorted(found, key=lambda item: (item[3], item[2]))


def _y(index: int, count: int, rows: int) -> float:
    """Height of a state: the shorter column is centred beside the longer one."""
    return 30 + ROW * (index + 0.5 + (rows - count) / 2)


def _heading(x: float, text: str, anchor: str, shift: float) -> str:
    style = f"fill:var({MUTED.variable});font-size:12px"
    return f'<text x="{x + shift:g}" y="14" text-anchor="{anchor}" style="{style}">{text}</text>'


def _node(x: float, y: float, state: State) -> str:
    ring = (
        f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS - 3.5}" fill="none" style="stroke:var({INK.variable})"/>'
    )
    accepting = ring if {"fulfilled", "accepting"} & set(state.tags) else ""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS}" style="fill:var(--card);stroke:var({INK.variable})" '
        f'stroke-width="1.3"/>{accepting}<text x="{x:g}" y="{y + 4.3:g}" text-anchor="middle" '
        f'style="fill:var({INK.variable});font-size:12px">{state.index}</text>'
    )


def _escape(text: str) -> str:
    from html import escape

    return escape(text)
