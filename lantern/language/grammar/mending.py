"""Mending of what was typed: compounds written apart or together, and small errors in spelling."""

from __future__ import annotations

from functools import cached_property

from lantern.language.english.thesaurus import thesaurus
from lantern.language.english.words import Spellings, Word
from lantern.language.grammar.lexicon import Lexicon
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.wordings import frame_words


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
        result: list[Word] = []
        for word in self._compounds(words):
            result += self._mended(word, notes)
        return result

    @cached_property
    def _spellings(self) -> Spellings:
        """Words of task English in their forms, and those of the vocabulary."""
        return Spellings(self._lifter.spellings, self._lexicon.inflections)

    @cached_property
    def _own(self) -> Spellings:
        """Words of the vocabulary."""
        return Spellings(self._lifter.spellings)

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

    def _mended(self, word: Word, notes: list[str]) -> list[Word]:
        if not word.text[0].isalnum() or self._knows(word.text):
            return [word]
        for cut in range(2, len(word.text) - 1):
            parts = word.text[:cut], word.text[cut:]
            if all(part in self._lifter.words for part in parts):
                return [Word(part, word.start, word.end) for part in parts]
        if "_" in word.text:
            return [Word(part, word.start, word.end) for part in word.text.split("_") if part]
        near = self._nearest(word.text)
        if near is None:
            return [word]
        notes.append(f"The word '{word.text}' was read as '{near}'.")
        return [Word(near, word.start, word.end)]

    def _nearest(self, word: str) -> str | None:
        """Word meant by a misspelt one, in the same inflection."""
        exact = self._spellings.nearest(word) if len(word) > 5 else None
        if exact is not None and self._says_something(exact):
            return exact
        for ending in ("", "ing", "ed"):
            if word.endswith(ending):
                stem = word.removesuffix(ending)
                near = self._own.nearest(stem) or self._function_word(stem)
                if near is not None:
                    return near + ending
        return None

    def _function_word(self, word: str) -> str | None:
        """Word of task English meant by a misspelt one."""
        near = self._lexicon.spellings.nearest(word)
        return near if near and self._says_something(near) else None

    def _says_something(self, word: str) -> bool:
        """Whether a word would not only be dropped ("point")."""
        said = {entry.terminal for entry in self._lexicon.longest([Word(word, 0, 0)], 0)[1]}
        return not said or not said <= {"FILL", "GENERIC", "SIZE"}

    def _knows(self, word: str) -> bool:
        known = word in self._agents or word in frame_words()
        return known or self._lexicon.knows(word) or self._lifter.knows(word) or thesaurus().knows(word)
