"""How the words of one stretch fit one frame: every word must be explained, and what is needed be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantern.language.english.manners import ACQUIRE, ARRIVE, MAKE, PUT, RELEASE, TAKE_OUT
from lantern.language.reader.attempt import Attempt
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.frames import Frames
from lantern.language.reader.saying import becomes, says
from lantern.language.reader.wordlists import (
    AGENTS,
    ARTICLES,
    AWAY,
    BE,
    CARRY,
    COME,
    DOERS,
    FALLING,
    FILLERS,
    GAIN,
    HAVE,
    HOLDING,
    LAY,
    LEAVE,
    MOVING,
    PERSONS,
    PREPOSITIONS,
    PRONOUNS,
    RISING,
    SAME_PLACE,
    SHOW,
    SOMEBODY,
    SOMETHING,
    SPECIAL,
    STOWING,
    TAKING,
    THERE,
    VISIBLE,
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well words fit a frame; `open` holds the heads for which a pronoun stands."""

    frame: Frame
    score: float
    sign: int
    verb: bool
    open: frozenset[str] = frozenset()


def fit(frame: Frame, words: Sequence[str], frames: Frames) -> Fit | None:
    """Explain every word of a stretch by one frame, or give up."""
    kept = _plain(words)
    if any(kept[at : at + 2] in (["one", "of"], ["of", "them"]) for at in range(len(kept))):
        return None
    if "them" in kept and any(lemmas(word) & CARRY for word in kept):
        return None
    fitting = _Fitting(frame, frames, kept)
    if not all(fitting.explains(at) for at in range(len(kept))):
        return None
    return fitting.judged()


def _plain(words: Sequence[str]) -> list[str]:
    """Words without articles and without what is only there for the grammar ("there is", "next to")."""
    kept: list[str] = []
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word == "there" and following in BE and at + 2 < len(words):
            continue
        if word == "next" and following == "to":
            kept.append("beside")
        elif word == "to" and kept[-1:] == ["beside"]:
            continue
        elif word not in ARTICLES or word in PRONOUNS:
            kept.append(word)
    return kept


def _numbered(phrase: Sequence[str], said: set[str]) -> bool:
    """Whether all but the number or letter of a phrase was said: "the rooms" for "room 2"."""
    head = phrase[-1]
    return (len(head) == 1 or head.isdigit()) and len(phrase) > 1 and phrase[-2] in said and head not in said


