"""From words to the tokens of the grammar: phrases of the lexicon and propositions, fillers dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lantern.errors import TranslationError
from lantern.language.ast import Atom, Condition, Not
from lantern.language.grammar.lexicon import Lexicon, merged
from lantern.language.grammar.lifting import GENERIC, Lifter, Match, opposite
from lantern.language.grammar.rewrites import (
    drop_fillers,
    drop_sizes,
    dropped,
    merge_same,
    ordinals,
    participles,
    predicates,
    prepositions,
)
from lantern.language.grammar.shared import SharedWords
from lantern.language.grammar.tokens import BETWEEN, Lifted, Token
from lantern.language.grammar.words import Word, nearest_typo, tokenize
from lantern.logic import Vocabulary

_PUNCTUATION = {",": "COMMA", ":": "COLON", "(": "COLON", ")": "COLON"}


class Lexer:
    """Turns text into tokens of the grammar for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._shared = SharedWords(vocabulary)
        self._lexicon = lexicon
        self.lifter = Lifter(vocabulary, lexicon)

    def __call__(self, text: str) -> Lifted:
        """Tokens of a text.

        Raises
        ------
        TranslationError
            If words are neither task English nor a proposition of the vocabulary; the message quotes them.
        """
        lifted = Lifted([])
        words = self._repaired(self._shared(tokenize(text)), lifted.notes)
        tokens = self._segments(words, lifted.notes)
        self._refuse_unknown(tokens, text)
        for rule in (
            drop_fillers,
            drop_sizes,
            ordinals,
            merge_same,
            participles,
            predicates,
            prepositions,
        ):
            before, tokens = tokens, rule(tokens)
            if rule is drop_sizes and len(before) > len(tokens):
                lifted.notes += dropped(before, tokens, text)
        lifted.tokens = self._decided(tokens, text)
        return lifted

    def _repaired(self, words: list[Word], notes: list[str]) -> list[Word]:
        """Words with compounds split and typing errors in function words mended."""
        known = {word: word for word in self._lexicon.words if len(word) > 3}
        result: list[Word] = []
        for word in words:
            result += self._mended(word, known, notes)
        return result

    def _mended(self, word: Word, known: Mapping[str, str], notes: list[str]) -> list[Word]:
        if not word.text[0].isalnum() or self._knows(word.text):
            return [word]
        for cut in range(2, len(word.text) - 1):
            parts = word.text[:cut], word.text[cut:]
            if all(part in self.lifter.words for part in parts):
                return [Word(part, word.start, word.end) for part in parts]
        if "_" in word.text:
            return [Word(part, word.start, word.end) for part in word.text.split("_") if part]
        near = self._nearest(word.text, known)
        if near is None:
            return [word]
        notes.append(f"The word '{word.text}' was read as '{near}'.")
        return [Word(near, word.start, word.end)]

    def _nearest(self, word: str, known: Mapping[str, str]) -> str | None:
        """Word meant by a misspelt one, in the same inflection."""
        for ending in ("", "ing", "ed"):
            if word.endswith(ending):
                stem = word.removesuffix(ending)
                near = nearest_typo(stem, self.lifter.spellings) or nearest_typo(stem, known)
                if near is not None:
                    return near + ending
        return None

    def _knows(self, word: str) -> bool:
        return self._lexicon.knows(word) or self.lifter.knows(word)

    def _segments(self, words: Sequence[Word], notes: list[str]) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while at < len(words):
            token, length = self._segment(words, at)
            tokens.append(token)
            at += length
        return tokens

    def _segment(self, words: Sequence[Word], at: int) -> tuple[Token, int]:
        word = words[at]
        if not word.text[0].isalnum() and word.text != "&":
            kind = _PUNCTUATION.get(word.text, "BREAK")
            return Token({kind: ("",)}, word.text, word.start, word.end), 1
        length, entries = self._lexicon.longest(words, at)
        match = self.lifter.match(words, at)
        if match and match.length >= length:
            return self._lifted(words, at, match), match.length
        span = words[at : at + max(length, 1)]
        types = merged(entries) if entries else {"UNKNOWN": ("",)}
        text = " ".join(part.text for part in span)
        return Token(types, text, word.start, span[-1].end), max(length, 1)

    def _lifted(self, words: Sequence[Word], at: int, match: Match) -> Token:
        span = words[at : at + match.length]
        kind = "P" if len(match.candidates) == 1 else "KINDS"
        text = " ".join(part.text for part in span)
        return Token({kind: ("",)}, text, span[0].start, span[-1].end, match.candidates, None, match.whole)

    def _refuse_unknown(self, tokens: Sequence[Token], text: str) -> None:
        unknown = [text[token.start : token.end] for token in tokens if token.of("UNKNOWN")]
        if not unknown:
            return
        quoted = ", ".join(f"'{word}'" for word in dict.fromkeys(unknown))
        nearest = "; ".join(f"{name} ({self._vocabulary[name]})" for name in self.lifter.nearest(unknown))
        raise TranslationError(
            f"Nothing in the vocabulary and no word of task English matches {quoted}. "
            f"The nearest propositions are: {nearest}. Use their words, or declare a synonym."
        )

    def _decided(self, tokens: list[Token], text: str) -> list[Token]:
        """Every proposition chosen, with its polarity, by the verbs and adjectives around it."""
        decided: list[Token] = []
        for at, token in enumerate(tokens):
            if token.candidates:
                token = self._decide(token, governors(tokens, at), text)
            elif token.types.keys() & {"IT", "THERE"}:
                token = self._refer(token, decided, governors(tokens, at))
            decided.append(token)
        return decided

    def _refer(self, token: Token, before: Sequence[Token], verbs: frozenset[str]) -> Token:
        """Pronoun that takes the proposition named last, with the polarity of its own verb."""
        named = next((one for one in reversed(before) if one.condition and one.candidates), None)
        if named is None or token.text in ("them", "these", "those"):
            return token  # several things, or none, are meant
        name = named.candidates[0]
        classes = self.lifter.entities[name].classes
        denied = bool((verbs - GENERIC) & {opposite(value) for value in classes} - classes)
        return replace(token, condition=Not(Atom(name)) if denied else Atom(name), event=named.event)

    def _decide(self, token: Token, verbs: frozenset[str], text: str) -> Token:
        entities = self.lifter.entities
        # A verb that can be said of anything ("get") decides nothing; a state ("closed") must be known.
        state, verbs = "state" in verbs, verbs - {"state"}
        special = verbs - GENERIC if state or not verbs & GENERIC else frozenset()
        scored: dict[str, bool] = {}
        for name in token.candidates:
            classes = entities[name].classes
            verbs_known = classes - {"lasting", "move"}
            brings = special <= {"deliver"} and "acquire" in classes
            vague = not state and (not special or not verbs_known or brings)
            if special & classes or vague:
                scored[name] = False
            elif special & {opposite(value) for value in classes}:
                scored[name] = True
        quoted = text[token.start : token.end]
        if not scored:
            raise TranslationError(
                f"'{quoted}' names {_listed(token.candidates)}, which means "
                f"'{self._vocabulary[token.candidates[0]]}', but the verb beside it says something else. "
                f"Add a proposition for it, or declare a synonym."
            )
        if len(scored) > 1 and not token.of("P"):
            strict = [name for name in scored if verbs & (entities[name].classes)]
            if len(strict) != 1:
                return replace(token, candidates=tuple(scored))
            scored = {strict[0]: scored[strict[0]]}
        name, denied = next(iter(scored.items()))
        condition: Condition = Not(Atom(name)) if denied else Atom(name)
        values = {"P": token.types.get("P", ("",))}
        return replace(token, types=values, candidates=(name,), condition=condition, event=self._event(name))

    def _event(self, name: str) -> bool:
        classes = self.lifter.entities[name].classes
        return bool(classes - {"move"}) and "lasting" not in classes


