"""The offline translator: a grammar of task English.

:class:`GrammarTranslator` lifts propositions out of the text (`lifting`), turns the rest into the terminals
of a grammar (`tokens`, ``lexicon.txt``), finds every derivation of every clause (`chart`,
``task.grammar``), gives clauses their meaning (`interpret`) and puts them together (`discourse`).
"""

from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.translator import GrammarTranslator

__all__ = ["Conventions", "GrammarTranslator"]
