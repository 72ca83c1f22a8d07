"""What a stretch of words mentions: every word must be explained by one proposition, or by two told together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantern.language.ast import And, Atom, Condition, Not
from lantern.language.grammar.manners import ACQUIRE, ARRIVE, BECOME, MAKE, PUT, RELEASE, TAKE_OUT, alike, state_of
from lantern.language.reader.frames import (
    ARTICLES,
    AT,
    BE,
    HAVE,
    HIGH,
    LOW,
    ON,
    PERSONS,
    PREPOSITIONS,
    TOUCH,
    Frame,
    Frames,
    lemmas,
)

# Words that say nothing of what is mentioned.
FILLERS = frozenset(
    "again back now still already ever yet do does did so that as once time episode own "
    "fully completely currently all any more everything else ahead down over having get let".split()
)
PRONOUNS = frozenset("it them they he she him her one ones this that itself".split())
AGENTS = frozenset("robot agent you i we it he she they player".split())
THERE = frozenset({"there", "here"})
SETS = frozenset("both all each every any two three four other".split())
LEAVE = frozenset("leave exit vacate depart".split())
AWAY = frozenset("out off away outside".split())
CARRY = frozenset("carry bring take deliver transport".split())
DELIVER = frozenset("deliver delivers delivering transport move carry".split())
MOVING = frozenset("bring take deliver transport move get".split())
SHOW = frozenset("appear show come arise occur happen start begin break enter step walk get be".split())
ALIKE = ({"photo", "picture", "photograph", "image"}, {"spot", "place"}, {"crate", "box"}, {"parcel", "package"})
ALIKE_NOUNS = {word: group for group in ALIKE for word in group}
SOMEBODY = frozenset("somebody someone anybody anyone people person".split())
SOMETHING = frozenset("something anything object item".split())
STARTING = frozenset("turn switch put power start run activate enable operate light keep leave have set".split())
STOPPING = frozenset("stop deactivate disable extinguish shut kill cut".split())
RISING = frozenset("exceed rise climb overshoot surpass".split())
FALLING = frozenset("drop fall sink lower reduce decrease slow".split())
UPRIGHT = frozenset({"up", "down", "raise", "raised", "lower", "lowered"})
VISIBLE = frozenset("near nearby close visible there".split())
MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Mention:
    """A condition that words mention, how well they fit, and what is known of it."""

    condition: Condition
    score: float
    frames: tuple[Frame, ...]
    verb: bool = False
    moved: tuple[Condition, Condition] | None = None

    @property
    def lasts(self) -> bool:
        """Whether what is mentioned goes on for some steps."""
        return all(frame.lasts for frame in self.frames)

    @property
    def states(self) -> bool:
        """Whether it is how some thing is, not where one who acts is or what one has."""
        return all(f.kind in ("state", "measure", "bare") or not f.acts for f in self.frames) and self.lasts


@dataclass(frozen=True, slots=True)
class Fit:
    """How the words of one stretch fit one frame; `open` if a pronoun stands for what it is about."""

    frame: Frame
    score: float
    sign: int
    verb: bool
    open: frozenset[str] = frozenset()


def fit(frame: Frame, words: Sequence[str], frames: Frames) -> Fit | None:
    """Explain every word of a stretch by one frame, or give up."""
    return _Fitting(frame, frames).run(words)


class _Fitting:
    """One attempt: what has been found so far of subject, rest and verb."""

    def __init__(self, frame: Frame, frames: Frames) -> None:
        self.frame, self.agents, self.alone, self.marks = frame, frames.agents, frames.alone, frames.marks
        self.subject: set[str] = set()
        self.rest: set[str] = set()
        self.sign = frame.sign
        self.said = self.verb = self.pronoun = self.there = False
        self.away = self.indirect = self.refers = self.moving = False
        self.order: list[int] = []
        self.subject_at = self.rest_at = -1

    def run(self, words: Sequence[str]) -> Fit | None:
        kept = [word for word in words if word not in ARTICLES or word in PRONOUNS]
        self.refers = bool({*kept} & ({"it", "them"} | self.agents))
        if any(kept[i : i + 2] == ["one", "of"] for i in range(len(kept))):
            return None
        if "them" in kept and any(lemmas(word) & CARRY for word in kept):
            return None
        for at, word in enumerate(kept):
            if not self._explain(word, at, kept):
                return None
        return self._judge(kept)

    def _explain(self, word: str, at: int, words: Sequence[str]) -> bool:
        frame = self.frame
        forms = lemmas(word)
        if self._noun(word, forms, at):
            return True
        if word in ("not", "no"):
            self.sign = -self.sign
            return True
        if self._state(word, forms, words):
            return True
        if word in AWAY and frame.kind == "place" and frame.preposition not in AWAY:
            self.away = self.away or word != "out" or words[at + 1 : at + 2] == ["of"]
            return True
        if word in BE or word in FILLERS or (word in ("has", "have", "had") and frame.kind != "have"):
            return True
        if word in PREPOSITIONS:
            return self._preposition(word)
        if word in PRONOUNS:
            self.pronoun = True
            return True
        if word in SOMEBODY and (not frame.subject or frame.subject[-1] in PERSONS or frame.given):
            self.subject |= {frame.subject[-1]} if frame.subject and frame.subject[-1] in PERSONS else set()
            return True
        if word in SOMETHING and frame.subject and not frame.definite:
            self.subject.add(frame.subject[-1])
            return True
        if forms & {"start", "begin"} and at + 1 < len(words) and words[at + 1].endswith("ing"):
            return True
        if word in THERE and "be" in frame.said:
            return True
        if word in THERE:
            self.there = True
            return frame.kind == "place" or not frame.rest
        if self._verb(forms, word):
            self.verb = True
            return True
        return word in AGENTS or word in self.agents and frame.kind in ("place", "have", "deed", "bare", "state")

    def _noun(self, word: str, forms: frozenset[str], at: int) -> bool:
        in_subject = bool(forms & {form for one in self.frame.subject for form in _nouns(one)})
        in_rest = any(forms & _nouns(one) for group in self.frame.rest for one in group)
        if in_subject and in_rest:
            in_subject = not ({*self.frame.subject} <= self.subject)
            in_rest = not in_subject
        if in_subject:
            self.subject |= {one for one in self.frame.subject if forms & _nouns(one)}
            self.subject_at = at if self.subject_at < 0 else self.subject_at
            return True
        if in_rest:
            self.rest |= {one for group in self.frame.rest for one in group if forms & _nouns(one)}
            self.rest_at = at if self.rest_at < 0 else self.rest_at
            return True
        return False

    def _state(self, word: str, forms: frozenset[str], words: Sequence[str]) -> bool:
        frame = self.frame
        if frame.kind == "measure":
            return self._measure(word, forms)
        if frame.kind not in ("state", "deed"):
            return False
        if frame.said & ({word} | forms):
            self.said = True
            if word in BE:
                return True
            self.verb = self.verb or word not in frame.said or frame.kind == "deed"
            return True
        if frame.kind == "deed":
            return self._deed(forms)
        if frame.said & UPRIGHT and self._raise(word, forms):
            return True
        if frame.said & ON and self._switch(word, forms, words):
            return True
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
        for group in (ACQUIRE | MAKE, PUT, TOUCH | ARRIVE, HAVE):
            if frame.said & group and forms & group and frame.rest:
                self.said = self.verb = True
                return True
        return False

    def _raise(self, word: str, forms: frozenset[str]) -> bool:
        """Read "up", "down", "raise" and "lower" of what is up or down."""
        up = bool(self.frame.said & {"up", "raise", "raised"})
        if not ({word} & {"up", "down"} or forms & {"raise", "lower", "lift", "hoist"}):
            return bool(forms & {"come", "go", "roll", "let", "draw", "put", "pull"})
        high = word == "up" or bool(forms & {"raise", "lift", "hoist"})
        self.sign *= 1 if high == up else -1
        self.said = self.verb = True
        return True

    def _switch(self, word: str, forms: frozenset[str], words: Sequence[str]) -> bool:
        if word == "off" and not {"go", "goes", "going", "went", "set", "sets", "setting"} & {*words}:
            self.sign, self.said = -self.sign, True
            return True
        if word in ("on", "off") or forms & {"run", "operate", "activate", "start", "sound", "ring", "burn", "work", "spin", "turn"} and not {"off", "down"} & {*words}:
            self.said, self.verb = True, self.verb or word not in ("on", "off")
            return True
        if forms & STOPPING and not {"off", "down"} & {*words}:
            self.sign, self.said, self.verb = -self.sign, True, True
            return True
        if word == "going":
            self.said = self.verb = True
            return True
        if forms & {"go", "come"} and {"on", "off"} & {*words}:
            self.verb = True
            return True
        return bool(forms & (STARTING | STOPPING)) and bool({"on", "off", "down"} & {*words})

    def _measure(self, word: str, forms: frozenset[str]) -> bool:
        high = bool(self.frame.said & HIGH)
        if word == "too":
            return True
        up = bool({word, *forms} & HIGH or forms & {"exceed", "overshoot", "surpass"})
        low = bool({word, *forms} & (LOW | {"within"}))
        if up or low:
            self.sign *= 1 if up == high else -1
            self.said = True
            self.verb = self.verb or bool(forms & RISING)
            return True
        if forms & (RISING | FALLING | {"run", "get", "let", "go", "keep", "stay", "become", "drive"}):
            self.verb = True
            return True
        return False

    def _preposition(self, word: str) -> bool:
        frame = self.frame
        special = {"near", "outside", "under", "behind", "beside", "below", "above", "between", "over", "close"}
        if word == "from" and frame.kind not in ("deed", "have") and not self.away:
            return False
        if word in special and frame.kind == "place" and frame.preposition != word:
            return word in ("over", "above", "near", "close") and frame.preposition in ("over", "above", "near", "close", "at")
        if word == "between":
            return frame.preposition == word
        if word in AWAY:
            apart = any(one.endswith(f"-{word}") for one in frame.said)
            return frame.kind == "state" or word == frame.preposition or (frame.kind == "deed" and apart)
        return True

    def _verb(self, forms: frozenset[str], word: str) -> bool:
        frame = self.frame
        if frame.kind == "place":
            if forms & LEAVE and word != "left":
                self.away = frame.preposition not in ("outside", "out")
                return True
            if forms & self.alone and not forms & {"go", "stay", "be"}:
                return False
            if "takeoff" in forms and "air" in frame.rest[0]:
                self.rest.add("air")
                return True
            if frame.acts or not frame.subject:
                if forms & (MOVING | {"carry", "return", "deliver", "send", "drive"}) and self.refers:
                    self.moving = True
                    return True
                return bool(forms & (ARRIVE | TOUCH | {"start", "wait", "patrol", "check", "bring", "hurry", "pass", "stick", "park", "dock", "set", "make", "go", "head", "drop", "call", "sail", "swing", "continue", "proceed", "pop", "hop", "serve", "come"}))
            if frame.subject[-1] in PERSONS or not frame.definite:
                return bool(forms & (ARRIVE | SHOW | {"stand"}))
            return bool(forms & (PUT | {"place", "take", "bring", "stack", "wait", "deliver", "carry"}))
        if frame.kind == "have":
            if forms & RELEASE:
                self.sign = -self.sign
                return True
            return bool(forms & (ACQUIRE | HAVE | MAKE | {"bring", "win", "earn", "use"}))
        if frame.kind == "state":
            if not frame.subject and forms & {"fall", "come", "begin", "start"}:
                return True
            return bool(forms & (BECOME | {"see", "put", "set"} | (SHOW if frame.ambient or frame.said & VISIBLE else set())))
        if frame.kind == "bare":
            return bool(forms & BECOME)
        return bool(forms & {"be", "let", "make", "get", "do", "go"})

    def _judge(self, words: Sequence[str]) -> Fit | None:
        frame = self.frame
        if self.away and not {*words} & {"through", "by", "via"}:
            self.sign = -self.sign
        if not (self.said or self.verb or self.subject or self.rest):
            return None
        if frame.preposition in ("outside", "out") and "leave" not in words:
            if any(lemmas(word) & {"enter", "inside"} for word in words):
                self.sign = -self.sign
        if 0 <= self.rest_at < self.subject_at and not frame.acts and frame.kind == "place" and len(self.subject) > 0:
            return None
        opened = self.pronoun
        unsaid: set[str] = set()
        missing = 0.0
        if frame.subject and not frame.acts and frame.kind != "deed":
            if frame.subject[-1] not in self.subject:
                marked = bool(self.subject & self.marks)
                if not (opened or marked):
                    return None
                if not marked:
                    unsaid.add(frame.subject[-1])
                missing += 0.5 if marked else 1
            missing += 0.3 * len({*frame.subject[:-1]} - self.subject)
        if frame.rest:
            head = frame.rest[0][-1]
            optional = frame.kind == "measure" or (frame.kind == "state" and frame.subject)
            if head not in self.rest and not optional:
                marked = bool(self.rest & self.marks)
                free = marked or (opened and "one" in words) or head in self.agents
                if not free and (self.moving or not (opened or self.there) or (unsaid and not self.there)):
                    return None
                if not marked and head not in self.agents:
                    unsaid.add(head)
                missing += 0.5 if marked or head in self.agents else 1
            if len(head) == 1 or head.isdigit():
                missing += 3.0 * (len(frame.rest[0]) > 1 and frame.rest[0][-2] not in self.rest)
            missing += 0.3 * sum(one not in self.rest for one in frame.rest[0][:-1])
            for group in frame.rest[1:]:
                missing += 0.4 * (group[-1] not in self.rest)
        if frame.ambient and (self.subject or not frame.subject) and (self.said or self.subject):
            self.said = True
        if frame.kind in ("deed", "state", "measure") and not self.said:
            return None
        if frame.kind == "deed" and frame.subject and not frame.acts and not frame.rest:
            if frame.subject[-1] not in self.subject:
                if not opened:
                    return None
                unsaid.add(frame.subject[-1])
        if self.there and frame.kind != "place":
            return None
        verb = self.verb or self.said
        score = 1.0 - 0.12 * missing - (0.0 if verb or any(word in BE for word in words) else 0.3)
        if frame.kind == "bare" or self.indirect:
            score -= 0.1
        if frame.kind == "state" and frame.acts and {*words} & {"leave", "leaves", "leaving"}:
            return None
        return Fit(frame, score, self.sign, verb, frozenset(unsaid))


def _nouns(word: str) -> frozenset[str]:
    return lemmas(word) | ALIKE_NOUNS.get(word, set()) | {word}


class Mentions:
    """Finds what stretches of words mention, knowing what was mentioned before."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.before: list[Frame] = []
        self._memo: dict[tuple[tuple[str, ...], int], tuple[Mention, ...]] = {}

    def remember(self, mentions: Iterable[Mention]) -> None:
        """Let pronouns that follow stand for what was mentioned."""
        self.before.extend(frame for one in mentions for frame in one.frames)

    def all(self, words: Sequence[str]) -> tuple[Mention, ...]:
        """Best mentions of a stretch; more than one if they fit alike ("both doors")."""
        key = (tuple(words), len(self.before))
        if key not in self._memo:
            self._memo[key] = self._find(key[0])
        return self._memo[key]

    def one(self, words: Sequence[str]) -> Mention | None:
        """What a stretch mentions, if one proposition fits better than all others, or two together do."""
        found = self.all(words)
        if len(found) == 1:
            return found[0]
        return None if found else self._together(words)

    def _find(self, words: tuple[str, ...]) -> tuple[Mention, ...]:
        best: dict[str, Fit] = {}
        for frame in self._frames.frames:
            found = fit(frame, words, self._frames)
            if found is None or (found.open and not self._stands_for(found, words)):
                continue
            if frame.name not in best or found.score > best[frame.name].score:
                best[frame.name] = found
        if not best:
            return ()
        top = max(found.score for found in best.values())
        if top < 0.4:
            return ()
        near = [found for found in best.values() if found.score > top - MARGIN]
        if len(near) > 1 and any(found.open for found in near):
            latest = [frame.name for frame in reversed(self.before)]
            near.sort(key=lambda found: latest.index(found.frame.name) if found.frame.name in latest else 99)
            near = near[:1] if near[0].frame.name in latest else near
        return tuple(
            Mention(_signed(found.frame.name, found.sign), found.score, (found.frame,), found.verb) for found in near
        )

    def _stands_for(self, found: Fit, words: Sequence[str]) -> bool:
        """Whether a pronoun can stand for what is missing: something that was spoken of before."""
        frame = found.frame
        heads = {part[-1] for old in self.before for part in (old.subject, *old.rest) if part}
        if any(word in THERE for word in words):
            places = [group for old in self.before for group in old.rest[-1:]]
            return bool(places) and frame.rest[:1] == (places[-1],)
        return found.open <= heads

    def _together(self, words: Sequence[str]) -> Mention | None:
        """Two propositions told together: "take a photo at the tower", "at the dock with the doors closed"."""
        results: dict[Condition, Mention] = {}
        for at in range(1, len(words)):
            if words[at] == "WITHOUT" and words[at + 1 : at + 2] and words[at + 1].endswith("ing"):
                continue
            if words[at] not in PREPOSITIONS and words[at] not in ("WITHOUT", "WHILE"):
                continue
            begun = ("have", *words[1:at]) if words[0] in DELIVER else words[:at]
            left = self._single(begun)
            right = self._single(words[at + 1 :] if words[at] in ("with", "WITHOUT", "WHILE") else words[at:])
            if left is None or right is None or left.condition == right.condition:
                continue
            if not left.verb and not any(word in BE for word in words[:at]) and left.frames[0].kind != "place":
                if right.frames[0].kind != "place" and words[at] not in ("with",):
                    continue
            if words[at] not in ("with", "WITHOUT", "WHILE") and right.frames[-1].kind not in ("place", "measure"):
                continue
            if right.verb and words[at] not in ("with", "WITHOUT", "WHILE"):
                continue
            second = Not(right.condition) if words[at] == "WITHOUT" else right.condition
            both = And((*_parts(left.condition), *_parts(second)))
            score = (left.score + right.score) / 2 - 0.1
            moved = None
            if words[at] in ("to", "into", "onto") and {*words[:2]} & MOVING and left.frames[0].kind == "have":
                moved = (left.condition, right.condition)
            frames = (*left.frames, *right.frames)
            results.setdefault(both, Mention(both, score, frames, left.verb or right.verb, moved))
        kinds = {frozenset(map(str, _parts(one))) for one in results}
        return max(results.values(), key=lambda one: one.score) if len(kinds) == 1 else None

    def _single(self, words: Sequence[str]) -> Mention | None:
        found = self.all(words) if words else ()
        return found[0] if len(found) == 1 else None


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, And) else (condition,)


def _signed(name: str, sign: int) -> Condition:
    return Atom(name) if sign > 0 else Not(Atom(name))


__all__ = ["AT", "CARRY", "SETS", "TAKE_OUT", "Mention", "Mentions", "fit"]
