"""LTLf formulas and deterministic finite automata. Imports nothing of ours but the errors."""

from __future__ import annotations

from lantern.logic.checks import formula_warnings
from lantern.logic.compiler import compile
from lantern.logic.dfa import DFA, Edge
from lantern.logic.formula import Formula, build, conjunction, disjunction, proposition
from lantern.logic.parser import parse
from lantern.logic.semantics import evaluate
from lantern.logic.vocabulary import Proposition, Vocabulary

__all__ = [
    "DFA",
    "Edge",
    "Formula",
    "Proposition",
    "Vocabulary",
    "build",
    "compile",
    "conjunction",
    "disjunction",
    "evaluate",
    "formula_warnings",
    "parse",
    "proposition",
]
