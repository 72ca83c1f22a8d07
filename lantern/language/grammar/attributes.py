"""Adjectives of a subject that tell when a rule holds: "an overloaded lift must not move"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lantern.language.english.words import Word, tokenize
from lantern.logic import Vocabulary

_STATE = re.compile(r"^(?:the |an? )?(?P<subject>[\w ]+) (?:is|are) (?:too )?(?P<state>\w+)$")
_ARTICLES = frozenset({"a", "an", "any", "every", "the", "no"})
_MODALS = frozenset({"must", "should", "shall", "may", "can", "has", "is", "needs"})
# "A clogged nozzle must not occur" says no more than that it must not be so.
_EXISTS = frozenset({"occur", "happen", "arise", "exist", "appear", "allowed", "tolerated", "permitted"})
_OPENS = frozenset({".", ";", ":", "!", "and", "but", ","})


class Attributes:
    """Subjects with an adjective, where the vocabulary has a sentence that says the same.

    Parameters
    ----------
    vocabulary : Vocabulary
        Sentences of the form "the lift is overloaded" tell which adjective of which noun is a state.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        texts = [
            " ".join(word.text for word in tokenize(text)).rstrip(" .")
            for name in vocabulary
            for text in (vocabulary[name], *vocabulary.proposition(name).synonyms)
        ]
        found = [match for text in texts if (match := _STATE.match(text)) is not None]
        said = " ".join(
            [f" {text} " for text in texts] + [f" {name.replace('_', ' ')} " for name in vocabulary]
        )
        # A name such as "the red lamp" tells one lamp from another, not when a rule holds.
        self._states = {
            (match["state"], noun): match["subject"].split()
            for match in found
            for noun in (match["subject"].split()[-1],)
            if f" {match['state']} {noun} " not in said
        }

    def __call__(self, words: Sequence[Word]) -> list[Word]:
        """Say "if the lift is overloaded, the lift must not move" for "an overloaded lift must not move"."""
        result: list[Word] = []
        at = 0
        while at < len(words):
            length = self._described(words, at) if not at or words[at - 1].text in _OPENS else 0
            if length:
                article, state, *noun, modal = words[at : at + length]
                result += _when(article, state, noun)
                result += _denied(modal) if article.text == "no" else [modal]
                at += length
                continue
            result.append(words[at])
            at += 1
        return result

    def _described(self, words: Sequence[Word], at: int) -> int:
        """How many words from an article to a modal verb name a thing in a known state; 0 if they do not."""
        texts = [word.text for word in words[at : at + 6]]
        if not texts or texts[0] not in _ARTICLES:
            return 0
        for end in range(3, len(texts)):
            modal = texts[end] in _MODALS and (texts[end] != "is" or texts[end + 1 : end + 2] == ["not"])
            subject = self._states.get((texts[1], texts[end - 1])) if modal else None
            after = {word.text for word in words[at + end + 1 : at + end + 4]}
            if subject is not None and texts[2:end] == subject[len(subject) - (end - 2) :]:
                if after & _EXISTS:
                    return 0
                return (
                    0 if texts[0] == "no" and texts[end] not in ("must", "should", "may", "can") else end + 1
                )
        return 0


def _when(article: Word, state: Word, noun: Sequence[Word]) -> list[Word]:
    """The words of a condition, and of the subject of what follows."""

    def new(text: str) -> Word:
        return Word(text, article.start, state.end)

    thing = [new("the"), *noun]
    return [new("if"), *thing, new("is"), state, new(","), *thing]


def _denied(modal: Word) -> list[Word]:
    return [replace(modal, text="must"), replace(modal, text="not")]
