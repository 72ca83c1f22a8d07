"""Random formulas, labels and traces, and an evaluator that follows the definitions word for word."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from lantern.logic import Formula, build, parse, proposition

NAMES = ("a", "b", "c")
UNARY = ("!", "X", "N", "F", "G")
BINARY = ("U", "W", "R", "M", "&", "|", "->", "<->")

# The same examples in every run, and no deadline: other work may share the machine.
SETTINGS = settings(derandomize=True, deadline=None, database=None)


def formulas(names: tuple[str, ...] = NAMES, leaves: int = 12) -> st.SearchStrategy[Formula]:
    """Formulas over all operators."""
    atoms = st.sampled_from([proposition(name) for name in names])
    constants = st.sampled_from([parse("true"), parse("false"), parse("last")])
    return st.recursive(
        st.one_of(atoms, atoms, atoms, constants),
        lambda inner: st.one_of(
            st.builds(build, st.sampled_from(UNARY), inner),
            st.builds(build, st.sampled_from(BINARY), inner, inner),
        ),
        max_leaves=leaves,
    )


def traces(names: tuple[str, ...] = NAMES, size: int = 6) -> st.SearchStrategy[list[frozenset[str]]]:
    """Traces, the empty one included."""
    return st.lists(st.frozensets(st.sampled_from(names)), max_size=size)


def holds(f: Formula, trace: list[frozenset[str]], i: int = 0) -> bool:
    """Satisfaction at position ``i``, by quantifiers over positions; ``i == len(trace)`` is past the end."""
    n = len(trace)
    if f.operator in ("true", "false"):
        return f.operator == "true"
    if f.operator == "atom":
        return i < n and f.name in trace[i]
    if f.operator == "last":
        return not i + 1 < n
    first, *rest = f.children
    later = range(i, n)
    match f.operator:
        case "!":
            return not holds(first, trace, i)
        case "X":
            return i + 1 < n and holds(first, trace, i + 1)
        case "N":
            return not i + 1 < n or holds(first, trace, i + 1)
        case "F":
            return any(holds(first, trace, j) for j in later)
        case "G":
            return all(holds(first, trace, j) for j in later)
    return _binary(f.operator, first, rest[0], trace, i)


def _binary(operator: str, f: Formula, g: Formula, trace: list[frozenset[str]], i: int) -> bool:
    later = range(i, len(trace))
    match operator:
        case "&":
            return holds(f, trace, i) and holds(g, trace, i)
        case "|":
            return holds(f, trace, i) or holds(g, trace, i)
        case "->":
            return not holds(f, trace, i) or holds(g, trace, i)
        case "<->":
            return holds(f, trace, i) == holds(g, trace, i)
        case "U":
            return any(holds(g, trace, j) and all(holds(f, trace, k) for k in range(i, j)) for j in later)
        case "W":
            return _binary("U", f, g, trace, i) or all(holds(f, trace, j) for j in later)
        case "R":
            return all(holds(g, trace, j) or any(holds(f, trace, k) for k in range(i, j)) for j in later)
        case "M":
            return _binary("R", f, g, trace, i) and any(holds(f, trace, j) for j in later)
    raise AssertionError(operator)
