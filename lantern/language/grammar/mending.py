"""Mending of what was typed: compounds written apart or together, and small errors in spelling."""

from __future__ import annotations

from collections.abc import Mapping

from lantern.language.grammar.lexicon import Lexicon
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.words import Word, nearest_typo


class Mender:
    """Mends words that neither task English nor a vocabulary knows.

    Parameters
    ----------
    lexicon : Lexicon
        Words of task English, with the verbs of the vocabulary.
    lifter : Lifter
        Words of the propositions.
    agents : frozenset of str
        Nouns for who acts.
    """

    def __init__(self, lexicon: Lexicon, lifter: Lifter, agents: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._lifter = lifter
        self._agents = agents

    def __call__(self, words: list[Word], notes: list[str]) -> list[Word]:
        """Words with compounds split and typing errors in function words mended."""
        words = self._compounds(words)
        known = {word: word for word in self._lexicon.words if len(word) > 3}
        result: list[Word] = []
        for word in words:
            result += self._mended(word, known, notes)
        return result

    def _compounds(self, words: list[Word]) -> list[Word]:
        """Words of the vocabulary that were written as two ("tai pan" for "taipan")."""
        result: list[Word] = []
        at = 0
        while at < len(words):
            wide = 3 if at + 2 < len(words) and words[at + 1].text in ("&", "and") else 2
            parts = [words[at].text, words[at + wide - 1].text] if at + wide <= len(words) else []
            if (
                parts
                and "".join(parts) in self._lifter.words
                and not all(p in self._lifter.words for p in parts)
            ):
                result.append(Word("".join(parts), words[at].start, words[at + wide - 1].end))
                at += wide
            else:
                result.append(words[at])
                at += 1
        return result

    def _mended(self, word: Word, known: Mapping[str, str], notes: list[str]) -> list[Word]:
        if not word.text[0].isalnum() or self._knows(word.text):
            return [word]
        for cut in range(2, len(word.text) - 1):
            parts = word.text[:cut], word.text[cut:]
            if all(part in self._lifter.words for part in parts):
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
                near = nearest_typo(stem, self._lifter.spellings) or self._function_word(stem, known)
                if near is not None:
                    return near + ending
        return None

    def _function_word(self, word: str, known: Mapping[str, str]) -> str | None:
        """Word of task English meant by a misspelt one; not one that would only be dropped ("point")."""
        near = nearest_typo(word, known)
        entries = self._lexicon.longest([Word(near, 0, 0)], 0)[1] if near else ()
        said = {entry.terminal for entry in entries}
        return None if said and said <= {"FILL", "GENERIC", "SIZE"} else near

    def _knows(self, word: str) -> bool:
        return word in self._agents or self._lexicon.knows(word) or self._lifter.knows(word)
