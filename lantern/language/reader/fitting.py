"""How the words of one stretch fit one frame: every word must be explained, and what is needed be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantern.language.grammar.manners import ACQUIRE, ARRIVE, BECOME, MAKE, PUT, RELEASE, alike, state_of
from lantern.language.reader.frames import Frame, Frames, lemmas
from lantern.language.reader.wordlists import (
    AGENTS,
    ALIKE_NOUNS,
    ARTICLES,
    AWAY,
    BE,
    CARRY,
    COME,
    FALLING,
    FILLERS,
    GAIN,
    HAVE,
    HIGH,
    LAY,
    LEAVE,
    LOUD,
    LOW,
    MOVING,
    ON,
    PERSONS,
    PREPOSITIONS,
    PRONOUNS,
    RAISE,
    RISING,
    RUNNING,
    SHOW,
    SOMEBODY,
    SOMETHING,
    SPECIAL,
    STARTING,
    STOPPING,
    THERE,
    TOUCH,
    UPRIGHT,
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
    kept = [word for word in words if word not in ARTICLES or word in PRONOUNS]
    if any(kept[at : at + 2] in (["one", "of"], ["of", "them"]) for at in range(len(kept))):
        return None
    if "them" in kept and any(lemmas(word) & CARRY for word in kept):
        return None
    fitting = _Fitting(frame, frames, kept)
    if not all(fitting.explains(at) for at in range(len(kept))):
        return None
    return fitting.judged()


def _nouns(word: str) -> frozenset[str]:
    return lemmas(word) | ALIKE_NOUNS.get(word, frozenset()) | {word}


def _numbered(phrase: Sequence[str], said: set[str]) -> bool:
    """Whether all but the number or letter of a phrase was said: "the rooms" for "room 2"."""
    head = phrase[-1]
    return (len(head) == 1 or head.isdigit()) and len(phrase) > 1 and phrase[-2] in said and head not in said


class _Fitting:
    """One attempt: what has been found so far of subject, rest and verb."""

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

    def explains(self, at: int) -> bool:
        """Whether the word at a position says something of the frame, or nothing at all."""
        word, frame = self.words[at], self.frame
        forms = lemmas(word)
        if self._noun(word, forms, at):
            return True
        if word in ("not", "no"):
            self.sign = -self.sign
            return True
        if self._state(word, forms):
            return True
        if word in AWAY and frame.kind == "place" and frame.preposition not in AWAY:
            self.away = self.away or word != "out" or self.words[at + 1 : at + 2] == ["of"]
            return True
        if word in BE or word in FILLERS or (word in ("has", "have", "had") and frame.kind != "have"):
            return True
        if word in PREPOSITIONS or (word == "close" and frame.preposition in ("near", "close")):
            return self._preposition(word)
        noun = at > 0 and self.words[at - 1] in PREPOSITIONS - {"to"} and not word.endswith("ing")
        return self._points(word, forms, at) or (not noun and self._does(word, forms)) or word in AGENTS

    def _points(self, word: str, forms: frozenset[str], at: int) -> bool:
        """Read pronouns and the like."""
        frame = self.frame
        if word in PRONOUNS:
            self.pronoun = True
            return True
        if word in SOMEBODY and (not frame.subject or frame.subject[-1] in PERSONS or frame.given):
            if frame.subject and frame.subject[-1] in PERSONS:
                self.subject.add(frame.subject[-1])
                self.subject_at = at
            return True
        if word in SOMETHING and frame.subject and not frame.definite:
            self.subject.add(frame.subject[-1])
            return True
        if forms & {"start", "begin"} and at + 1 < len(self.words) and self.words[at + 1].endswith("ing"):
            return True
        if word in THERE and frame.kind in ("state", "measure") and BE & {*self.words}:
            return True  # "there is a window open"
        if word in THERE and "be" not in frame.said:
            self.there = frame.kind == "place"
            return self.there
        return word in THERE

    def _does(self, word: str, forms: frozenset[str]) -> bool:
        """Read verbs, and who acts."""
        if self._verb(forms, word):
            self.verb = True
            return True
        if word in AGENTS:
            return True
        other = self.frame.acts and self.frame.subject and word not in self.frame.subject
        return word in self.all.agents and self.frame.kind != "measure" and not other

    def _noun(self, word: str, forms: frozenset[str], at: int) -> bool:
        in_subject = any(forms & _nouns(one) for one in self.frame.subject)
        in_rest = any(forms & _nouns(one) for group in self.frame.rest for one in group)
        if in_subject and in_rest:
            in_subject = not {*self.frame.subject} <= self.subject
            in_rest = not in_subject
        if in_subject:
            self.subject |= {one for one in self.frame.subject if forms & _nouns(one)}
            self.subject_at = at if self.subject_at < 0 else self.subject_at
        if in_rest:
            self.rest |= {one for group in self.frame.rest for one in group if forms & _nouns(one)}
            self.rest_at = at if self.rest_at < 0 else self.rest_at
        return in_subject or in_rest

    def _state(self, word: str, forms: frozenset[str]) -> bool:
        """Read what says how something is, or brings it about."""
        frame = self.frame
        if frame.kind == "measure":
            return self._measure(word, forms)
        if frame.kind not in ("state", "deed"):
            return False
        if frame.said & ({word} | forms):
            self.said = True
            self.verb = self.verb or (word not in BE and (word not in frame.said or frame.kind == "deed"))
            return True
        if frame.kind == "deed":
            return self._deed(forms)
        if frame.said & UPRIGHT and self._raise(word, forms):
            return True
        if frame.said & ON and self._switch(word, forms):
            return True
        return self._opposite(word, forms)

    def _opposite(self, word: str, forms: frozenset[str]) -> bool:
        frame = self.frame
        sign = state_of(frame.said, word)
        if sign and not (word in ("start", "stop") and frame.acts):
            self.sign *= 1 if self.said and word in BECOME else sign
            self.indirect = self.indirect or sign < 0
            self.verb = self.verb or word not in ("on", "off", "open", "closed")
            self.said = True
            return True
        if frame.given and frame.said & {form for verb in forms for form in alike(verb)}:
            self.said = self.verb = True
            return True
        return False

    def _deed(self, forms: frozenset[str]) -> bool:
        frame = self.frame
        groups = (ACQUIRE | MAKE, PUT, TOUCH | ARRIVE, HAVE)
        if frame.rest and any(frame.said & group and forms & group for group in groups):
            self.said = self.verb = True
            return True
        return False

    def _raise(self, word: str, forms: frozenset[str]) -> bool:
        """Read "up", "down", "raise" and "lower" of what is up or down."""
        up = bool(self.frame.said & {"up", "raise", "raised"})
        high, low = word == "up" or bool(forms & RAISE), word == "down" or "lower" in forms
        if not (high or low):
            return bool(forms & {"come", "go", "roll", "let", "draw", "put", "pull"})
        self.sign *= 1 if high == up else -1
        self.said = self.verb = True
        return True

    def _switch(self, word: str, forms: frozenset[str]) -> bool:
        """Read "on", "off", "start", "stop" of what is on or runs."""
        here = {*self.words}
        goes = here & {"go", "goes", "going", "went", "set", "sets", "setting"}
        if word == "off" and not (goes and ({*self.frame.subject} | self.frame.said) & LOUD):
            self.sign, self.said = -self.sign, True
        elif word in ("on", "off", "going") or (forms & RUNNING and not {"off", "down"} & here):
            self.said, self.verb = True, self.verb or word not in ("on", "off")
        elif forms & STOPPING and not {"off", "down"} & here:
            self.sign, self.said, self.verb = -self.sign, True, True
        elif forms & {"go", "come"} and {"on", "off"} & here:
            self.verb = True
        else:
            return bool(forms & (STARTING | STOPPING)) and bool({"on", "off", "down"} & here)
        return True

    def _measure(self, word: str, forms: frozenset[str]) -> bool:
        """Read "above", "below", "too high", "exceeds" of a measure."""
        high = bool(self.frame.said & HIGH)
        up = bool({word, *forms} & HIGH or forms & {"exceed", "overshoot", "surpass"})
        if up or {word, *forms} & (LOW | {"within"}):
            self.sign *= 1 if up == high else -1
            self.said = True
            self.indirect = self.indirect or up != high
            self.verb = self.verb or bool(forms & RISING)
            return True
        self.verb = self.verb or bool(forms & (RISING | FALLING))
        return word == "too" or bool(forms & (RISING | FALLING))

    def _preposition(self, word: str) -> bool:
        frame = self.frame
        if word == "from" and frame.kind not in ("deed", "have") and not self.away:
            return False
        if word in SPECIAL and frame.kind == "place" and frame.preposition != word:
            near, over = {"near", "close"}, {"over", "above"}
            return {word, frame.preposition} in (near, over) or (word in over and frame.preposition == "at")
        if frame.preposition in ("over", "above") and word in ("within", "below", "under"):
            return False
        if word == "between":
            return frame.preposition == word
        if word in AWAY:
            apart = any(one.endswith(f"-{word}") for one in frame.said)
            return frame.kind == "state" or word == frame.preposition or (frame.kind == "deed" and apart)
        return True

    def _verb(self, forms: frozenset[str], word: str) -> bool:
        """Whether a verb goes with the frame, whatever else it says."""
        frame = self.frame
        if frame.kind == "place":
            return self._goes(forms, word)
        if frame.kind == "have":
            self.sign *= -1 if forms & RELEASE else 1
            return bool(forms & (RELEASE | ACQUIRE | HAVE | MAKE | GAIN))
        if frame.kind == "state":
            if not frame.subject and forms & {"fall", "come", "begin", "start"}:
                return True
            seen = SHOW if frame.ambient or frame.said & VISIBLE else frozenset()
            return bool(forms & (BECOME | {"see", "put", "set", "hold", "leave"} | seen))
        if frame.kind == "bare":
            return bool(forms & {"be", "have"})
        return bool(forms & {"be", "let", "make", "get", "do", "go"})

    def _goes(self, forms: frozenset[str], word: str) -> bool:
        """Whether a verb brings about, or undoes, that someone or something is at a place."""
        frame = self.frame
        if forms & LEAVE and {"there", "for"} & {*self.words}:
            return False  # "put it on the board and leave it there"
        named = not frame.acts or bool(self.all.agents & {*self.words})
        kept = bool(frame.subject) and named and bool(PREPOSITIONS & {*self.words[2:]})
        if forms & LEAVE and kept:
            return True  # "leave the pawn on the field"
        if forms & LEAVE and word != "left":
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
        if frame.subject[-1] in PERSONS or not frame.definite:
            return bool(forms & (ARRIVE | SHOW | {"stand"}))
        return bool(forms & LAY)

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
        if frame.kind == "state" and (frame.acts or frame.ambient) and here & {"leave", "leaves", "leaving"}:
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
        return placed and 0 <= self.rest_at < self.subject_at

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
        optional = frame.kind == "measure" or (frame.kind == "state" and frame.subject)
        if head not in self.rest and not optional and _numbered(frame.rest[0], self.rest):
            self.missing += 3.0
        elif head not in self.rest and not optional:
            marked = bool(self.rest & self.all.marks)
            free = marked or (self.pronoun and "one" in self.words) or head in agents
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
