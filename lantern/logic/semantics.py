"""What a formula means on a finite trace: direct evaluation, the reference for the automata."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from lantern.logic.formula import ATOM, Formula

Value = list[bool]  # truth at each position of the trace, and past its end


def evaluate(formula: Formula, trace: Iterable[Iterable[str]]) -> bool:
    """Whether a finite trace satisfies a formula.

    Semantics of De Giacomo and Vardi (IJCAI 2013), extended to the empty trace: there propositions, ``X``,
    ``F``, ``U`` and ``M`` are false, ``N``, ``last``, ``G``, ``W`` and ``R`` are true.

    Parameters
    ----------
    formula : Formula
        What to evaluate.
    trace : iterable of labels
        Each label is an iterable of the names of the propositions that hold.
    """
    labels = [frozenset(label) for label in trace]
    values: dict[Formula, Value] = {}
    for part in formula.subformulas():
        values[part] = _value(part, labels, values)
    return values[formula][0]


def _value(formula: Formula, labels: Sequence[Collection[str]], values: dict[Formula, Value]) -> Value:
    operator, length = formula.operator, len(labels)
    if operator == ATOM:
        return [formula.name in label for label in labels] + [False]
    if operator in _CONSTANT:
        return [_CONSTANT[operator](i, length) for i in range(length + 1)]
    operands = [values[child] for child in formula.children]
    if operator in _POINTWISE:
        return [_POINTWISE[operator](*now) for now in zip(*operands, strict=True)]
    if operator in ("X", "N"):
        beyond = operator == "N"
        return [*operands[0][1:length], *[beyond] * min(length + 1, 2)]
    return _fixpoint(operator, operands, length)


def _fixpoint(operator: str, operands: list[Value], length: int) -> Value:
    """Evaluate ``F G U W R M`` from the end of the trace to its beginning."""
    step, beyond = _UNTIL[operator]
    result = [beyond] * (length + 1)
    for i in reversed(range(length)):
        result[i] = step(result[i + 1], *(operand[i] for operand in operands))
    return result


_CONSTANT: dict[str, Callable[[int, int], bool]] = {
    "true": lambda i, length: True,
    "false": lambda i, length: False,
    "last": lambda i, length: i >= length - 1,
}
_POINTWISE: dict[str, Callable[..., bool]] = {
    "!": lambda a: not a,
    "&": lambda a, b: a and b,
    "|": lambda a, b: a or b,
    "->": lambda a, b: b or not a,
    "<->": lambda a, b: a == b,
}
# Value now, from the value at the next position (the second entry stands in for it past the end).
_UNTIL: dict[str, tuple[Callable[..., bool], bool]] = {
    "F": (lambda later, a: a or later, False),
    "G": (lambda later, a: a and later, True),
    "U": (lambda later, a, b: b or (a and later), False),
    "W": (lambda later, a, b: b or (a and later), True),
    "R": (lambda later, a, b: b and (a or later), True),
    "M": (lambda later, a, b: b and (a or later), False),
}
