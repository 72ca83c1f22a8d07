"""Colours, dashes and markers: one style for each agent, the same in every figure and table.

The colours are those of Okabe and Ito (2008), which stay apart under the common kinds of colour blindness;
since colour is never enough on paper, each agent also has its own dash pattern and marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Dash = tuple[float, ...]


@dataclass(frozen=True)
class Role:
    """A colour of the page: its CSS variable, and its value on light and on dark paper."""

    variable: str
    light: str
    dark: str


@dataclass(frozen=True)
class Style:
    """How one agent is drawn."""

    colour: Role
    dash: Dash
    marker: str
    width: float


INK = Role("--ink", "#1c2026", "#e8e6e1")
MUTED = Role("--muted", "#5a6472", "#a3a9b3")
RULE = Role("--rule", "#d9dde3", "#363c45")
PAPER = Role("--paper", "#fdfdfb", "#15181d")

_HERO = Role("--series-0", "#d55e00", "#ff8b47")
_BASELINE = Role("--series-1", "#3a424d", "#c9ced6")
_OTHERS = (
    Role("--series-2", "#0072b2", "#55b0ec"),
    Role("--series-3", "#009e73", "#35c79b"),
    Role("--series-4", "#b0548a", "#e7a3cb"),
    Role("--series-5", "#b87f00", "#f0b53c"),
    Role("--series-6", "#2b94c9", "#9ad8fb"),
    Role("--series-7", "#8a8400", "#efe55a"),
)
_DASHES: tuple[Dash, ...] = ((), (6, 2), (2, 2), (8, 2, 2, 2), (1, 1.6), (10, 3), (4, 2, 1, 2, 1, 2), (3, 1))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")

ROLES = (INK, MUTED, RULE, PAPER, _HERO, _BASELINE, *_OTHERS)


def styles(agents: Sequence[str], hero: str | None, baseline: str | None) -> dict[str, Style]:
    """Give every agent a style of its own.

    Parameters
    ----------
    agents : sequence of str
        All agents, in the order of the sweep.
    hero : str or None
        The agent the report is about: drawn heavy, in vermilion.
    baseline : str or None
        The agent others are compared with: drawn in the colour of the text.
    """
    chosen: dict[str, Style] = {}
    rest = [agent for agent in agents if agent not in (hero, baseline)]
    if hero is not None:
        chosen[hero] = Style(_HERO, _DASHES[0], _MARKERS[0], 2.6)
    if baseline is not None and baseline != hero:
        chosen[baseline] = Style(_BASELINE, _DASHES[1], _MARKERS[1], 1.7)
    for index, agent in enumerate(rest):
        colour = _OTHERS[index % len(_OTHERS)]
        # More agents than colours: the colour comes round again with another dash and marker.
        turn = 2 + index + index // len(_OTHERS)
        chosen[agent] = Style(colour, _DASHES[turn % len(_DASHES)], _MARKERS[turn % len(_MARKERS)], 1.7)
    return {agent: chosen[agent] for agent in agents}


def swatch(style: Style) -> str:
    """Draw a legend key as a small SVG: the agent's dash pattern with its marker in the middle."""
    colour = f"var({style.colour.variable})"
    dash = f' stroke-dasharray="{" ".join(str(part * 1.4) for part in style.dash)}"' if style.dash else ""
    line = f'<path d="M1 7H33" stroke="{colour}" stroke-width="{style.width}"{dash}/>'
    shape = _SHAPES[style.marker].format(fill=f'fill="{colour}"')
    box = 'viewBox="0 0 34 14" width="34" height="14"'
    return f'<svg class="swatch" {box} aria-hidden="true">{line}{shape}</svg>'


_SHAPES = {
    "o": '<circle cx="17" cy="7" r="3.6" {fill}/>',
    "s": '<rect x="13.6" y="3.6" width="6.8" height="6.8" {fill}/>',
    "^": '<path d="M17 2.8L21 10.4H13Z" {fill}/>',
    "D": '<path d="M17 2.6L21.4 7L17 11.4L12.6 7Z" {fill}/>',
    "v": '<path d="M17 11.2L21 3.6H13Z" {fill}/>',
    "P": '<path d="M15.5 3h3v2.5H21v3h-2.5V11h-3V8.5H13v-3h2.5Z" {fill}/>',
    "X": '<path d="M13.6 5.2l1.6-1.6l1.8 1.8l1.8-1.8l1.6 1.6l-1.8 1.8l1.8 1.8l-1.6 1.6l-1.8-1.8l-1.8 1.8'
    'l-1.6-1.6l1.8-1.8z" {fill}/>',
    "h": '<path d="M17 3L20.5 5V9L17 11L13.5 9V5Z" {fill}/>',
}
