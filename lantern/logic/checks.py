"""What is worth telling the author of a formula: parts that mean something only on infinite traces."""

from __future__ import annotations

from lantern.logic.formula import Formula

# How an operator reads under a negation.
_DUAL = {"F": "G", "G": "F", "X": "N", "N": "X", "U": "R", "R": "U", "W": "M", "M": "W", "&": "|", "|": "&"}
_ALWAYS = frozenset({"G", "R", "W"})  # their demands reach the last step, which has no next one


def formula_warnings(formula: Formula) -> tuple[str, ...]:
    """Point out what is meant for infinite traces and says something else on finite ones.

    Returns
    -------
    tuple of str
        One sentence for each suspicious subformula; empty if there is none.

    Examples
    --------
    >>> from lantern.logic import parse
    >>> formula_warnings(parse("G F home"))[0][:44]
    "'G F home' asks for no more than 'F(last & h"
    >>> formula_warnings(parse("F home & G !lava"))
    ()
    """
    found: dict[str, None] = {}
    seen: set[tuple[Formula, bool, bool]] = set()
    stack = [(formula, True, False)]
    while stack:
        part, positive, always = stack.pop()
        if (part, positive, always) in seen:
            continue
        seen.add((part, positive, always))
        warning = _recurrence(part, positive) or (_strong_next(part, positive) if always else "")
        if warning:
            found.setdefault(warning)
        operator = _effective(part, positive)
        inside = (always or operator in _ALWAYS) and operator not in ("F", "U", "M", "X", "N")
        stack += [(child, sign, inside) for child, sign in reversed(_children(part, positive))]
    return tuple(found)


def _effective(formula: Formula, positive: bool) -> str:
    """Operator of a formula, or of its negation with the negation pushed inside."""
    return formula.operator if positive else _DUAL.get(formula.operator, formula.operator)


def _children(formula: Formula, positive: bool) -> list[tuple[Formula, bool]]:
    """Operands with their signs; both signs for operands of an equivalence."""
    if formula.operator == "!":
        return [(formula.children[0], not positive)]
    if formula.operator == "->":
        return [(formula.children[0], not positive), (formula.children[1], positive)]
    if formula.operator == "<->":
        return [(child, sign) for child in formula.children for sign in (True, False)]
    return [(child, positive) for child in formula.children]


def _recurrence(formula: Formula, positive: bool) -> str:
    """Warn of ``G F a`` and ``F G a``, in whatever way they are written."""
    outer = _effective(formula, positive)
    if outer not in ("G", "F"):
        return ""
    inner = _recurring(formula.children[0], positive, "F" if outer == "G" else "G")
    if inner is None:
        return ""
    meant = f"F(last & {inner})" if len(inner.children) < 2 else f"F(last & ({inner}))"
    habit = "again and again" if outer == "G" else "from some point on for ever"
    return (
        f"'{formula if positive else ~formula}' asks for no more than '{meant}': a finite trace has a last "
        f"step, so nothing happens {habit}. Write that instead, or say how often it shall happen."
    )


def _recurring(formula: Formula, positive: bool, wanted: str) -> Formula | None:
    """Operand of the eventuality (or invariance) that stands directly under the other of the two."""
    if formula.operator == "!":
        return _recurring(formula.children[0], not positive, wanted)
    operator = _effective(formula, positive)
    if operator == wanted:
        child = formula.children[0]
        return child if positive else child.children[0] if child.operator == "!" else ~child
    if operator == ("&" if wanted == "F" else "|"):  # "always" distributes over "and", "eventually" over "or"
        return next((f for child in formula.children if (f := _recurring(child, positive, wanted))), None)
    return None


def _strong_next(formula: Formula, positive: bool) -> str:
    """Warn of a strong next that the last step of every trace would have to satisfy."""
    if _effective(formula, positive) != "X":
        return ""
    shown = formula if positive else ~formula
    return (
        f"'{shown}' is demanded of every step, but the last step has no next one. "
        "Write N instead of X (the next step, if there is one) unless the trace must not end there."
    )