def _listed(names: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


_LIST = frozenset(
    {"P", "COMMA", "AND", "OR", "NOR", "BOTH", "EITHER", "EACH", "ANYOF", "NUM", "KINDS", "GENERIC"}
)


def governors(tokens: Sequence[Token], at: int) -> frozenset[str]:
    """Classes of the word that governs a noun phrase: a state or passive after it, or a verb before."""
    if at + 1 < len(tokens) and tokens[at + 1].of("STATE"):
        return frozenset(tokens[at + 1].types["STATE"]) | {"state"}
    after = _scan(tokens[at + 1 :], lambda token: token.of("DONE") or token.of("STATE"))
    if after is not None:
        return frozenset(after.types.get("DONE", ()) or after.types["STATE"]) - {"perfect"}
    before = _scan(tokens[:at][::-1], lambda token: token.of("GO"))
    if before is not None:
        return frozenset(before.types["GO"])
    return frozenset()


def _scan(tokens: Sequence[Token], wanted: Callable[[Token], bool]) -> Token | None:
    """First wanted token with only parts of a list, modal verbs and states on the way."""
    for token in tokens:
        if wanted(token):
            return token
        if not token.types.keys() & (_LIST | BETWEEN | {"STATE", "OTHER", "STAY"}):
            return None
    return None
