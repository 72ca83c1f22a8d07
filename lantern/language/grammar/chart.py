"""A general parser: every way to derive a stretch of tokens from a grammar that may be ambiguous.

The grammar is a text of rules ``name: alternative | alternative``. An alternative is a list of symbols,
lower case for rules and upper case for terminals, with groups ``( ... )`` and the suffixes ``? * +``, and
ends in ``-> action`` where its values are put together. Tokens may stand for several terminals. Results are
memoised for each rule and position, so that the work is polynomial however many derivations there are; left
recursion is not allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lantern.language.grammar.tokens import Token

Action = Callable[..., Iterable[tuple[Any, float]]]
Ends = dict[int, dict[Any, float]]  # end position -> value -> cost

_SYMBOL = re.compile(r"[A-Za-z_]+|\(|\)|\||[?*+]|->\s*\w+")
# Most values that are kept for one rule and stretch; the cheapest stay.
MAX_VALUES = 24


@dataclass(frozen=True, slots=True)
class Symbol:
    """A terminal, a rule or a group, and how often it may come: once, ``?``, ``*`` or ``+``."""

    name: str
    group: tuple[Alternative, ...] = ()
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A list of symbols and the action that makes one value of theirs."""

    symbols: tuple[Symbol, ...]
    action: str = ""


class Grammar:
    """Rules, read from text.

    Parameters
    ----------
    text : str
        The rules; lines that begin with ``#`` are comments.
    """

    def __init__(self, text: str) -> None:
        self.rules: dict[str, tuple[Alternative, ...]] = {}
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        for rule in re.split(r"\n(?=\w)", "\n".join(lines)):
            name, _, body = rule.partition(":")
            self.rules[name.strip()] = _Reader(_SYMBOL.findall(body)).alternatives()
        self._first: dict[str, frozenset[str] | None] = {}
        for rule in self.rules:
            self.first(rule)
        # Terminals that each alternative can begin with; most are ruled out by the next token alone.
        self.begins: dict[int, frozenset[str] | None] = {}
        for alternatives in self.rules.values():
            self._note(alternatives)

    def _note(self, alternatives: Sequence[Alternative]) -> None:
        for alternative in alternatives:
            self.begins[id(alternative)] = self._first_of(alternative.symbols)
            for symbol in alternative.symbols:
                self._note(symbol.group)

    def first(self, name: str) -> frozenset[str] | None:
        """Terminals that a rule can begin with; None if it can be empty."""
        if name not in self.rules:
            return frozenset({name})
        if name not in self._first:
            self._first[name] = None
            found = [self._first_of(alternative.symbols) for alternative in self.rules[name]]
            self._first[name] = None if None in found else frozenset().union(*(f for f in found if f))
        return self._first[name]

    def _first_of(self, symbols: Sequence[Symbol]) -> frozenset[str] | None:
        total: frozenset[str] = frozenset()
        for symbol in symbols:
            found = (
                self.first(symbol.name)
                if not symbol.group
                else _union(self._first_of(alternative.symbols) for alternative in symbol.group)
            )
            if found is None:
                return None
            total |= found
            if symbol.repeat not in ("?", "*"):
                return total
        return None


