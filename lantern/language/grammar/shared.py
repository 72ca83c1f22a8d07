"""Predicates that several things share, and verbs whose particle comes last.

"Keep CO, NOx and HCl below their limits" says of each that it is below its limit: where a vocabulary has such
a sentence for each of them, the list is read as a list of these propositions, and "never let CO or NOx rise
above its limit" as its opposite. A synonym such as "bring NOx down" is found as a whole, in its other
inflections too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lantern.language.english.words import Word, base_forms, singular, tokenize
from lantern.logic import Vocabulary

_BE = re.compile(r"^(?P<subject>.+?) (?:is|are) (?P<rest>.+ .+)$")
_ARTICLES = frozenset({"the", "a", "an", "their", "its"})
_PARTICLES = frozenset({"up", "down", "off", "out", "on", "away"})
_RISING = frozenset({"rise", "go", "get", "be", "climb", "come"})
_OPPOSITES = {word: ("above", "over", "beyond") for word in ("below", "under", "within")}
_STATES = frozenset({"is", "are"})  # "the burner is on" has no verb with a particle
_JOINTS = frozenset({",", "and", "or"})

Phrase = tuple[str, ...]


class SharedWords:
    """What the sentences of a vocabulary say alike.

    Parameters
    ----------
    vocabulary : Vocabulary
        Sentences and synonyms of the form "X is R" give predicates R; those of the form "V X down" verbs.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._predicates: dict[Phrase, dict[Phrase, str]] = {}
        self._verbs: dict[Phrase, str] = {}
        for name in vocabulary:
            proposition = vocabulary.proposition(name)
            for text in (proposition.sentence, *proposition.synonyms):
                self._learn(name, text)
        # A predicate of one thing alone is left to the grammar.
        self._predicates = {rest: known for rest, known in self._predicates.items() if len(known) > 1}

    def _learn(self, name: str, text: str) -> None:
        words = [word.text for word in tokenize(text)]
        found = _BE.match(" ".join(words))
        if found:
            rest, subject = (_plain(found.group(part).split()) for part in ("rest", "subject"))
            if len(rest) > 1:
                self._predicates.setdefault(rest, {})[subject] = name
        elif (
            len(words) > 2
            and words[-1] in _PARTICLES
            and not _STATES & {*words}
            and words[0] not in _ARTICLES
        ):
            self._verbs[(words[0], *_plain(words[1:]))] = name

    def __call__(self, words: list[Word]) -> list[Word]:
        """Words with the names of propositions put in where a list shares a predicate."""
        for rest, subjects in self._predicates.items():
            at = 0
            while at < len(words):
                found = _list_at(words, at, subjects)
                after = _rest_at(words, found[1], rest) if found else 0
                if found and not after:
                    words = _kept(words, at, found, rest)
                if found and after:
                    named = [
                        *found[0][:-1],
                        Word(found[0][-1].text, found[0][-1].start, words[after - 1].end),
                    ]
                    words = [*words[:at], *named, *words[after:]]
                at += 1
        return self._with_verbs(words)

    def _with_verbs(self, words: list[Word]) -> list[Word]:
        result: list[Word] = []
        at = 0
        while at < len(words):
            name, after = self._verb_at(words, at)
            if not name:
                result.append(words[at])
                at += 1
                continue
            verb = "reaching" if words[at].text.endswith("ing") else "reach"
            result.append(Word(verb, words[at].start, words[at].end))
            result.append(Word(name.lower(), words[at + 1].start, words[after - 1].end))
            at = after
        return result

    def _verb_at(self, words: Sequence[Word], at: int) -> tuple[str, int]:
        for (verb, *rest), name in self._verbs.items():
            if verb in base_forms(words[at].text):
                after = _rest_at(words, at + 1, tuple(rest))
                if after:
                    return name, after
        return "", at


def _plain(words: Sequence[str]) -> Phrase:
    """Words without articles, in the singular."""
    return tuple(singular(word) for word in words if word not in _ARTICLES)


def _rest_at(words: Sequence[Word], at: int, rest: Phrase) -> int:
    """Where a phrase that begins at a word ends; 0 where it does not stand there."""
    for wanted in rest:
        while at < len(words) and words[at].text in _ARTICLES:
            at += 1
        if at >= len(words) or singular(words[at].text) != wanted:
            return 0
        at += 1
    return at


def _list_at(words: Sequence[Word], at: int, subjects: dict[Phrase, str]) -> tuple[list[Word], int] | None:
    """Read a list of subjects that begins at a word: the list with names in, and where it ends."""
    result: list[Word] = []
    while True:
        found = _subject_at(words, at, subjects)
        if found is None:
            return None
        name, after = found
        result.append(Word(name.lower(), words[at].start, words[after - 1].end))
        at = after
        joints = 0
        while at < len(words) and words[at].text in _JOINTS:
            result.append(words[at])
            at, joints = at + 1, joints + 1
        if not joints:
            return result, at


def _kept(words: list[Word], at: int, found: tuple[list[Word], int], rest: Phrase) -> list[Word]:
    """Read "never let X rise above its limit" as "always keep X", where X is "X is below its limit"."""
    opposite = _OPPOSITES.get(rest[0], ())
    never = at >= 2 and [word.text for word in words[at - 2 : at]] == ["never", "let"]
    end = found[1]
    if end < len(words) and words[end].text in _RISING:
        end += 1
    for beyond in opposite if never else ():
        after = _rest_at(words, end, (beyond, *rest[1:]))
        if after:
            named = [Word("and", word.start, word.end) if word.text == "or" else word for word in found[0]]
            first, second = words[at - 2 : at]
            always = [Word("always", first.start, first.end), Word("keep", second.start, second.end)]
            last = Word(named[-1].text, named[-1].start, words[after - 1].end)
            return [*words[: at - 2], *always, *named[:-1], last, *words[after:]]
    return words


def _subject_at(words: Sequence[Word], at: int, subjects: dict[Phrase, str]) -> tuple[str, int] | None:
    for subject, name in subjects.items():
        after = _rest_at(words, at, subject)
        if after:
            return name, after
    return None
