"""Values that the actions of the grammar share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from lantern.language.ast import And, Atom, Not, Or
from lantern.language.english.words import base_forms
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.phrases import (
    Group,
    Mod,
    NounPhrase,
    Thing,
    things,
)
from lantern.language.grammar.timing import Window
from lantern.language.grammar.tokens import Token
from lantern.language.making import denied

Made = Iterable[tuple[Any, float]]


RETURNING = ("return", "go back", "come back", "head back", "get back", "travel back", "going back")


LEADING = frozenset({"go", "going", "come", "coming", "proceed", "head", "move", "continue", "continuing"})


# Costs order the readings of one text; only the cheapest are offered.
BARE_LIST = 0.5


BARE_UNIT = 1.0


def first_leaf(value: Any) -> Leaf:
    """First token of a value of the grammar."""
    while isinstance(value, tuple):
        value = value[0]
    return value  # type: ignore[no-any-return]


def value_of(group: Any, default: Any) -> Any:
    """Value of a modifier that may be missing, with a comma after it."""
    return group[0][0].value if group else default


def innermost(value: Any) -> Any:
    """First value inside nested groups."""
    while isinstance(value, tuple) and value:
        value = value[0]
    return value


def forced(value: Any) -> Literal["", "must", "may"]:
    """Modal force of a clause: none, must or may."""
    return value[0] if value else ""


def whole(phrase: NounPhrase) -> bool:
    """Whether a thing was named in full."""
    return phrase.whole if isinstance(phrase, Thing) else True


def is_verb(value: Any) -> bool:
    """Whether a value is a verb."""
    return isinstance(first_leaf(value), Leaf) and first_leaf(value).terminal in ("GO", "STAY")


def is_be(tokens: Sequence[Token], verb: Any) -> bool:
    """Whether a verb says no more than that something is so."""
    return tokens[first_leaf(verb).at].text in (
        "be",
        "is",
        "are",
        "was",
        "were",
        "been",
        "being",
        "have",
        "has",
        "hold",
        "stand",
        "standing",
    )


_HOLDING = frozenset({"hold", "carry", "wear", "possess", "own", "have", "keep"})


def holds(tokens: Sequence[Token], verb: Any, phrase: NounPhrase, also: Sequence[str] = ()) -> bool:
    """Whether a verb only says that a state lasts: "holding the badge", "worn"; `also` in these forms."""
    word = tokens[first_leaf(verb).at].text.split()[0]
    lasts = all(thing.lasting for thing in things(phrase))
    past = word in ("had", "held", "kept") and word not in also
    return lasts and bool(base_forms(word) & _HOLDING) and not past


def exactly_one(phrase: NounPhrase) -> Thing | None:
    """One thing that holds where exactly one of several does."""
    if not isinstance(phrase, Group) or not all(isinstance(part, Thing) for part in phrase.parts):
        return None
    named = things(phrase)
    conditions = [thing.condition for thing in named]
    cases = [
        And(tuple(c if i == j else denied(c) for j, c in enumerate(conditions))) for i in range(len(named))
    ]
    lasting, event = all(thing.lasting for thing in named), all(thing.event for thing in named)
    return Thing(Or(tuple(cases)), event, lasting=lasting, mode=all(thing.mode for thing in named))


def lists_of(things: Sequence[NounPhrase], joins: Sequence[str], both: bool) -> list[NounPhrase]:
    """What a list may mean: commas take the meaning of the last join; "a or b and c" has two readings.

    With `both` ("a or both b and c") the brackets are known.
    """
    words = set(joins)
    if "or" not in words:
        return [Group("and", tuple(things))]
    if "and" not in words:
        return [Group("or", tuple(things))] if joins[-1] == "or" else []
    if words & {"comma", "none"}:
        return []
    choice_of_groups = _bracketed(things, joins, "or")
    return [choice_of_groups] if both else [choice_of_groups, _bracketed(things, joins, "and")]


def _bracketed(things: Sequence[NounPhrase], joins: Sequence[str], weakest: Literal["and", "or"]) -> Group:
    """The list split at the join that binds weakest."""
    terms: list[list[NounPhrase]] = [[things[0]]]
    for join, thing in zip(joins, things[1:], strict=True):
        if join == weakest:
            terms.append([thing])
        else:
            terms[-1].append(thing)
    inner: Literal["and", "or"] = "and" if weakest == "or" else "or"
    return Group(weakest, tuple(term[0] if len(term) == 1 else Group(inner, tuple(term)) for term in terms))


class Values:
    """Actions for one list of tokens; subclasses add methods named as in ``task.grammar``.

    Each method takes the values of its symbols (a tuple for what is repeated) and yields values with costs.
    """

    def __init__(self, tokens: Sequence[Token], conventions: Conventions) -> None:
        self._tokens = tokens
        self._conventions = conventions

    def _number(self, leaf: Leaf) -> int:
        return int(next(value for value in leaf.values if value.isdigit()))

    def _steps(self, leaf: Leaf) -> Window:
        kind, first, last = leaf.values[0].split()
        return Window(kind, int(first), int(last))

    def _kinds(self, leaf: Leaf) -> tuple[Thing, ...]:
        token = self._tokens[leaf.at]
        return tuple(
            Thing(Not(Atom(name)) if name in token.opposed else Atom(name), name in token.events)
            for name in token.candidates
        )

    def _adverbs(self, adverbs: tuple[Any, ...]) -> tuple[Mod, ...]:
        kinds = {
            "ALWAYS": "always",
            "LATER": "later",
            "SOON": "soon",
            "FIRST": "first",
            "ONLY": "only",
            "FINALLY": "finally",
            "BACK": "again",
            "ALSO": "nothing",
        }
        return tuple(Mod(kinds[first_leaf(adverb).terminal]) for adverb in adverbs)

    def _amount(self, leaf: Leaf) -> int:
        return 1 if leaf.terminal == "ONCE" else self._number(leaf)
