"""From a formula to its minimal automaton, by progression on decision diagrams.

A state is what remains to be satisfied, up to propositional equivalence, as in the direct translation of
Spot's ltlf2dfa (Duret-Lutz et al., "Engineering an LTLf Synthesis Tool", CIAA 2025, arXiv:2507.02491). Each
formula is written over three kinds of variables, in this order of the diagrams:

1. the propositions now,
2. ``continues``: there is a next position,
3. one variable for each subformula that may be demanded of the next position.

So ``F a`` is ``a | continues & next[F a]`` and ``G a`` is ``a & (!continues | next[G a])``. Below the
propositions the diagrams are the states; their value without ``continues`` says whether the trace may end.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from lantern.errors import FormulaError
from lantern.logic.bdd import Diagrams
from lantern.logic.dfa import DFA
from lantern.logic.formula import ATOM, Formula
from lantern.logic.minimize import minimize
from lantern.logic.parser import parse
from lantern.logic.semantics import evaluate
from lantern.logic.transitions import Transitions, explore
from lantern.logic.vocabulary import Proposition, Vocabulary

_MAX_NODES_PER_STATE = 100
_FREE_NODES = 1_000_000


class Progression:
    """Diagrams of a formula and of all that may remain of it.

    Parameters
    ----------
    formula : Formula
        What to progress.
    max_states : int
        Greatest number of states, before minimisation.
    timeout : float
        Seconds.
    """

    def __init__(self, formula: Formula, max_states: int, timeout: float) -> None:
        self.formula = formula
        self.levels = formula.propositions
        self.max_states = max_states
        self.timeout = timeout
        self.started = time.monotonic()
        self.diagrams = Diagrams(self._check_nodes)
        self.continues = len(self.levels)
        self._continues = self.diagrams.literal(self.continues)
        self._demands: list[Formula] = []  # by variable, from continues + 1
        self._variables: dict[Formula, int] = {}
        self._next: dict[Formula, int] = {}
        self._progressed: dict[int, int] = {0: 0, 1: 1}
        self._now: dict[Formula, int] = {}
        for part in formula.subformulas():
            self._now[part] = self._normal_form(part)

    def initial(self) -> int:
        """State before the first label."""
        on_empty = int(evaluate(self.formula, []))
        return self.diagrams.node(self.continues, on_empty, self._required_next(self.formula))

    def accepts(self, state: int) -> bool:
        """Whether the trace may end here."""
        return bool(self.diagrams.low[state])

    def successors(self, state: int) -> int:
        """Diagram over the propositions whose leaves are the states after the next label."""
        return self._progress(self.diagrams.high[state])

    def _normal_form(self, formula: Formula) -> int:
        """Diagram of a formula at the present position, from those of its children."""
        operator = formula.operator
        if operator == ATOM:
            return self.diagrams.literal(self.levels.index(formula.name))
        if operator == "last":
            return self.diagrams.neg(self._continues)
        if operator in ("X", "N"):
            return self._after(operator == "X", self._required_next(formula.children[0]))
        operands = [self._now[child] for child in formula.children]
        if operator in ("F", "G", "U", "W", "R", "M"):
            return self._unfold(formula, operands)
        return self.diagrams.apply(operator, *operands)

    def _unfold(self, formula: Formula, operands: list[int]) -> int:
        """Fixed-point law of a temporal operator: what must hold now, or now and from the next position."""
        conj, disj = self.diagrams.conj, self.diagrams.disj
        later = self._after(formula.operator in ("F", "U", "M"), self._demand(formula))
        if formula.operator == "F":
            return disj(operands[0], later)
        if formula.operator == "G":
            return conj(operands[0], later)
        f, g = operands
        if formula.operator in ("U", "W"):
            return disj(g, conj(f, later))
        return conj(g, disj(f, later))

    def _after(self, strong: bool, demand: int) -> int:
        """Strong or weak next of a demand."""
        return self.diagrams.ite(self._continues, demand, 0 if strong else 1)

    def _demand(self, formula: Formula) -> int:
        """Variable that says: this formula is demanded of the next position."""
        if formula not in self._variables:
            self._variables[formula] = self.continues + 1 + len(self._demands)
            self._demands.append(formula)
        return self.diagrams.literal(self._variables[formula])

    def _required_next(self, formula: Formula) -> int:
        """Diagram over demands for a formula at the next position, split along its Boolean operators."""
        if formula not in self._next:
            if formula.operator in ("!", "&", "|", "->", "<->", "true", "false"):
                operands = [self._required_next(child) for child in formula.children]
                self._next[formula] = self.diagrams.apply(formula.operator, *operands)
            else:
                self._next[formula] = self._demand(formula)
        return self._next[formula]

    def _progress(self, demand: int) -> int:
        """Replace each demand by what it means one position later."""
        found = self._progressed.get(demand)
        if found is None:
            diagrams = self.diagrams
            formula = self._demands[diagrams.variable[demand] - self.continues - 1]
            when_true = self._progress(diagrams.high[demand])
            when_false = self._progress(diagrams.low[demand])
            found = self._progressed[demand] = diagrams.ite(self._now[formula], when_true, when_false)
        return found

    def check_states(self, states: int) -> None:
        """Stop when there are too many states, or it takes too long."""
        if states > self.max_states:
            raise _too_large(self.formula, f"needs more than {self.max_states:,} states", "max_states")
        self._check_nodes(0)

    def _check_nodes(self, nodes: int) -> None:
        """Stop when diagrams grow beyond what the allowed states can need, or it takes too long."""
        if time.monotonic() - self.started > self.timeout:
            raise _too_large(self.formula, f"takes more than {self.timeout:g} seconds", "timeout")
        if nodes > _FREE_NODES + self.max_states * _MAX_NODES_PER_STATE:
            raise _too_large(self.formula, f"needs more than {nodes:,} diagram nodes", "max_states")


def compile(
    formula: Formula | str,
    vocabulary: Mapping[str, str | Proposition] | None = None,
    *,
    max_states: int = 20_000,
    timeout: float = 30.0,
) -> DFA:
    """Minimal complete automaton that accepts exactly the traces which satisfy a formula.

    Parameters
    ----------
    formula : Formula or str
        What to accept; text is parsed.
    vocabulary : Vocabulary, optional
        The propositions and what they mean. Without it, any name in the formula is a proposition.
    max_states : int
        Greatest number of states before minimisation.
    timeout : float
        Seconds.

    Raises
    ------
    FormulaError
        If the text is no formula, names an unknown proposition, or the automaton is too large.

    Examples
    --------
    >>> compile("F(key & F door)").accepts([{"key"}, set(), {"door"}])
    True
    """
    if vocabulary is not None and not isinstance(vocabulary, Vocabulary):
        vocabulary = Vocabulary(vocabulary)
    if not isinstance(formula, Formula):
        formula = parse(formula, vocabulary)
    elif vocabulary is not None:
        formula = parse(str(formula), vocabulary)  # checks the names
    transitions, accepting = build(formula, max_states, timeout)
    return DFA(transitions, accepting, formula.propositions, vocabulary, formula)


def build(formula: Formula, max_states: int, timeout: float) -> tuple[Transitions, list[bool]]:
    """Transitions and acceptance of the minimal automaton of a formula; its initial state is 0."""
    try:
        progression = Progression(formula, max_states, timeout)
        transitions, states = explore(
            progression.diagrams,
            progression.levels,
            progression.initial(),
            progression.successors,
            progression.check_states,
        )
    except RecursionError:
        raise _too_large(formula, "is nested too deeply") from None
    return minimize(transitions, [progression.accepts(state) for state in states])


def _too_large(formula: Formula, what: str, parameter: str = "") -> FormulaError:
    text = str(formula)
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    remedy = f", or allow more with compile(..., {parameter}=...)" if parameter else ""
    return FormulaError(f"The automaton of {shown!r} {what}. Split the task into smaller ones{remedy}.")
