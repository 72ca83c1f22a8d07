"""A task's automaton for display: its drawing and one sentence for each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lantern.experiments.report.svg import embed

if TYPE_CHECKING:
    from lantern.logic import DFA


MOST_DRAWN = 60  # states: beyond, a drawing is a thicket, and takes longer than the rest of the page


@dataclass(frozen=True)
class State:
    """One state of an automaton: its number, what it means, and whether it is special."""

    index: int
    sentence: str
    tags: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Whether nothing is left to decide here: the task is fulfilled, or can no longer be."""
        return "fulfilled" in self.tags or "failed" in self.tags


@dataclass(frozen=True)
class Automaton:
    """What a report shows of a DFA: no drawing, and states without words, where they are too many."""

    svg: str
    states: tuple[State, ...]


def load_dfa(data: Mapping[str, Any]) -> DFA | None:
    """Read a stored automaton; None where none was stored."""
    from lantern.logic import DFA

    return DFA.from_dict(dict(data)) if data else None


def describe(dfa: DFA, key: str, title: str) -> Automaton:
    """Draw an automaton and say what its states mean.

    Parameters
    ----------
    dfa : DFA
        The automaton.
    key : str
        Prefix of the ids of the drawing, unique in the page.
    title : str
        What the drawing shows, for people who cannot see it.
    """
    small = dfa.n_states <= MOST_DRAWN
    states = tuple(State(u, _sentence(dfa, u) if small else "", _tags(dfa, u)) for u in range(dfa.n_states))
    return Automaton(embed(dfa.svg(), key, title) if small else "", states)


def _sentence(dfa: DFA, state: int) -> str:
    text = dfa.sentence(state).strip()
    return text[:1].upper() + text[1:]


def _tags(dfa: DFA, state: int) -> tuple[str, ...]:
    tags = ["start"] if state == dfa.initial else []
    if dfa.accepting[state]:
        # An accepting state from which acceptance can be lost again is not the end of the task.
        tags.append("fulfilled" if dfa.settled[state] else "accepting")
    elif not dfa.live[state]:
        tags.append("failed")
    return tuple(tags)