def _union(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found = list(sets)
    return None if None in found else frozenset().union(*(f for f in found if f))


class _Reader:
    """Reads the alternatives of a rule."""

    def __init__(self, symbols: list[str]) -> None:
        self._symbols = symbols
        self._at = 0

    def _peek(self) -> str:
        return self._symbols[self._at] if self._at < len(self._symbols) else ""

    def _take(self) -> str:
        self._at += 1
        return self._symbols[self._at - 1]

    def alternatives(self) -> tuple[Alternative, ...]:
        """Alternatives up to a closing bracket or the end."""
        found = [self._alternative()]
        while self._peek() == "|":
            self._take()
            found.append(self._alternative())
        return tuple(found)

    def _alternative(self) -> Alternative:
        symbols: list[Symbol] = []
        while self._peek() not in ("|", ")", ""):
            taken = self._take()
            if taken.startswith("->"):
                return Alternative(tuple(symbols), taken[2:].strip())
            group: tuple[Alternative, ...] = ()
            if taken == "(":
                group = self.alternatives()
                self._take()
            repeat = self._take() if self._peek() in ("?", "*", "+") and self._peek() else ""
            symbols.append(Symbol(taken, group, repeat))
        return Alternative(tuple(symbols))


class Chart:
    """Parses of one list of tokens.

    Parameters
    ----------
    grammar : Grammar
        The rules.
    tokens : sequence of Token
        What to parse.
    actions : object
        ``-> name`` calls its method of that name with the values of an alternative. The method yields
        values with their extra costs, or nothing where the combination makes no sense.
    """

    def __init__(self, grammar: Grammar, tokens: Sequence[Token], actions: object) -> None:
        self._grammar = grammar
        self._tokens = tokens
        self._actions = actions
        self._memo: dict[tuple[str, int], Ends] = {}
        self.furthest = 0

    def parse(self, name: str, start: int) -> Ends:
        """All values of a rule from a position, by the position where they end."""
        key = (name, start)
        if key not in self._memo:
            self._memo[key] = {}
            self._memo[key] = self._rule(name, start)
        return self._memo[key]

    def _rule(self, name: str, start: int) -> Ends:
        first = self._grammar.first(name)
        if first is not None and not self._can_begin(first, start):
            return {}
        return self._alternatives(self._grammar.rules[name], start)

    def _can_begin(self, first: frozenset[str], at: int) -> bool:
        return at < len(self._tokens) and not first.isdisjoint(self._tokens[at].types)

    def _alternatives(self, alternatives: Sequence[Alternative], start: int) -> Ends:
        ends: Ends = {}
        for alternative in alternatives:
            first = self._grammar.begins[id(alternative)]
            if first is not None and not self._can_begin(first, start):
                continue
            for end, values, cost in self._sequences(alternative.symbols, 0, start):
                for value, extra in self._apply(alternative.action, values):
                    _keep(ends.setdefault(end, {}), value, cost + extra)
        return {end: _cheapest(values) for end, values in ends.items()}

    def _apply(self, action: str, values: tuple[Any, ...]) -> Iterable[tuple[Any, float]]:
        if action:
            method: Action = getattr(self._actions, action)
            return method(*values)
        return [(values[0] if len(values) == 1 else values, 0.0)]

    def _sequences(
        self, symbols: Sequence[Symbol], at: int, start: int
    ) -> Iterator[tuple[int, tuple[Any, ...], float]]:
        if at == len(symbols):
            yield start, (), 0.0
            return
        for end, value, cost in self._repeated(symbols[at], start):
            for last, values, more in self._sequences(symbols, at + 1, end):
                yield last, (value, *values), cost + more

    def _repeated(self, symbol: Symbol, start: int) -> Iterator[tuple[int, Any, float]]:
        if not symbol.repeat:
            yield from self._once(symbol, start)
            return
        if symbol.repeat in ("?", "*"):
            yield start, (), 0.0
        if symbol.repeat == "?":
            for end, value, cost in self._once(symbol, start):
                yield end, (value,), cost
            return
        yield from self._many(symbol, start)

    def _many(self, symbol: Symbol, start: int) -> Iterator[tuple[int, Any, float]]:
        for end, value, cost in self._once(symbol, start):
            yield end, (value,), cost
            if end > start:
                for last, values, more in self._many(symbol, end):
                    yield last, (value, *values), cost + more

    def _once(self, symbol: Symbol, start: int) -> Iterator[tuple[int, Any, float]]:
        if symbol.group:
            ends = self._alternatives(symbol.group, start)
        elif symbol.name in self._grammar.rules:
            ends = self.parse(symbol.name, start)
        else:
            yield from self._terminal(symbol.name, start)
            return
        for end, values in ends.items():
            for value, cost in values.items():
                yield end, value, cost

    def _terminal(self, name: str, at: int) -> Iterator[tuple[int, Any, float]]:
        if at < len(self._tokens) and name in self._tokens[at].types:
            self.furthest = max(self.furthest, at + 1)
            yield at + 1, Leaf(name, at, self._tokens[at].types[name]), 0.0


@dataclass(frozen=True, slots=True)
class Leaf:
    """A token read as one of its terminals; `at` is its position, `values` what the lexicon says of it."""

    terminal: str
    at: int
    values: tuple[str, ...] = ()


def _keep(values: dict[Any, float], value: Any, cost: float) -> None:
    if cost < values.get(value, float("inf")):
        values[value] = cost


def _cheapest(values: dict[Any, float]) -> dict[Any, float]:
    if len(values) <= MAX_VALUES:
        return values
    return dict(sorted(values.items(), key=lambda item: item[1])[:MAX_VALUES])
