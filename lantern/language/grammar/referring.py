"""What "they" and "there" may be about, by what the propositions say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantern.language.english.words import tokenize
from lantern.language.grammar.circumstances import LOCAL, Kind
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.tokens import Token
from lantern.logic import Vocabulary


def deeds_told(
    verbs: frozenset[str], before: Sequence[Token], vocabulary: Vocabulary, lifter: Lifter
) -> list[str]:
    """Propositions that say one of some verbs of a noun in the plural that was named before."""
    nouns = {word for token in before if token.candidates for word in token.text.split()}
    return [
        name
        for name, entity in lifter.entities.items()
        if verbs & entity.classes
        and any(word.text in nouns and word.text.endswith("s") for word in tokenize(vocabulary[name]))
    ]


def place_told(named: Token | None, vocabulary: Vocabulary, kinds: Mapping[str, Kind]) -> Token | None:
    """What "there" is about: the place that the sentence of what was named last tells of, else itself."""
    if named is None or not named.candidates:
        return named
    said = {word.text for word in tokenize(vocabulary[named.candidates[0]])}
    places = [
        name
        for name, kind in kinds.items()
        if name != named.candidates[0] and kind.predicate & LOCAL and kind.predicate <= said
    ]
    return replace(named, types={"P": ("",)}, candidates=(places[0],)) if len(places) == 1 else named
