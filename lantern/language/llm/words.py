"""Which propositions a text names word for word, for retrieval and as a check on what a model used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

_WORD = re.compile(r"[A-Za-z0-9]+")
# Names that are also common words prove nothing when they occur.
_COMMON = frozenset({"a", "i", "in", "on", "at", "it", "is", "go", "do", "no", "up"})
# Stems that say nothing about which proposition is meant ("i" is what is left of "is", "ha" of "has").
_FUNCTION = _COMMON | {"the", "an", "agent", "robot", "ha", "have", "be", "to", "of", "and", "or", "not"}
_NUMBER = (
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|second|third|fourth|fifth|several|more than one)"
)
_COUNTING = re.compile(
    rf"\b(?:twice|thrice|{_NUMBER}\s+(?:\w+\s+)?(?:times?|visits?|occasions?|instances?))\b", re.I
)


def stem(word: str) -> str:
    """Word without a plural or third-person ending, in lower case: enough to find a name again."""
    word = word.lower()
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 2 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _phrases(vocabulary: Vocabulary) -> Iterator[tuple[tuple[str, ...], str]]:
    """Stems of names and synonyms with the proposition they stand for, longest first."""
    found = []
    for name in vocabulary.names:
        for phrase in (name.replace("_", " "), *vocabulary.proposition(name).synonyms):
            found.append((tuple(stem(word) for word in _WORD.findall(phrase)), name))
    return iter(sorted((entry for entry in found if entry[0]), key=lambda entry: -len(entry[0])))


def find_names(text: str, vocabulary: Vocabulary) -> list[tuple[int, int, str]]:
    """Places where a text names a proposition, in order: start, end (characters), name."""
    words = [(match.start(), match.end(), stem(match.group())) for match in _WORD.finditer(text)]
    taken = [False] * len(words)
    found = []
    for phrase, name in _phrases(vocabulary):
        size = len(phrase)
        for at in range(len(words) - size + 1):
            here = range(at, at + size)
            if not any(taken[i] for i in here) and all(words[i][2] == phrase[i - at] for i in here):
                for i in here:
                    taken[i] = True
                found.append((words[at][0], words[at + size - 1][1], name))
    return sorted(found)


def named(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Propositions that a text surely names, in order of mention.

    A name that is also a common word does not count, except "a" where other propositions are letters as well.
    """
    letters = sum(len(name) == 1 for name in vocabulary.names) > 1
    names = dict.fromkeys(name for _, _, name in find_names(text, vocabulary))
    return tuple(name for name in names if name.lower() not in _COMMON or (letters and len(name) == 1))


def counting_words(text: str) -> tuple[str, ...]:
    """Phrases of a text that count: "twice", "three separate times", "the second visit"."""
    return tuple(match.group() for match in _COUNTING.finditer(text))


def order_of_mention(text: str, vocabulary: Vocabulary) -> list[str]:
    """All propositions: those that the text names first, in its order, then the others."""
    return list(dict.fromkeys([*(name for _, _, name in find_names(text, vocabulary)), *vocabulary.names]))


def lift(text: str, vocabulary: Vocabulary) -> str:
    """Text with each named proposition replaced by ``@``, so that only its construction is left."""
    parts, position = [], 0
    for start, end, _ in find_names(text, vocabulary):
        parts += [text[position:start], "@"]
        position = end
    return "".join([*parts, text[position:]])


def content_stems(text: str) -> set[str]:
    """Stems of the words of a text that say something about which proposition is meant."""
    return {stem(word) for word in _WORD.findall(text)} - _FUNCTION


def related(text: str, name: str, vocabulary: Vocabulary) -> bool:
    """Whether any content word of a text occurs in the name, sentence or synonyms of a proposition."""
    entry = vocabulary.proposition(name)
    words = content_stems(" ".join((name.replace("_", " "), entry.sentence, *entry.synonyms)))
    if len(name) == 1:
        words.add(name.lower())
    return any(stem(word) in words for word in _WORD.findall(text))
