"""Actions for numbers of times: "at least twice", "no more than three times", "from two to four times"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.values import Made, Values


class _Numbers(Values):
    """Actions of the rules ``count``, ``times`` and ``quant``."""

    def one(self, leaf: Leaf) -> Made:
        yield 1, 0.0

    def two(self, leaf: Leaf) -> Made:
        yield self._number(leaf), 0.0

    def number(self, number: Leaf, times: Leaf) -> Made:
        yield self._number(number), 0.0

    def at_least(self, *parts: Any) -> Made:
        yield (self._said(parts), None, "at least"), 0.0

    def at_most(self, *parts: Any) -> Made:
        yield (None, self._said(parts), "at most"), 0.0

    def exactly(self, *parts: Any) -> Made:
        yield (self._said(parts), self._said(parts), "exactly"), 0.0

    def off(self, off: Leaf, number: int) -> Made:
        """Read "(not) more or less than twice"."""
        yield (number, number, "off"), 0.0

    def at_most_one_of(self, most: Leaf, one: Leaf) -> Made:
        """Read "at most one of" several things."""
        if self._tokens[one.at].text in ("one of", "any one of", "one"):
            yield ("most", 1), 0.0

    def from_to(self, at_least: Leaf, least: Any, comma: Any, but: Any, at_most: Leaf, high: int) -> Made:
        low = self._number(least) if isinstance(least, Leaf) else least
        if low <= high:
            yield (low, high, "exactly"), 0.0

    def number_of(self, number: Leaf) -> Made:
        yield (self._number(number), None, "times"), 0.0

    def _said(self, parts: Sequence[Any]) -> int:
        """The number of a count, made already or still a word."""
        found = next((part for part in parts if isinstance(part, int)), None)
        return self._number(parts[-1]) if found is None else found

    def at_least_n(self, number: Leaf, *parts: Any) -> Made:
        yield (self._number(number), None, "at least"), 0.0

    def at_most_n(self, number: Leaf, *parts: Any) -> Made:
        yield (None, self._number(number), "at most"), 0.0

    def range(self, first: int, rest: tuple[Any, ...]) -> Made:
        numbers = [first, *(part[-1] for part in rest)]
        low, high = min(numbers), max(numbers)
        if sorted(numbers) == list(range(low, high + 1)):
            yield (low or None, high, "exactly" if low else "at most"), 0.0

    def more_than(self, *parts: Any) -> Made:
        yield (self._said(parts) + 1, None, "more than"), 0.0

    def less_than(self, *parts: Any) -> Made:
        yield (None, self._said(parts) - 1, "less than"), 0.0

    def times(self, number: int) -> Made:
        yield (number, None, "times"), 0.0
