"""Actions for clauses that forbid or put in order what they name as their subject."""

from __future__ import annotations

from typing import Any

from lantern.language.ast import And
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import Cond, Core, Mod, NounPhrase, Thing
from lantern.language.grammar.values import Made, Values, first_leaf


class _Forbidding(Values):
    """Actions of the rule ``core`` for what is forbidden, and for what comes before something else."""

    def banned_with(
        self, verb: Any, phrase: NounPhrase, done: Any, mods: tuple[Any, ...], comma: Any, banned: Leaf
    ) -> Made:
        """Read "bottling the beer without cleaning the kettle first is not allowed"."""
        if self._tokens[first_leaf(verb).at].text.split()[0].endswith("ing"):
            yield Core("ban", phrase, passive=True, mods=tuple(part[1] for part in mods)), -0.2

    def banned_at(self, banned: Leaf, to: Leaf, phrase: NounPhrase) -> Made:
        """Read "the ship is not allowed in the harbour"."""
        if self._tokens[to.at].text != "to":
            yield Core("ban", phrase), 0.0

    def ban_pair(self, *parts: Any) -> Made:
        """Read "the door must not be open and the lamp must not be on at the same time"."""
        first, second = (part for part in parts if isinstance(part, Thing))
        both = Thing(And((first.condition, second.condition)))
        yield Core("ban", both), -0.5

    def precedes(self, *parts: Any) -> Made:
        """Read "a must precede b" as no b before a."""
        sooner, later = (part for part in parts if not _is_word(part))
        yield from self._order(sooner, later, parts)

    def _order(self, sooner: NounPhrase, later: NounPhrase, parts: tuple[Any, ...]) -> Made:
        said = {leaf.terminal for part in parts if isinstance(part, tuple) for leaf in _leaves(part)}
        if said & {"NOT", "NEVER"}:
            sooner, later = later, sooner
        yield Core("ban", later, mods=(Mod("until", Cond(sooner)),)), -0.2


def _is_word(part: Any) -> bool:
    return isinstance(part, tuple | Leaf)


def _leaves(part: Any) -> list[Leaf]:
    if isinstance(part, Leaf):
        return [part]
    return [leaf for one in part for leaf in _leaves(one)] if isinstance(part, tuple) else []
