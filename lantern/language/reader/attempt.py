"""One attempt to explain a stretch of words by a frame: what has been found of it so far."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.english.words import singular
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.frames import Frames
from lantern.language.reader.wordlists import ALIKE_NOUNS, ARTICLES, PARTICLES


def nouns(word: str) -> frozenset[str]:
    """A noun in its forms, and others for the same."""
    return lemmas(word) | ALIKE_NOUNS.get(word, frozenset()) | {word}


class Attempt:
    """What has been found of subject, rest and verb of a frame.

    `subject` and `rest` hold the words of the frame that were named, `sign` is -1 where its opposite is told,
    `said` and `verb` tell whether its state or a verb of it was found, `taken` holds the positions of
    particles that belong to a verb.
    """

    def __init__(self, frame: Frame, frames: Frames, words: Sequence[str]) -> None:
        self.frame, self.all, self.words = frame, frames, words
        self.subject: set[str] = set()
        self.rest: set[str] = set()
        self.sign = frame.sign
        self.said = self.verb = self.pronoun = self.there = False
        self.away = self.indirect = self.moving = False
        self.refers = bool({*words} & ({"it", "them"} | frames.agents))
        self.subject_at = self.rest_at = -1
        self.unsaid: set[str] = set()
        self.missing = 0.0
        self.taken: set[int] = set()
        self.things = frozenset(singular(word) for part in (frame.subject, *frame.rest) for word in part)

    def noun(self, forms: frozenset[str], at: int) -> bool:
        """Take a word for one of the nouns of the frame."""
        frame = self.frame
        in_subject = any(forms & nouns(one) for one in frame.subject)
        in_rest = any(forms & nouns(one) for group in frame.rest for one in group)
        if in_subject and in_rest:
            in_subject = not {*frame.subject} <= self.subject
            in_rest = not in_subject
        if in_subject:
            self.subject |= {one for one in frame.subject if forms & nouns(one)}
            self.subject_at = at if self.subject_at < 0 else self.subject_at
        if in_rest:
            self.rest |= {one for group in frame.rest for one in group if forms & nouns(one)}
            self.rest_at = at if self.rest_at < 0 else self.rest_at
        return in_subject or in_rest

    def particle(self, at: int) -> int:
        """Position of the particle that makes one verb with the word at a position, or -1."""
        for later in range(at + 1, min(at + 6, len(self.words))):
            word = self.words[later]
            if word in PARTICLES:
                return later
            if word in ARTICLES:
                continue
        return -1

    def joined(self, forms: frozenset[str], at: int) -> tuple[frozenset[str], int]:
        """Forms of a verb with its particle, and where that stands; none and -1 without one."""
        later = self.particle(at)
        if later < 0:
            return frozenset(), -1
        return frozenset(f"{form}-{self.words[later]}" for form in forms), later

    def take(self, later: int) -> bool:
        """Let a particle be part of a verb."""
        if later >= 0:
            self.taken.add(later)
        return True
