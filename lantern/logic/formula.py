"""LTLf formulas: immutable and hash-consed, so that equal formulas are the same object."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from lantern.errors import FormulaError
from lantern.logic.vocabulary import _NAME, RESERVED

ATOM = "atom"
CONSTANTS = ("true", "false", "last")
UNARY = ("!", "X", "N", "F", "G")
BINARY = ("U", "W", "R", "M", "&", "|", "->", "<->")
TEMPORAL = frozenset("XNFGUWRM") | {"last"}

# Higher binds tighter.
PRECEDENCE = {"<->": 1, "->": 2, "|": 3, "&": 4, "U": 5, "W": 5, "R": 5, "M": 5}
PRECEDENCE |= dict.fromkeys(UNARY, 6) | dict.fromkeys((*CONSTANTS, ATOM), 7)
RIGHT_ASSOCIATIVE = frozenset({"U", "W", "R", "M", "->", "<->"})


class Formula:
    """One LTLf formula.

    Make formulas with :func:`lantern.logic.parse`, with :func:`proposition` and :func:`build`, or with the
    operators ``~ & | >>`` of Python on other formulas. Nothing is simplified: ``parse(str(f)) is f``.

    Attributes
    ----------
    operator : str
        One of ``! X N F G U W R M & | -> <->``, ``true false last``, or ``atom`` for a proposition.
    children : tuple of Formula
        Operands; empty for constants and propositions.
    name : str
        Name of the proposition; empty for everything else.
    """

    __slots__ = ("__weakref__", "_hash", "children", "name", "operator")

    operator: str
    children: tuple[Formula, ...]
    name: str

    def __new__(cls, operator: str, children: tuple[Formula, ...] = (), name: str = "") -> Formula:
        """Return the one formula of this shape."""
        key = (operator, children, name)
        found = _INTERNED.get(key)
        if found is None:
            _check(operator, children, name)
            found = super().__new__(cls)
            object.__setattr__(found, "operator", operator)
            object.__setattr__(found, "children", children)
            object.__setattr__(found, "name", name)
            object.__setattr__(found, "_hash", hash(key))
            found = _INTERNED.setdefault(key, found)
        return found

    def __setattr__(self, attribute: str, value: Any) -> None:
        raise AttributeError("A formula cannot be changed; build a new one.")

    def __hash__(self) -> int:
        result: int = self._hash  # type: ignore[attr-defined]
        return result

    def __reduce__(self) -> tuple[Any, ...]:
        # The text form, since a deep formula would exhaust pickle's recursion.
        from lantern.logic.parser import parse

        return parse, (str(self),)

    def __invert__(self) -> Formula:
        return Formula("!", (self,))

    def __and__(self, other: Formula) -> Formula:
        return Formula("&", (self, other))

    def __or__(self, other: Formula) -> Formula:
        return Formula("|", (self, other))

    def __rshift__(self, other: Formula) -> Formula:
        """Implication."""
        return Formula("->", (self, other))

    def __str__(self) -> str:
        texts: dict[Formula, str] = {}
        for formula in self.subformulas():
            texts[formula] = _print(formula, texts)
        return texts[self]

    def __repr__(self) -> str:
        return f"parse({str(self)!r})"

    def subformulas(self) -> Iterator[Formula]:
        """All distinct subformulas, children before parents, the formula itself last."""
        seen: set[Formula] = set()
        stack: list[tuple[Formula, bool]] = [(self, False)]
        while stack:
            formula, ready = stack.pop()
            if ready:
                yield formula
            elif formula not in seen:
                seen.add(formula)
                stack.append((formula, True))
                stack.extend((child, False) for child in reversed(formula.children))

    @property
    def propositions(self) -> tuple[str, ...]:
        """Names of the propositions in it, in the order of their first occurrence in the text."""
        return tuple(formula.name for formula in self.subformulas() if formula.operator == ATOM)

    @property
    def is_temporal(self) -> bool:
        """Whether it speaks of anything but the present step."""
        return any(formula.operator in TEMPORAL for formula in self.subformulas())


# Formulas that nobody holds are forgotten.
_INTERNED: weakref.WeakValueDictionary[tuple[str, tuple[Formula, ...], str], Formula] = (
    weakref.WeakValueDictionary()
)


def _check(operator: str, children: tuple[Formula, ...], name: str) -> None:
    arity = 1 if operator in UNARY else 2 if operator in BINARY else 0
    if operator not in PRECEDENCE or len(children) != arity:
        raise FormulaError(
            f"There is no operator {operator!r} with {len(children)} operands. "
            f"Use {' '.join(UNARY)} with one and {' '.join(BINARY)} with two."
        )
    if (operator == ATOM) != bool(name) or (name and (name in RESERVED or not _NAME.fullmatch(name))):
        raise FormulaError(
            f"{name!r} cannot name a proposition. Use letters, digits and underscores, no operator."
        )


def _print(formula: Formula, texts: dict[Formula, str]) -> str:
    operator = formula.operator
    if operator == ATOM:
        return formula.name
    if not formula.children:
        return operator
    level = PRECEDENCE[operator]
    if operator in UNARY:
        (child,) = formula.children
        wrapped = PRECEDENCE[child.operator] < level
        text = f"({texts[child]})" if wrapped else texts[child]
        return operator + text if operator == "!" or wrapped else f"{operator} {text}"
    left, right = formula.children
    rightward = operator in RIGHT_ASSOCIATIVE
    left_text = texts[left] if PRECEDENCE[left.operator] > level - (not rightward) else f"({texts[left]})"
    right_text = texts[right] if PRECEDENCE[right.operator] > level - rightward else f"({texts[right]})"
    return f"{left_text} {operator} {right_text}"


TRUE = Formula("true")
FALSE = Formula("false")
LAST = Formula("last")


def proposition(name: str) -> Formula:
    """Formula that holds where the proposition does.

    Raises
    ------
    FormulaError
        If the name is not an identifier or is an operator.
    """
    return Formula(ATOM, (), name)


def build(operator: str, *children: Formula) -> Formula:
    """Formula from an operator and its operands: ``build("U", a, b)``."""
    return Formula(operator, children)


def conjunction(formulas: Iterable[Formula]) -> Formula:
    """All of them; ``true`` for none."""
    items = list(formulas)
    return reduce(Formula.__and__, items) if items else TRUE


def disjunction(formulas: Iterable[Formula]) -> Formula:
    """At least one of them; ``false`` for none."""
    items = list(formulas)
    return reduce(Formula.__or__, items) if items else FALSE
