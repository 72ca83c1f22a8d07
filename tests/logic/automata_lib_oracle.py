"""Languages of formulas by regular operations of automata-lib on an explicit alphabet: none of our code.

Every operator is an operation on languages of finite words, the empty word included.
"""

from __future__ import annotations

from functools import cache

from automata.fa.dfa import DFA
from automata.fa.nfa import NFA

from lantern.logic import Formula, parse


class Oracle:
    """Minimal automata of formulas over a few propositions."""

    def __init__(self, names: tuple[str, ...]) -> None:
        # Text symbols, since automata-lib takes an empty set for the empty word.
        subsets = ([n for i, n in enumerate(names) if m >> i & 1] for m in range(2 ** len(names)))
        self.labels = {"{" + ",".join(subset) + "}": frozenset(subset) for subset in subsets}
        self.alphabet = list(self.labels)
        self.language = cache(self._language)

    def _dfa(self, table: dict, final: set) -> DFA:
        return DFA(
            states=set(table),
            input_symbols=set(self.alphabet),
            transitions=table,
            initial_state=0,
            final_states=final,
        )

    def first(self, test) -> DFA:
        """Words that are not empty and whose first label passes a test."""
        begin = {label: 1 if test(self.labels[label]) else 2 for label in self.alphabet}
        return self._dfa(
            {0: begin, 1: dict.fromkeys(self.alphabet, 1), 2: dict.fromkeys(self.alphabet, 2)}, {1}
        )

    def any(self) -> DFA:
        return self._dfa({0: dict.fromkeys(self.alphabet, 0)}, {0})

    def not_empty(self, language: DFA) -> DFA:
        return language.intersection(self.first(lambda label: True))

    def after(self, prefix: DFA, language: DFA) -> DFA:
        """Words of the prefix language followed by a word of the language that is not empty."""
        joined = NFA.from_dfa(prefix).concatenate(NFA.from_dfa(self.not_empty(language)))
        return DFA.from_nfa(joined, minify=True).to_complete()

    def one_label(self) -> DFA:
        every = self.alphabet
        return self._dfa(
            {0: dict.fromkeys(every, 1), 1: dict.fromkeys(every, 2), 2: dict.fromkeys(every, 2)}, {1}
        )

    def until(self, f: DFA, g: DFA) -> DFA:
        """Read words backwards: a suffix satisfies ``f U g`` if it is in g, or in f and the next one does."""
        f_back, g_back = (backwards(x) for x in (f, g))
        start = (f_back.initial_state, g_back.initial_state, False)
        table: dict = {}
        queue = [start]
        while queue:
            state = queue.pop()
            if state in table:
                continue
            p, q, held = state
            table[state] = {}
            for label in self.alphabet:
                p2, q2 = f_back.transitions[p][label], g_back.transitions[q][label]
                now = q2 in g_back.final_states or (p2 in f_back.final_states and held)
                table[state][label] = (p2, q2, now)
                queue.append((p2, q2, now))
        reversed_until = DFA(
            states=set(table),
            input_symbols=set(self.alphabet),
            transitions=table,
            initial_state=start,
            final_states={state for state in table if state[2]},
        )
        return backwards(reversed_until)

    def _language(self, formula: Formula) -> DFA:
        operator = formula.operator
        if operator == "atom":
            return self.first(lambda label: formula.name in label)
        if operator == "true":
            return self.any()
        if operator == "false":
            return self.any().complement()
        if operator == "last":
            return self.after(self.one_label(), self.any()).complement(minify=True)
        operands = [self.language(child) for child in formula.children]
        if operator in ("&", "|", "!", "->", "<->"):
            return self._boolean(operator, *operands)
        return self._temporal(operator, *operands)

    def _boolean(self, operator: str, f: DFA, g: DFA | None = None) -> DFA:
        if operator == "!":
            return f.complement(minify=True)
        assert g is not None
        if operator == "<->":
            return f.symmetric_difference(g).complement(minify=True)
        if operator == "->":
            return f.complement().union(g)
        return f.intersection(g) if operator == "&" else f.union(g)

    def _temporal(self, operator: str, f: DFA, g: DFA | None = None) -> DFA:
        if operator in ("N", "G"):
            return self._temporal("X" if operator == "N" else "F", f.complement()).complement(minify=True)
        if operator in ("X", "F"):
            return self.after(self.one_label() if operator == "X" else self.any(), f)
        assert g is not None
        if operator == "U":
            return self.until(f, g)
        if operator == "W":
            return self.until(f, g).union(self._temporal("G", f))
        release = self.until(f.complement(), g.complement()).complement(minify=True)
        return release if operator == "R" else release.intersection(self._temporal("F", f))


def backwards(language: DFA) -> DFA:
    """Words of a language read from the end."""
    return DFA.from_nfa(NFA.from_dfa(language).reverse(), minify=True).to_complete()


def oracle(names: tuple[str, ...], formula: Formula) -> tuple[DFA, dict[str, frozenset[str]]]:
    """Minimal automaton of a formula by automata-lib alone, and what its symbols mean."""
    languages = Oracle(names)
    return languages.language(parse(str(formula))).to_complete().minify(), languages.labels
