"""A name for what an automaton accepts, the same however its formula was written."""

from __future__ import annotations

import hashlib
import json

from lantern.logic import DFA
from lantern.logic.compare import product
from lantern.logic.transitions import Transitions


def fingerprint(dfa: DFA) -> str:
    """Hash of an automaton's language: 16 hexadecimal digits of a SHA-256.

    Equivalent automata have equal fingerprints, whatever formula, version or order of propositions they come
    from: the minimal automaton is written down with its propositions in alphabetical order and its states in
    breadth-first order, which leaves no choice.
    """
    names = tuple(sorted(dfa.transitions.levels))
    idle = Transitions(n_states=1, levels=names, level=[], low=[], high=[], roots=[0])
    accepting = dfa.accepting.tolist()
    ordered, accepts = product(idle, dfa.transitions, lambda _, state: bool(accepting[state]))
    table = [names, ordered.level, ordered.low, ordered.high, ordered.roots, accepts]
    return hashlib.sha256(json.dumps(table).encode()).hexdigest()[:16]
