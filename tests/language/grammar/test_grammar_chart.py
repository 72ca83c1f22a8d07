"""The parser, on small grammars, and the agreement of the shipped grammar with its actions."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from lantern.language.grammar.actions import actions
from lantern.language.grammar.chart import Chart, Grammar
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.lexicon import lexicon
from lantern.language.grammar.tokens import Token
from lantern.language.grammar.translator import LINKS, grammar


def tokens(text: str) -> list[Token]:
    return [Token(dict.fromkeys(word.split("|"), ("",)), word, i, i) for i, word in enumerate(text.split())]


class Counting:
    """Actions that build nested tuples."""

    def pair(self, *parts: Any) -> Iterator[tuple[Any, float]]:
        yield tuple(parts), 1.0

    def leaf(self, part: Any) -> Iterator[tuple[Any, float]]:
        yield part.at, 0.0

    def none(self, *parts: Any) -> Iterator[tuple[Any, float]]:
        yield from ()


def parse(rules: str, text: str, rule: str = "s") -> dict[Any, float]:
    words = tokens(text)
    return Chart(Grammar(rules), words, Counting()).parse(rule, 0).get(len(words), {})


def test_every_derivation_is_found() -> None:
    # Catalan numbers: the ways to bracket n + 1 leaves.
    rules = "s: leaf s -> pair | pair s -> pair | leaf\npair: OPEN s CLOSE -> pair\nleaf: A -> leaf"
    assert len(parse(rules, "A A A")) == 1
    ambiguous = "s: x x -> pair\nx: A+ -> pair"
    assert len(parse(ambiguous, "A A A A")) == 3


def test_repetition_and_groups() -> None:
    rules = "s: A (COMMA A)* AND? -> pair"
    assert parse(rules, "A COMMA A COMMA A AND")
    assert parse(rules, "A")
    assert not parse(rules, "A COMMA")


def test_tokens_may_stand_for_several_terminals() -> None:
    rules = "s: A B -> pair | B B -> pair"
    assert len(parse(rules, "A|B B")) == 2


def test_actions_can_forbid() -> None:
    assert not parse("s: A -> none", "A")


def test_costs_add_up() -> None:
    (cost,) = parse("s: t t -> pair\nt: A -> pair", "A A").values()
    assert cost == 3.0


def test_every_action_of_the_grammar_exists_and_takes_its_symbols() -> None:
    methods = actions([], Conventions())
    for rule, alternatives in grammar().rules.items():
        for alternative in alternatives:
            if alternative.action:
                method = getattr(methods, alternative.action)
                inspect.signature(method).bind(*alternative.symbols)
            else:
                assert alternative.symbols, rule


def test_every_terminal_of_the_lexicon_is_used() -> None:
    def names(alternatives: Any) -> Iterator[str]:
        for alternative in alternatives:
            for symbol in alternative.symbols:
                yield from names(symbol.group) if symbol.group else iter([symbol.name])

    used = {name for alternatives in grammar().rules.values() for name in names(alternatives)} | LINKS
    handled_by_code = {"FILL", "ADJ", "PARTICLE", "SIZE", "ORD"}
    entries = {entry.terminal for entry in lexicon().entries()}
    assert entries - used - handled_by_code == set()
