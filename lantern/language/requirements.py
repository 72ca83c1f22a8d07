"""Meaning of structured requirements (scope, trigger, timing, response), as in FRETish on finite traces.

Every requirement is a *core* (what the timing asks of the response) inside an interval. An interval ends with
the step at which `end` holds; the scopes say where intervals start. The scopes "only in", "only before" and
"only after" ask for the opposite of the core outside their mode.

References
----------
Giannakopoulou, Pressburger, Mavridou, Schumann: Automated formalization of structured natural language
requirements. Information and Software Technology 137, 2021.
"""

from __future__ import annotations

from collections.abc import Callable

from lantern.errors import FormulaError
from lantern.language.ast import Requirement
from lantern.logic.formula import LAST, TRUE, Formula, build

Core = Callable[[Formula], Formula]


def requirement_formula(node: Requirement, condition: Callable[..., Formula]) -> Formula:
    """Formula of a requirement; `condition` gives the formula of a condition node."""
    _check(node)
    response = condition(node.response)
    stop = condition(node.stop) if node.stop else TRUE
    trigger = condition(node.trigger) if node.trigger else None
    opposite = node.scope.startswith("only")
    timing = _OPPOSITE[node.timing] if opposite else node.timing
    core = _triggered(_core(timing, ~response if opposite else response, stop), trigger, node.edge)
    if node.mode is None:
        return core(LAST)
    return _SCOPES[node.scope](condition(node.mode), core)


def _check(node: Requirement) -> None:
    if (node.mode is None) != (node.scope == "always"):
        raise FormulaError("A requirement needs a mode exactly if its scope is not 'always'.")
    if (node.stop is None) == (node.timing in ("until", "before")):
        raise FormulaError(
            "A requirement needs a stop condition exactly for the timings 'until' and 'before'."
        )


# What an "only" scope asks outside of it: the denial of the timing, with the response denied already.
_OPPOSITE = {
    "always": "eventually",
    "eventually": "always",
    "never": "eventually of denied",
    "immediately": "immediately",
    "next": "next",
    "finally": "finally",
    "until": "before",
    "before": "until",
}


def _core(timing: str, response: Formula, stop: Formula) -> Core:
    def until(left: Formula, right: Formula) -> Formula:
        return build("U", left, right)

    def release(left: Formula, right: Formula) -> Formula:
        return build("R", left, right)

    cores: dict[str, Core] = {
        "always": lambda end: release(end, response),
        "never": lambda end: release(end, ~response),
        "eventually": lambda end: until(~end, response),
        "eventually of denied": lambda end: until(~end, ~response),
        "immediately": lambda end: response,
        "next": lambda end: end | build("X", response),
        "finally": lambda end: release(end, end >> response),
        "until": lambda end: release(stop | end, response | stop),
        "before": lambda end: release(response | end, ~stop),
    }
    return cores[timing]


def _triggered(core: Core, trigger: Formula | None, edge: bool) -> Core:
    if trigger is None:
        return core

    def whenever(end: Formula) -> Formula:
        return build("R", end, trigger >> core(end))

    def upon(end: Formula) -> Formula:
        rises = ~trigger & build("X", trigger) & ~end
        return build("R", end, rises >> build("X", core(end))) & (trigger >> core(end))

    return upon if edge else whenever


def _enters(mode: Formula) -> Formula:
    """Last step before the mode begins."""
    return ~mode & build("X", mode)


def _leaves(mode: Formula) -> Formula:
    """Last step of the mode."""
    return mode & build("X", ~mode)


def _in(mode: Formula, core: Core) -> Formula:
    inside = core(_leaves(mode) | LAST)
    return build("G", _enters(mode) >> build("X", inside)) & (mode >> inside)


def _before(mode: Formula, core: Core) -> Formula:
    return core(_enters(mode) | LAST) | mode


def _after(mode: Formula, core: Core) -> Formula:
    left = _leaves(mode)
    return build("W", ~left, left & build("X", core(LAST)))


def _only_before(mode: Formula, core: Core) -> Formula:
    # Outside "before the mode" begins where the mode begins.
    begun = build("W", ~_enters(mode), _enters(mode) & build("X", core(LAST)))
    return (~mode >> begun) & (mode >> core(LAST))


_SCOPES: dict[str, Callable[[Formula, Core], Formula]] = {
    "in": _in,
    "not_in": lambda mode, core: _in(~mode, core),
    "only_in": lambda mode, core: _in(~mode, core),
    "before": _before,
    "after": _after,
    "only_before": _only_before,
    "only_after": lambda mode, core: core(_leaves(mode) | LAST),
}
