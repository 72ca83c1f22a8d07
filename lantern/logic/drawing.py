"""Drawing automata as SVG, with nothing but the standard library.

States are boxes with their sentences, in layers from the start to acceptance. Edges that fail are short
dashed arrows to a cross, and the failing state is explained below, so that no edge runs across the picture.
Colours follow the page: set ``--lantern-ink``, ``--lantern-paper``, ``--lantern-accent`` and
``--lantern-alert`` in CSS; the defaults follow the light or dark scheme of the viewer.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from lantern.logic.layout import Item, Route, layout, nearest

if TYPE_CHECKING:
    from lantern.logic.dfa import DFA, Edge

_LINE, _GUARD_LINE = 14.5, 13.0
_BOX, _PAD = 224.0, 11.0
_GUARD_CHARS = 24
_GUARD_CHAR = 6.1
_MAX_LINES, _MAX_GUARD_LINES = 9, 4
_STUB = 26.0

_STYLE = """
.lantern-dfa{color:var(--lantern-ink,#1c2330);--paper:var(--lantern-paper,#fff);
--accent:var(--lantern-accent,#14805e);--alert:var(--lantern-alert,#c0392b);
font:11px/1.3 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media (prefers-color-scheme:dark){.lantern-dfa{color:var(--lantern-ink,#e4e8ef);
--paper:var(--lantern-paper,#14171e);--accent:var(--lantern-accent,#4cc79a);--alert:var(--lantern-alert,#ff8a7a)}}
.lantern-dfa text{fill:currentColor}
.lantern-dfa .paper{fill:var(--paper)}
.lantern-dfa .box{fill:var(--paper);stroke:currentColor;stroke-opacity:.55}
.lantern-dfa .accepting .box{stroke:var(--accent);stroke-opacity:1;stroke-width:1.4}
.lantern-dfa .badge{fill:var(--paper);stroke:currentColor;stroke-opacity:.55}
.lantern-dfa .accepting .badge{stroke:var(--accent);stroke-opacity:1}
.lantern-dfa .number{font-weight:600;font-size:10px;text-anchor:middle}
.lantern-dfa .minor{fill-opacity:.68}
.lantern-dfa .guard{font:10.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.lantern-dfa .edge{fill:none;stroke:currentColor;stroke-opacity:.7;stroke-width:1.1}
.lantern-dfa .head{fill:currentColor;fill-opacity:.75}
.lantern-dfa .fail .edge{stroke:var(--alert);stroke-dasharray:3 2.5;stroke-opacity:.9}
.lantern-dfa .fail text,.lantern-dfa .fail .head{fill:var(--alert)}
.lantern-dfa .cross{fill:none;stroke:var(--alert);stroke-width:1.8;stroke-linecap:round}
.lantern-dfa .note{fill-opacity:.62;font-size:10px}
"""


@dataclass(frozen=True)
class _Text:
    """Wrapped text: lines, each with whether it is of minor weight."""

    lines: tuple[tuple[str, bool], ...]

    @property
    def width(self) -> float:
        return max((len(line) for line, _ in self.lines), default=0) * _GUARD_CHAR


def svg(dfa: DFA, *, simultaneous: bool = False) -> str:
    """Draw an automaton.

    Parameters
    ----------
    dfa : DFA
        What to draw.
    simultaneous : bool
        Whether to draw edges for several events in one step where the same state is reached by one event
        after the other. They are many and teach little; a note says when some are left out.

    Returns
    -------
    str
        A complete SVG document, which can also stand inside HTML.
    """
    return _Picture(dfa, simultaneous).render()


class _Picture:
    """One drawing of one automaton."""

    def __init__(self, dfa: DFA, simultaneous: bool) -> None:
        self.dfa = dfa
        onward = [e for e in dfa.edges if e.source != e.target and dfa.live[e.target]]
        self.drawn = onward if simultaneous else _without_shortcuts(onward)
        self.left_out = len(onward) - len(self.drawn)
        self.fails = {e.source: e for e in dfa.edges if dfa.live[e.source] and not dfa.live[e.target]}
        self.loops = {e.source: e for e in dfa.edges if e.source == e.target and not _is_sink(dfa, e.source)}
        self.states = [u for u in range(dfa.n_states) if dfa.live[u]] or [dfa.initial]
        self.texts = {u: _sentence_lines(dfa.sentence(u)) for u in self.states}
        sizes = {u: self.size(u) for u in self.states}
        texts = [_guard_lines(edge) for edge in self.drawn]
        spaces = [(8.0, 8.0 + t.width, len(t.lines) * _GUARD_LINE + 14.0) for t in texts]
        edges = [(e.source, e.target, size) for e, size in zip(self.drawn, spaces, strict=True)]
        self.boxes, self.routes = layout(sizes, edges, self.states[0])
        self.guards = texts

    def size(self, state: int) -> tuple[float, float, float]:
        """Extents of a state's box from its axis, with room for the arrow to failure on its right."""
        height = max(2, len(self.texts[state])) * _LINE + 2 * _PAD
        beside = 10.0
        if state in self.fails:
            text = _guard_lines(self.fails[state])
            beside = _STUB + 12.0 + text.width
            height = max(height, len(text.lines) * _GUARD_LINE + 2 * _PAD)
        return _BOX / 2, _BOX / 2 + beside, height

    def render(self) -> str:
        """Put the document together."""
        items = [*self.boxes.values(), *(item for route in self.routes for item in route.items)]
        left = min(item.x - item.left for item in items) - 24
        right = max(item.x + item.right for item in items) + 16
        bottom = max(item.y + item.height for item in items)
        notes, bottom = self.notes(left + 24, bottom + 26, right - left)
        top, width, height = -40.0, right - left, bottom + 50.0
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="lantern-dfa" role="img" width="{width:.0f}" '
            f'height="{height:.0f}" viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}">',
            f"<title>{escape(str(self.dfa.formula or 'automaton'))}</title><style>{_STYLE}</style>",
            f'<rect class="paper" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>',
            *self.start(),
            *(
                part
                for route, text in zip(self.routes, self.guards, strict=True)
                for part in self.edge(route, text)
            ),
            *(part for state in self.states for part in self.state(state)),
            *notes,
            "</svg>",
        ]
        return "\n".join(parts)

    def start(self) -> list[str]:
        """The arrow into the initial state."""
        box = self.boxes[self.states[0]]
        x, y = box.x, box.y
        return [
            f'<circle class="head" cx="{x:.1f}" cy="{y - 26:.1f}" r="3.5"/>',
            f'<path class="edge" d="M{x:.1f},{y - 26:.1f}V{y - 6:.1f}"/>{_head(x, y, 1)}',
        ]

    def state(self, state: int) -> list[str]:
        """Box, sentence, self-loop and arrow to failure of one state."""
        box, dfa = self.boxes[state], self.dfa
        x, y = box.x - _BOX / 2, box.y
        kind = "accepting" if dfa.accepting[state] else "fail" if not dfa.live[state] else "open"
        sentence = escape(dfa.sentence(state))
        parts = [f'<g class="state {kind}" data-state="{state}"><title>{sentence}</title>']
        parts.append(_rect(x, y, _BOX, box.height, 9))
        if dfa.accepting[state]:
            parts.append(_rect(x + 3, y + 3, _BOX - 6, box.height - 6, 7))
        width = 10.0 + 6.5 * len(str(state))
        parts.append(
            f'<rect class="badge" x="{x + 10:.1f}" y="{y - 7:.1f}" width="{width}" height="14" rx="7"/>'
        )
        parts.append(f'<text class="number" x="{x + 10 + width / 2:.1f}" y="{y + 3.8:.1f}">{state}</text>')
        lines = self.texts[state]
        first = y + (box.height - len(lines) * _LINE) / 2 + 11
        parts += _lines(x + 12, first, _LINE, lines, "")
        if state in self.loops:
            parts += self.loop(x, y + box.height / 2, self.loops[state])
        parts.append("</g>")
        if state in self.fails:
            parts += self.fail(x + _BOX, y + box.height / 2, self.fails[state])
        return parts

    def loop(self, x: float, y: float, edge: Edge) -> list[str]:
        """Small arrow from a box to itself; its guard is shown by hovering."""
        path = f"M{x:.1f},{y - 7:.1f}c-17,-5 -17,19 -4,14"
        head = f'<path class="head" d="M{x:.1f},{y + 6:.1f}l-7.5,-1.5l3,6.5z"/>'
        return [f'<g><title>{escape(str(edge.guard))}</title><path class="edge" d="{path}"/>{head}</g>']

    def fail(self, x: float, y: float, edge: Edge) -> list[str]:
        """Dashed arrow to a cross, with its guard."""
        text = _guard_lines(edge)
        first = y - len(text.lines) * _GUARD_LINE / 2 + 9.5
        return [
            f'<g class="fail"><title>{escape(edge.sentence)}</title>',
            f'<path class="edge" d="M{x:.1f},{y:.1f}h{_STUB - 8:.1f}"/>{_cross(x + _STUB - 4, y)}',
            *_lines(x + _STUB + 6, first, _GUARD_LINE, text.lines, "guard"),
            "</g>",
        ]

    def edge(self, route: Route, text: _Text) -> list[str]:
        """Curve through the passages of an edge, with its guard beside it."""
        upper, lower = route.items[0], route.items[-1]
        x0, x1 = self.port(upper, route, below=True), self.port(lower, route, below=False)
        start, end = upper.y + upper.height, lower.y
        points = [(x0, start + 6 if route.upward else start), (x0, max(upper.bottom, start + 6))]
        for item in route.items[1:-1]:
            points += [(item.x, item.y), (item.x, item.y + item.height)]
        points.append((x1, end if route.upward else end - 6))
        head = _head(x0, start, -1) if route.upward else _head(x1, end, 1)
        edge = next(e for e in self.drawn if (e.source, e.target) == (route.source, route.target))
        label = route.text
        first = label.y + (label.height - len(text.lines) * _GUARD_LINE) / 2 + 9.5
        return [
            f'<g class="transition" data-source="{route.source}" data-target="{route.target}">',
            f"<title>{escape(f'{edge.guard}: {edge.sentence}')}</title>",
            f'<path class="edge" d="{_curve(points)}"/>{head}',
            *_lines(label.x + 6, first, _GUARD_LINE, text.lines, "guard"),
            "</g>",
        ]

    def port(self, box: Item, route: Route, *, below: bool) -> float:
        """Where an edge meets the border of a box: straight above or below its way, if there is room."""
        neighbours = sorted(box.below if below else box.above, key=lambda item: item.x)
        left, right = box.x - _BOX / 2 + 42, box.x + _BOX / 2 - 22  # the number stands at the left
        spacing = min(30.0, (right - left) / max(1, len(neighbours) - 1))
        wanted = [min(max(item.x, left), right) for item in neighbours]
        places = nearest(wanted, [i * spacing for i in range(len(neighbours))])
        shift = max(0.0, left - min(places)) - max(0.0, max(places) - right)
        return places[neighbours.index(route.items[1] if below else route.items[-2])] + shift

    def notes(self, x: float, y: float, width: float) -> tuple[list[str], float]:
        """What the failing state means, and what is not drawn; also where the notes end."""
        parts = []
        for state in range(self.dfa.n_states):
            if not self.dfa.live[state] and state not in self.states:
                parts.append(f'<g class="state fail" data-state="{state}">{_cross(x + 4, y - 4)}')
                lines = [(t, False) for t in _wrap(f"{state}: {self.dfa.sentence(state)}", width - 60)]
                parts += [*_lines(x + 16, y, _LINE, lines, ""), "</g>"]
                y += len(lines) * _LINE + 2
        texts = ["Labels that no arrow takes leave the state as it is."] if self.loops else []
        if self.left_out:
            texts.append("Several events in one step lead where they would lead one after the other.")
        for line in _wrap(" ".join(texts), width - 30):
            parts.append(f'<text class="note" x="{x:.1f}" y="{y:.1f}">{line}</text>')
            y += _LINE
        return parts, y - _LINE


def _is_sink(dfa: DFA, state: int) -> bool:
    return bool(dfa.settled[state] or not dfa.live[state])


def _without_shortcuts(edges: Sequence[Edge]) -> list[Edge]:
    """Drop edges for several simultaneous events that lead where edges for fewer events lead in turn."""
    kept: list[Edge] = []
    for edge in sorted(edges, key=lambda e: len(e.example)):
        smaller = [e for e in kept if len(e.example) < len(edge.example)]
        if len(edge.example) < 2 or not _leads(edge.source, edge.target, smaller, edge.example):
            kept.append(edge)
    return sorted(kept, key=lambda e: (e.source, e.target))


def _leads(source: int, target: int, edges: Sequence[Edge], events: frozenset[str]) -> bool:
    """Whether edges whose events are among those given lead from one state to another."""
    seen, stack = {source}, [source]
    while stack:
        state = stack.pop()
        for edge in edges:
            if edge.source == state and edge.example <= events and edge.target not in seen:
                seen.add(edge.target)
                stack.append(edge.target)
    return target in seen


def _sentence_lines(sentence: str) -> tuple[tuple[str, bool], ...]:
    """Wrap a state's sentence, each clause on a new line; all but the second (what remains) is minor."""
    lines: list[tuple[str, bool]] = []
    clauses = sentence.rstrip(".").split("; ")
    for index, clause in enumerate(clauses):
        minor = index != min(1, len(clauses) - 1)
        mark = "." if index == len(clauses) - 1 else ";"
        lines += [(line, minor) for line in _wrap(clause + mark, _BOX - 24)]
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], ("...", True)]
    return tuple(lines)


def _wrap(text: str, width: float) -> list[str]:
    """Break text into lines of at most a width in pixels, by the usual widths of a sans-serif font."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and sum(map(_char_width, longer)) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _char_width(char: str) -> float:
    if char in "iljtfrI.,;:'|! ()":
        return 4.0
    return 9.5 if char in "mwMW" or char.isupper() else 6.7


def _guard_lines(edge: Edge) -> _Text:
    """Wrap a guard; literals that must not hold are of minor weight where others must."""
    guard = str(edge.guard)
    head = " & ".join(sorted(edge.example, key=guard.find))
    rest = guard.removeprefix(head).strip()
    if head and rest and (rest.startswith("& ") or not rest):
        lines = [(line, False) for line in _wrap_guard(head)]
        lines += [(line, True) for line in _wrap_guard(rest)]
    else:
        lines = [(line, False) for line in _wrap_guard(guard)]
    if len(lines) > _MAX_GUARD_LINES:
        lines = [*lines[: _MAX_GUARD_LINES - 1], ("...", True)]
    return _Text(tuple(lines))


def _wrap_guard(text: str) -> list[str]:
    glued = text.replace("& ", "&\u00a0").replace("| ", "|\u00a0")
    wrapped = textwrap.wrap(glued, _GUARD_CHARS, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in wrapped]


def _rect(x: float, y: float, width: float, height: float, radius: float) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}" rx="{radius:.0f}"'
    return f'<rect class="box" x="{x:.1f}" y="{y:.1f}" {size}/>'


def _lines(x: float, y: float, step: float, lines: Iterable[tuple[str, bool]], kind: str) -> list[str]:
    return [
        f'<text class="{kind}{" minor" * minor}" x="{x:.1f}" y="{y + index * step:.1f}">{escape(line)}</text>'
        for index, (line, minor) in enumerate(lines)
    ]


def _cross(x: float, y: float) -> str:
    return f'<path class="cross" d="M{x - 3.5:.1f},{y - 3.5:.1f}l7,7m0,-7l-7,7"/>'


def _head(x: float, y: float, direction: int) -> str:
    """Arrowhead whose tip is at a point, pointing down (1) or up (-1)."""
    back = -8 * direction
    return f'<path class="head" d="M{x:.1f},{y:.1f}l-4,{back}h8z"/>'


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Smooth path through points, vertical at each of them."""
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(x0 - x1) < 0.5:
            path += f"L{x1:.1f},{y1:.1f}"
        else:
            middle = (y0 + y1) / 2
            path += f"C{x0:.1f},{middle:.1f} {x1:.1f},{middle:.1f} {x1:.1f},{y1:.1f}"
    return path
