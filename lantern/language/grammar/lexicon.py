"""The lexicon: phrases of task English and the terminals of the grammar that they may stand for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

from lantern.language.english.nominal import nouns
from lantern.language.english.words import Spellings, Word, base_forms, inflected, spelled

_GROUP = re.compile(r"\(([^()]*)\)|\[([^\[\]()]*)\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase may be: a terminal of the grammar and its value (a verb's class, a number, an order)."""

    terminal: str
    value: str = ""


@dataclass(slots=True)
class _Node:
    """Node of the tree of phrases; `exact` and `base` lead on by the written word and by its base form."""

    base: dict[str, _Node] = field(default_factory=dict)
    exact: dict[str, _Node] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


class Lexicon:
    """Phrases, found by their longest match.

    Parameters
    ----------
    text : str
        Lines ``TERMINAL[:value] | phrase; phrase``; see the head of ``lexicon.txt``.
    base : Lexicon, optional
        A lexicon that these lines extend.
    """

    def __init__(self, text: str, base: Lexicon | None = None) -> None:
        self._root = _Node()
        self._roots: list[_Node] = [self._root, *(base._roots if base else ())]
        self.words: set[str] = set(base.words) if base else set()
        # Words that were written so, not made by rules; and the verbs among them.
        self._written: set[str] = set()
        self._verbs: set[str] = set()
        self._base = base
        for line in text.splitlines():
            if line.strip() and not line.startswith("#"):
                self._read(line)

    def _read(self, line: str) -> None:
        head, _, phrases = line.partition(" | ")
        terminal, _, value = head.strip().partition(":")
        for phrase in phrases.replace("cannot", "can not").split(";"):
            for variant in _variants(phrase.strip()):
                # "emptied" and "opening" say of no thing that it is empty or open.
                exact = "=" if terminal == "ADJ" else ""
                words = [exact + word.removeprefix("=") if exact else word for word in variant.split()]
                self._add(words, Entry(terminal, value))

    def _add(self, words: Sequence[str], entry: Entry, *, made: bool = False) -> None:
        node = self._root
        for written in words:
            exact = written.startswith("=")
            word = spelled(written.removeprefix("="))
            branch = node.exact if exact else node.base
            following = branch.get(word)
            if following is None:
                following = branch[word] = _Node()
            node = following
            self.words.add(word)
            if not made:
                self._written.add(word)
        if words and entry not in node.entries:
            node.entries.append(entry)
        if entry.terminal == "GO" and len(words) == 1 and not words[0].startswith("="):
            self._verbs.add(spelled(words[0]))
            for noun in nouns(words[0]):
                self._add([f"={noun}"], entry, made=True)

    @cached_property
    def spellings(self) -> Spellings:
        """Words of phrases that a misspelt one may be compared with."""
        return Spellings({w: w for w in self._written}, self._base.spellings if self._base else None)

    @cached_property
    def inflections(self) -> Spellings:
        """These words, and the forms of verbs."""
        forms = {form for verb in self._verbs for form in inflected(verb)} | self._written
        return Spellings({w: w for w in forms}, self._base.inflections if self._base else None)

    def longest(self, words: Sequence[Word], start: int) -> tuple[int, tuple[Entry, ...]]:
        """Length of the longest phrase that begins at a word, and what it may be; 0 if there is none."""
        found: dict[int, list[Entry]] = {}
        for root in self._roots:
            for length, node in self._walk(root, words, start, 0):
                found.setdefault(length, []).extend(node.entries)
        if not found:
            return 0, ()
        length = max(found)
        return length, tuple(dict.fromkeys(found[length]))

    def _walk(self, node: _Node, words: Sequence[Word], at: int, length: int) -> Iterator[tuple[int, _Node]]:
        if node.entries:
            yield length, node
        if at >= len(words):
            return
        written = words[at].text
        following = [node.exact[written]] if written in node.exact else []
        following += [node.base[form] for form in sorted(base_forms(written)) if form in node.base]
        for child in following:
            yield from self._walk(child, words, at + 1, length + 1)

    def exactly(self, word: str) -> list[Entry]:
        """What a word may be as it is written, not in another form."""
        nodes = [branch[word] for root in self._roots for branch in (root.base, root.exact) if word in branch]
        return [entry for node in nodes for entry in node.entries]

    def entries(self) -> Iterator[Entry]:
        """Everything that any phrase may be."""
        nodes = list(self._roots)
        while nodes:
            node = nodes.pop()
            yield from node.entries
            nodes += [*node.base.values(), *node.exact.values()]

    def knows(self, word: str) -> bool:
        """Whether a word occurs in any phrase, in any inflection."""
        return not self.words.isdisjoint(base_forms(word))


def _variants(phrase: str) -> Iterator[str]:
    """Write out choices ``(a/b)`` and optional words ``[a]`` of a phrase."""
    match = _GROUP.search(phrase)
    if not match:
        yield phrase
        return
    choices = match.group(1).split("/") if match.group(1) is not None else match.group(2).split("/")
    if match.group(2) is not None:
        choices = [*choices, ""]
    for choice in choices:
        yield from _variants(phrase[: match.start()] + choice + phrase[match.end() :])


@cache
def lexicon() -> Lexicon:
    """The lexicon of this package, read once."""
    return Lexicon((files(__package__) / "lexicon.txt").read_text(encoding="utf-8"))


def merged(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Terminals of a token with all their values."""
    ordered = sorted(entries, key=lambda entry: entry.terminal)
    groups = itertools.groupby(ordered, key=lambda entry: entry.terminal)
    return {terminal: tuple(entry.value for entry in group) for terminal, group in groups}