class _Fitting(Attempt):
    """Explains words one by one, and judges what came of it."""

    def explains(self, at: int) -> bool:
        """Whether the word at a position says something of the frame, or nothing at all."""
        word, frame = self.words[at], self.frame
        forms = lemmas(word)
        if at in self.taken or self.noun(forms, at):
            return True
        if word in ("not", "no"):
            self.sign = -self.sign
            return True
        if says(self, word, forms, at):
            return True
        if word in AWAY and frame.kind == "place" and frame.preposition not in AWAY:
            self.away = self.away or word != "out" or self._takes_out(at)
            return not (word == "away" and any(lemmas(one) & STOWING for one in self.words[:at]))
        if word in BE or word in FILLERS or (word in ("has", "have", "had") and frame.kind != "have"):
            return True
        if word in PREPOSITIONS or (word == "close" and frame.preposition in ("near", "close")):
            return self._preposition(word, at)
        noun = at > 0 and self.words[at - 1] in PREPOSITIONS - {"to"} and not word.endswith("ing")
        return self._points(word, forms, at) or self._does(word, forms, at, noun)

    def _takes_out(self, at: int) -> bool:
        """Whether "out" tells where something is not any more: "out of the box", "take the bread out"."""
        if self.words[at + 1 : at + 2] == ["of"]:
            return True
        return at == len(self.words) - 1 and any(lemmas(word) & TAKING for word in self.words[:at])

    def _points(self, word: str, forms: frozenset[str], at: int) -> bool:
        """Read pronouns and the like."""
        frame = self.frame
        if word in PRONOUNS:
            self.pronoun = True
            return True
        if word in SOMEBODY and (not frame.subject or lemmas(frame.subject[-1]) & PERSONS or frame.given):
            if frame.subject and lemmas(frame.subject[-1]) & PERSONS:
                self.subject |= {*frame.subject}
                self.subject_at = at
            return True
        if word in SOMETHING:
            return self._something()
        if forms & {"start", "begin"} and at + 1 < len(self.words) and self.words[at + 1].endswith("ing"):
            return True
        if word in THERE and frame.kind in ("state", "measure") and BE & {*self.words}:
            return True  # "there is a window open"
        if word in THERE and "be" not in frame.said:
            self.there = frame.kind == "place"
            return self.there
        return word in THERE

    def _something(self) -> bool:
        """Read "something": what one has, or what is said to be there."""
        frame = self.frame
        if frame.kind == "have" and frame.acts:
            self.rest |= {*frame.rest[0]}
            return True
        if not frame.subject or frame.definite or lemmas(frame.subject[-1]) & PERSONS:
            return False
        self.subject.add(frame.subject[-1])
        return True

    def _does(self, word: str, forms: frozenset[str], at: int, noun: bool) -> bool:
        """Read verbs, where a noun need not stand, and who acts."""
        if not noun and self._verb(forms, word, at):
            self.verb = True
            return True
        if self.frame.kind == "deed" and self.frame.subject and not self.frame.acts:
            return False  # "while you carry it" is not "Dana has got it"
        if noun or word in AGENTS or self.frame.kind == "measure":
            return word in AGENTS
        subject = self.frame.subject if self.frame.acts else ()
        if word in self.all.agents and (not subject or word in subject):
            return True
        return bool(forms & DOERS) and not forms & self.all.words

    def _preposition(self, word: str, at: int) -> bool:
        frame = self.frame
        if word == "from" and any(one.endswith("ing") for one in self.words[at + 1 : at + 2]):
            return False  # "keep the battery from running low"
        if word in ("up", "down") and frame.kind == "state" and frame.said & {"stop", "move", "moving"}:
            return False  # "move up" is more than not to stand still
        if word == "from" and frame.kind not in ("deed", "have", "state") and not self.away:
            return False
        if word in SPECIAL and frame.kind == "place" and frame.preposition != word:
            same = any({word, frame.preposition} <= group for group in SAME_PLACE)
            return same or (word in ("over", "above") and frame.preposition == "at")
        if frame.preposition in ("over", "above") and word in ("within", "below", "under"):
            return False
        if word == "between":
            return frame.preposition == word
        if word in ("through", "past") and frame.kind in ("state", "measure", "bare"):
            return False  # "leave through the left door" does not open it
        if word in AWAY:
            apart = any(one.endswith(f"-{word}") for one in frame.said)
            return frame.kind == "state" or word == frame.preposition or (frame.kind == "deed" and apart)
        return True

    def _verb(self, forms: frozenset[str], word: str, at: int) -> bool:
        """Whether a verb goes with the frame, whatever else it says."""
        frame = self.frame
        if frame.kind == "place":
            return self._goes(forms, word, at)
        if frame.kind == "have":
            return self._has(forms, at)
        if frame.kind == "state":
            seen = SHOW if frame.ambient or frame.said & VISIBLE else frozenset()
            return becomes(frame, forms) or bool(forms & seen)
        if frame.kind == "bare":
            return bool(forms & {"be", "have"})
        return bool(forms & {"be", "let", "make", "get", "do", "go"})

    def _has(self, forms: frozenset[str], at: int) -> bool:
        """Whether a verb tells of having, getting or losing something."""
        joined, later = self.joined(forms, at)
        gains = ACQUIRE | HAVE | MAKE | GAIN
        if joined & (RELEASE | gains) and not joined & {"put-down"} & gains:
            self.sign *= -1 if joined & RELEASE else 1
            self.indirect = self.indirect or bool(joined & RELEASE)
            return self.take(later)
        given = "give" in forms and self.subject_at < 0 <= self._named(self.frame.subject, at)
        if forms & RELEASE and not given:
            self.sign, self.indirect = -self.sign, True
        return bool(forms & (RELEASE | gains))

    def _named(self, phrase: Sequence[str], after: int) -> int:
        """Where a phrase that does not act is named after a position, or -1."""
        if self.frame.acts or not phrase:
            return -1
        return next((i for i in range(after, len(self.words)) if phrase[-1] in lemmas(self.words[i])), -1)

    def _goes(self, forms: frozenset[str], word: str, at: int) -> bool:
        """Whether a verb brings about, or undoes, that someone or something is at a place."""
        frame = self.frame
        if forms & LEAVE and {"there", "for"} & {*self.words}:
            return False  # "put it on the board and leave it there"
        named = not frame.acts or bool(self.all.agents & {*self.words})
        kept = bool(frame.subject) and named and bool(PREPOSITIONS & {*self.words[2:]})
        if forms & LEAVE and kept:
            return True  # "leave the pawn on the field"
        if forms & LEAVE and (word != "left" or self.words[at - 1] in ("has", "have", "had")):
            self.away = frame.preposition not in ("outside", "out")
            return True
        if forms & self.all.alone and not forms & {"go", "stay", "be"}:
            return False
        if "takeoff" in forms and "air" in frame.rest[0]:
            self.rest.add("air")
            return True
        if frame.acts or not frame.subject:
            if forms & (MOVING | {"carry", "return", "deliver", "send", "drive"}) and self.refers:
                self.moving = True
                return True
            return bool(forms & COME)
        return self._comes(forms, at)

    def _comes(self, forms: frozenset[str], at: int) -> bool:
        """Whether a verb tells that something which does not act gets to its place, or is taken from it."""
        frame = self.frame
        joined, later = self.joined(forms, at)
        out = {*self.words} & {"from", "out", "off"}
        if out and (forms | joined) & TAKE_OUT:
            self.away = True
            return self.take(later if joined & TAKE_OUT else -1)
        if not frame.definite and forms & HOLDING and 0 <= self.rest_at < at:
            return True
        alone = bool(lemmas(frame.subject[-1]) & PERSONS) or not frame.definite
        moves = forms & ARRIVE or (alone and forms & (SHOW | {"stand", "form", "gather"}))
        if moves and (alone or 0 <= self.subject_at < at):
            return True
        if frame.rest[0][-1].startswith("degree") and forms & (RISING | FALLING | {"heat", "cool", "warm"}):
            return True
        return bool(forms & LAY) or (bool(joined & PUT) and self.take(later))

    def judged(self) -> Fit | None:
        """The fit, if what the frame needs is there."""
        frame, here = self.frame, {*self.words}
        if self.away and not here & {"through", "by", "via"}:
            self.sign = -self.sign
        if frame.preposition in ("outside", "out") and any(lemmas(w) & {"enter", "inside"} for w in here):
            self.sign = -self.sign
        if not (self.said or self.verb or self.subject or self.rest) or self._turned_round():
            return None
        if frame.ambient and (self.subject or not frame.subject) and (self.said or self.subject):
            self.said = True
        if frame.kind in ("deed", "state", "measure") and not self.said:
            return None
        if frame.kind == "bare" and {word for group in frame.rest for word in group} - self.rest:
            return None
        if not (self._subject_told() and self._rest_told()):
            return None
        silent = frame.acts or frame.ambient or not self.said
        if frame.kind in ("state", "bare") and silent and here & {"leave", "leaves", "leaving"}:
            return None
        verb = self.verb or self.said
        score = 1.0 - 0.12 * self.missing - (0.0 if verb or here & BE else 0.3)
        score -= 0.1 if frame.kind == "bare" or self.indirect else 0.0
        return Fit(frame, score, self.sign, verb, frozenset(self.unsaid))

    def _turned_round(self) -> bool:
        """Whether the words say that the place is where the thing is."""
        if self.subject_at > 0 and self.words[self.subject_at - 1] == self.frame.preposition:
            return True  # "go near people" for "a person is near the robot"
        placed = self.frame.kind == "place" and not self.frame.acts and bool(self.subject)
        holds = not self.frame.definite and any(lemmas(word) & HOLDING for word in self.words)
        return placed and 0 <= self.rest_at < self.subject_at and not holds  # "the box holds a ball"

    def _subject_told(self) -> bool:
        """Whether it is clear what the words are about."""
        frame = self.frame
        acting = frame.kind == "deed" and frame.rest  # "the operator" may be left out where a thing is named
        if not frame.subject or frame.acts or acting:
            return True
        if frame.kind != "deed":
            self.missing += 0.3 * len({*frame.subject[:-1]} - self.subject)
        if frame.subject[-1] in self.subject:
            return True
        if _numbered(frame.subject, self.subject):
            self.missing += 3.0
            return True
        marked = bool(self.subject & self.all.marks) and frame.kind != "deed"
        if not marked:
            self.unsaid.add(frame.subject[-1])
        self.missing += 0.5 if marked else 1.0
        return marked or self.pronoun

    def _rest_told(self) -> bool:
        """Whether it is clear where, or what, it is."""
        frame = self.frame
        if not frame.rest:
            return True
        head, agents = frame.rest[0][-1], self.all.agents
        if self.there and head in self.rest:
            return False  # "lie at anchor there"
        optional = frame.kind == "measure" or (frame.kind == "state" and frame.subject)
        if head not in self.rest and not optional and _numbered(frame.rest[0], self.rest):
            self.missing += 3.0
        elif head not in self.rest and not optional:
            marked = bool(self.rest & self.all.marks)
            inside = not frame.acts and self.words[-1] == frame.preposition  # "the bread goes in"
            free = marked or inside or (self.pronoun and "one" in self.words) or head in agents
            visited = any(lemmas(word) & (LEAVE | {"visit", "reach", "enter"}) for word in self.words)
            if frame.kind == "place" and frame.acts and not (free or self.there or visited):
                return False
            pointed = (self.pronoun or self.there) and not self.moving and (self.there or not self.unsaid)
            if not (free or pointed):
                return False
            if not marked and head not in agents:
                self.unsaid.add(head)
            self.missing += 0.5 if marked or head in agents else 1.0
        if (
            (len(head) == 1 or head.isdigit())
            and len(frame.rest[0]) > 1
            and frame.rest[0][-2] not in self.rest
        ):
            self.missing += 3.0
        self.missing += 0.3 * sum(one not in self.rest for one in frame.rest[0][:-1])
        self.missing += 0.4 * sum(group[-1] not in self.rest for group in frame.rest[1:])
        return True
