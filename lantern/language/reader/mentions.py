"""What some words mention: one proposition, or two told together, that explain every word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lantern.language.ast import And, Atom, Condition, Not
from lantern.language.reader.fitting import Fit, fit
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.frames import Frames
from lantern.language.reader.wordlists import ARTICLES, BE, COME, DELIVER, MOVING, PREPOSITIONS, THERE

MARGIN = 0.08
_TAKEN = ("have", "deed")
# Mentions that a pronoun may stand for.
RECENT = 8
# Stretches whose fits are kept from one text over a vocabulary to the next.
MAX_KEPT = 4096
Fits = dict[tuple[str, ...], tuple[Fit, ...]]


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


class Mentions:
    """Finds what stretches of words mention, knowing what was mentioned before."""

    def __init__(self, frames: Frames, fits: Fits | None = None) -> None:
        self._frames = frames
        self._known: Fits = {} if fits is None else fits
        self.before: list[Frame] = []
        self._memo: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Mention, ...]] = {}

    @property
    def agents(self) -> frozenset[str]:
        """Names of who acts."""
        return self._frames.agents

    @property
    def known(self) -> tuple[Frame, ...]:
        """All frames of the vocabulary."""
        return self._frames.frames

    def remember(self, mentions: Iterable[Mention]) -> None:
        """Let pronouns that follow stand for what was mentioned."""
        self.before.extend(frame for one in mentions for frame in one.frames)

    def all(self, words: Sequence[str]) -> tuple[Mention, ...]:
        """Best mentions of a stretch; more than one if they fit alike ("both doors")."""
        key = (tuple(words), tuple(frame.name for frame in self.before[-RECENT:]))
        if key not in self._memo:
            self._memo[key] = self._find(key[0])
        return self._memo[key]

    def one(self, words: Sequence[str]) -> Mention | None:
        """What a stretch mentions, if one proposition fits better than all others, or two together do."""
        found = self.all(words)
        if len(found) == 1:
            return found[0]
        return None if found else self._together(words) or self._there(words)

    def _there(self, words: Sequence[str]) -> Mention | None:
        """What is done at the place that was spoken of last: "open the doors there"."""
        told = [word for word in words if word != "there"]
        if len(told) != len(words) - 1 or not self.before or words[0] == "there":
            return None
        place, found = self.before[-1], self._single(told)
        other = next((one for one in reversed(self.before) if one.name != place.name), place)
        if other is not place and other.kind == "place" and other.acts:
            return None  # one of several: it may have been "the hall or the kitchen"
        if found is None or not (place.kind == "place" and place.acts and place.sign > 0):
            return None
        if any(frame.kind == "place" for frame in found.frames) or isinstance(found.condition, And):
            return None
        both = And((Atom(place.name), found.condition))
        return Mention(both, found.score, (place, *found.frames), found.verb)

    def several(self, words: Sequence[str]) -> tuple[Mention, ...]:
        """Mentions of a plural that fit alike ("all rooms"), or each with a deed ("a photo in each room")."""
        found = self._find(tuple(words), plural=True)
        if found:
            return found
        for at in range(1, len(words)):
            if words[at] in PREPOSITIONS and (deed := self._single(words[:at])) is not None:
                places = self._find(tuple(words[at:]), plural=True)
                pairs = [one for one in places if one.frames[0].kind == "place" and _pairs(deed, one)]
                if deed.verb and len(pairs) == len(places) > 1:
                    return tuple(_with(deed, place) for place in pairs)
        return ()

    def _find(self, words: tuple[str, ...], plural: bool = False) -> tuple[Mention, ...]:
        best: dict[str, Fit] = {}
        for found in self._fits(words):
            name = found.frame.name
            if found.open and not self._stands_for(found, words):
                continue
            if name not in best or found.score > best[name].score:
                best[name] = found
        if not best:
            return ()
        top = max(found.score for found in best.values())
        if top < 0.4 and not (plural and len({found.score for found in best.values()}) == 1):
            return ()
        near = [found for found in best.values() if found.score > top - MARGIN]
        if len(near) > 1 and any(found.open for found in near):
            latest = [frame.name for frame in reversed(self.before)]
            near.sort(key=lambda found: latest.index(found.frame.name) if found.frame.name in latest else 99)
            near = near[:1] if near[0].frame.name in latest else near
        return tuple(
            Mention(signed(found.frame.name, found.sign), found.score, (found.frame,), found.verb)
            for found in near
        )

    def _fits(self, words: tuple[str, ...]) -> tuple[Fit, ...]:
        """Fits of all frames, which the same words have in every text."""
        known = self._known
        if words not in known:
            if len(known) >= MAX_KEPT:
                known.clear()
            tried = (fit(frame, words, self._frames) for frame in self._frames.frames)
            known[words] = tuple(found for found in tried if found is not None)
        return known[words]

    def _stands_for(self, found: Fit, words: Sequence[str]) -> bool:
        """Whether a pronoun can stand for what is missing: something that was spoken of before."""
        frame = found.frame
        heads = {part[-1] for old in self.before for part in (old.subject, *old.rest) if part}
        if any(word in THERE for word in words):
            places = [group for old in self.before for group in old.rest[-1:]]
            return bool(places) and frame.rest[:1] == (places[-1],)
        return found.open <= heads

    def _together(self, words: Sequence[str]) -> Mention | None:
        """Two propositions told together: "take a photo at the tower", "at the dock with doors closed"."""
        if any(word in self._frames.agents for word in words[2:]) and words[0] not in ARTICLES:
            return None  # "mowing the lawn the robot goes to the shed"
        results: dict[Condition, Mention] = {}
        for at in range(1, len(words)):
            found = self._pair(words, at)
            if found is not None:
                results.setdefault(found.condition, found)
        kinds = {frozenset(map(str, _parts(one))) for one in results}
        return max(results.values(), key=lambda one: one.score) if len(kinds) == 1 else None

    def _pair(self, words: Sequence[str], at: int) -> Mention | None:
        """What stands before and after a preposition, as one mention of two propositions."""
        word = words[at]
        adds = word == "with"
        if word not in PREPOSITIONS:
            return None
        if at == 1 and not adds and lemmas(words[0]) & COME:
            return None  # "flying to the mast" says no more than going there
        left = self._single(("have", *words[1:at]) if words[0] in DELIVER else words[:at])
        right = self._single(words[at + 1 :] if adds else words[at:])
        if left is None or right is None or left.condition == right.condition or not _pairs(left, right):
            return None
        told = {frame.name for frame in left.frames}
        if word == "of" and any(f.name in told and len(f.rest) > 1 for f in self._frames.frames):
            return None  # "a photo of the bridge" is none of the tower
        spoken = left.verb or bool(BE & {*words[:at]}) or left.frames[0].kind == "place"
        if not spoken and right.frames[0].kind != "place" and word != "with":
            return None
        there = right.frames[-1].acts and word in ("at", "in", "on")  # "at the surface", "has surfaced"
        if not adds and not there and (right.verb or right.frames[-1].kind not in ("place", "measure")):
            return None
        both = _with(left, right)
        taken = bool({*words[:2]} & MOVING) or (words[0] == "carry" and not left.lasts)
        handed = taken and word in ("to", "into", "onto") and left.frames[0].kind in _TAKEN
        moved = (left.condition, right.condition) if handed else None
        return replace(both, moved=moved)

    def _single(self, words: Sequence[str]) -> Mention | None:
        found = self.all(words) if words else ()
        return found[0] if len(found) == 1 else None


def _with(left: Mention, right: Mention) -> Mention:
    """Two mentions at one step."""
    both = And((*_parts(left.condition), *_parts(right.condition)))
    score = (left.score + right.score) / 2 - 0.1
    return Mention(both, score, (*left.frames, *right.frames), left.verb or right.verb)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, And) else (condition,)


def _pairs(left: Mention, right: Mention) -> bool:
    """Whether two mentions can hold at one step: who acts is not at two places."""
    return not all(f.kind == "place" and f.acts for one in (left, right) for f in one.frames)


def signed(name: str, sign: int) -> Condition:
    """A proposition, or its opposite for a negative sign."""
    return Atom(name) if sign > 0 else Not(Atom(name))
