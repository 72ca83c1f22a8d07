"""Binary decision diagrams over integers, as far as the compiler needs them.

A diagram is an integer: 0 is false, 1 is true, every other number is a node "if variable then high else low".
Nodes are unique, so two diagrams are equivalent exactly when their numbers are equal.
"""

from __future__ import annotations

from collections.abc import Callable

Operation = Callable[[int, int, int], int]

TERMINAL = 1 << 60  # "variable" of 0 and 1, below all others


class Diagrams:
    """Store of reduced ordered decision diagrams; variable 0 is tested first.

    Parameters
    ----------
    check : callable
        Called with the number of nodes each time it has grown by 2,048; raises to stop the construction.
    """

    def __init__(self, check: Callable[[int], None] = lambda nodes: None) -> None:
        self.variable = [TERMINAL, TERMINAL]
        self.low = [0, 1]
        self.high = [0, 1]
        self.node, self.ite = self._operations(check)

    def literal(self, variable: int) -> int:
        """Diagram of one variable."""
        return self.node(variable, 0, 1)

    def conj(self, f: int, g: int) -> int:
        """Diagram of ``f and g``."""
        return self.ite(f, g, 0)

    def disj(self, f: int, g: int) -> int:
        """Diagram of ``f or g``."""
        return self.ite(f, 1, g)

    def neg(self, f: int) -> int:
        """Diagram of ``not f``."""
        return self.ite(f, 0, 1)

    def apply(self, operator: str, *operands: int) -> int:
        """Diagram of a Boolean operator of the formula syntax (``true false ! & | -> <->``) on diagrams."""
        if operator in ("true", "false"):
            return int(operator == "true")
        if operator == "!":
            return self.neg(operands[0])
        f, g = operands
        if operator == "&":
            return self.ite(f, g, 0)
        if operator == "|":
            return self.ite(f, 1, g)
        return self.ite(f, g, 1 if operator == "->" else self.neg(g))

    def _operations(self, check: Callable[[int], None]) -> tuple[Operation, Operation]:  # noqa: C901
        """Make ``node`` and ``ite`` as closures: attribute look-ups would double the time of compiling."""
        variable, low, high = self.variable, self.low, self.high
        unique: dict[tuple[int, int, int], int] = {}
        computed: dict[tuple[int, int, int], int] = {}

        def node(v: int, when_false: int, when_true: int) -> int:
            if when_false == when_true:
                return when_false
            key = (v, when_false, when_true)
            found = unique.get(key)
            if found is None:
                found = unique[key] = len(variable)
                variable.append(v)
                low.append(when_false)
                high.append(when_true)
                if not found & 2047:
                    check(found)
            return found

        def ite(f: int, g: int, h: int) -> int:
            """If ``f`` then ``g`` else ``h``."""
            if f < 2:
                return g if f else h
            if g == h or (f == g and h == 0):
                return g
            if g == 1 and (h == 0 or f == h):
                return f
            key = (f, g, h)
            found = computed.get(key)
            if found is not None:
                return found
            vf, vg, vh = variable[f], variable[g], variable[h]
            v = vf if vf < vg else vg
            if vh < v:
                v = vh
            f0, f1 = (low[f], high[f]) if vf == v else (f, f)
            g0, g1 = (low[g], high[g]) if vg == v else (g, g)
            h0, h1 = (low[h], high[h]) if vh == v else (h, h)
            computed[key] = result = node(v, ite(f0, g0, h0), ite(f1, g1, h1))
            return result

        return node, ite
