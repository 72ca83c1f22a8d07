"""Short formulas for the labels that lead from one state to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lantern.errors import FormulaError
from lantern.logic.bdd import Diagrams
from lantern.logic.formula import (
    ATOM,
    FALSE,
    TEMPORAL,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    proposition,
)
from lantern.logic.transitions import Transitions

Literal = tuple[int, bool]  # variable, and whether it is true
Cube = frozenset[Literal]


class Labels:
    """Sets of labels that lead from one state to each of its successors, as decision diagrams.

    Parameters
    ----------
    transitions : Transitions
        The automaton.
    state : int
        Where the edges begin.
    names : sequence of str
        All propositions, in the order in which guards name them.
    """

    def __init__(self, transitions: Transitions, state: int, names: Sequence[str]) -> None:
        self.diagrams = Diagrams()
        self.names = [name for name in names if name in transitions.levels]
        self._transitions = transitions
        self._root = transitions.roots[state]
        self._nodes = transitions.below(state)
        self._tests = [self.diagrams.literal(self.names.index(name)) for name in transitions.levels]
        self.targets = [node for node in self._nodes if node < transitions.n_states]

    def guard(self, target: int) -> Formula:
        """Simplified formula of the labels that lead to a successor."""
        return simplify(self.diagrams, self._leading_to({target}), self.names)

    def cubes(self, targets: Iterable[int]) -> list[dict[str, bool]]:
        """Labels that lead to one of several states, as few conjunctions of literals (name -> holds)."""
        return self._named(self._leading_to(set(targets)))

    def clauses(self, targets: Iterable[int]) -> list[dict[str, bool]]:
        """The same labels as few disjunctions, of all of which one literal must hold."""
        negated = self._named(self.diagrams.neg(self._leading_to(set(targets))))
        return [{name: not value for name, value in cube.items()} for cube in negated]

    def _leading_to(self, targets: set[int]) -> int:
        """Diagram of the labels that lead to one of several states."""
        reaches: dict[int, int] = {}
        for node in self._nodes:
            branch = self._transitions.branch(node)
            if branch is None:
                reaches[node] = int(node in targets)
            else:
                level, low, high = branch
                reaches[node] = self.diagrams.ite(self._tests[level], reaches[high], reaches[low])
        return reaches[self._root]

    def _named(self, f: int) -> list[dict[str, bool]]:
        cubes = _ordered(irredundant_cover(self.diagrams, f))
        return [{self.names[v]: value for v, value in sorted(cube)} for cube in cubes]


def simplify(diagrams: Diagrams, f: int, names: Sequence[str]) -> Formula:
    """Short Boolean formula of a diagram.

    Literals that are necessary or sufficient are taken out first; what remains is the shorter of its
    irredundant sum of products and its irredundant product of sums.
    """
    if f < 2:
        return TRUE if f else FALSE
    support = _support(diagrams, f)
    necessary, rest = _factor(diagrams, f, support, sufficient=False)
    if necessary:
        return _combine("&", necessary, rest, diagrams, names)
    sufficient, rest = _factor(diagrams, f, support, sufficient=True)
    if sufficient:
        return _combine("|", sufficient, rest, diagrams, names)
    products = irredundant_cover(diagrams, f)
    sums = irredundant_cover(diagrams, diagrams.neg(f))
    if sum(map(len, sums)) < sum(map(len, products)):
        negated = (frozenset((v, not value) for v, value in cube) for cube in sums)
        return conjunction(disjunction(_literals(clause, names)) for clause in _ordered(negated))
    return disjunction(conjunction(_literals(cube, names)) for cube in _ordered(products))


def _factor(
    diagrams: Diagrams, f: int, support: Iterable[int], *, sufficient: bool
) -> tuple[list[Literal], int]:
    """Literals ``x`` with ``f = x & rest`` (or, if sufficient, ``f = x | rest``), and the rest."""
    literals = []
    for v in support:
        low, high = _restrict(diagrams, f, v, False), _restrict(diagrams, f, v, True)
        if low == int(sufficient):
            literals.append((v, not sufficient))
            f = high
        elif high == int(sufficient):
            literals.append((v, sufficient))
            f = low
    return literals, f


def _combine(
    operator: str, literals: Iterable[Literal], rest: int, diagrams: Diagrams, names: Sequence[str]
) -> Formula:
    parts = _literals(literals, names)
    if rest != int(operator == "&"):
        parts += _operands(operator, simplify(diagrams, rest, names))
    return conjunction(parts) if operator == "&" else disjunction(parts)


def _operands(operator: str, formula: Formula) -> list[Formula]:
    """Parts of a conjunction or disjunction that was built from the left."""
    if formula.operator != operator:
        return [formula]
    left, right = formula.children
    return [*_operands(operator, left), right]


def _literals(literals: Iterable[Literal], names: Sequence[str]) -> list[Formula]:
    """Formulas of literals: those that hold before those that do not, each in the order of the names."""
    ordered = sorted(literals, key=lambda literal: (not literal[1], literal[0]))
    return [proposition(names[v]) if value else ~proposition(names[v]) for v, value in ordered]


def _ordered(cubes: Iterable[Cube]) -> list[Cube]:
    return sorted(cubes, key=lambda cube: sorted((v, not value) for v, value in cube))


def _support(diagrams: Diagrams, f: int) -> list[int]:
    """Variables that a diagram tests, first to last."""
    seen: set[int] = set()
    stack = [f]
    while stack:
        node = stack.pop()
        if node > 1 and node not in seen:
            seen.add(node)
            stack += (diagrams.low[node], diagrams.high[node])
    return sorted({diagrams.variable[node] for node in seen})


def _restrict(diagrams: Diagrams, f: int, v: int, value: bool) -> int:
    """The diagram where one variable is fixed."""
    memo: dict[int, int] = {}

    def walk(node: int) -> int:
        if diagrams.variable[node] > v:
            return node
        if diagrams.variable[node] == v:
            return diagrams.high[node] if value else diagrams.low[node]
        if node not in memo:
            low, high = walk(diagrams.low[node]), walk(diagrams.high[node])
            memo[node] = diagrams.node(diagrams.variable[node], low, high)
        return memo[node]

    return walk(f)


def irredundant_cover(diagrams: Diagrams, f: int) -> list[Cube]:
    """Irredundant sum of products of a diagram (Minato, "Fast generation of irredundant sum-of-products
    forms from binary decision diagrams", SASIMI 1992).
    """  # noqa: D205
    memo: dict[tuple[int, int], tuple[list[Cube], int]] = {}

    def cover(lower: int, upper: int) -> tuple[list[Cube], int]:
        """Cubes whose union lies between two diagrams, and that union."""
        if lower == 0:
            return [], 0
        if upper == 1:
            return [frozenset()], 1
        if (lower, upper) not in memo:
            memo[lower, upper] = _cover_step(diagrams, lower, upper, cover)
        return memo[lower, upper]

    return cover(f, f)[0]


def _cover_step(diagrams: Diagrams, lower: int, upper: int, cover: object) -> tuple[list[Cube], int]:
    assert callable(cover)
    v = min(diagrams.variable[lower], diagrams.variable[upper])
    l0, l1 = _cofactors(diagrams, lower, v)
    u0, u1 = _cofactors(diagrams, upper, v)
    cubes0, f0 = cover(diagrams.conj(l0, diagrams.neg(u1)), u0)
    cubes1, f1 = cover(diagrams.conj(l1, diagrams.neg(u0)), u1)
    rest = diagrams.disj(diagrams.conj(l0, diagrams.neg(f0)), diagrams.conj(l1, diagrams.neg(f1)))
    cubes, f = cover(rest, diagrams.conj(u0, u1))
    union = diagrams.disj(f, diagrams.node(v, f0, f1))
    with_v = [cube | {(v, False)} for cube in cubes0] + [cube | {(v, True)} for cube in cubes1]
    return with_v + cubes, union


def _cofactors(diagrams: Diagrams, f: int, v: int) -> tuple[int, int]:
    return (diagrams.low[f], diagrams.high[f]) if diagrams.variable[f] == v else (f, f)


def diagram_of(guard: Formula, diagrams: Diagrams, names: Sequence[str]) -> int:
    """Diagram of a Boolean formula; variable ``i`` is the ``i``-th name.

    Raises
    ------
    FormulaError
        If the formula is temporal.
    """
    built: dict[Formula, int] = {}
    for part in guard.subformulas():
        if part.operator in TEMPORAL:
            raise FormulaError(
                f"The guard '{guard}' uses {part.operator!r}. A guard speaks of one label: "
                "use ! & | -> <-> only."
            )
        if part.operator == ATOM:
            built[part] = diagrams.literal(names.index(part.name))
        else:
            built[part] = diagrams.apply(part.operator, *(built[child] for child in part.children))
    return built[guard]
