"""What words say of the state, the measure or the deed that a frame tells, and of its opposite."""

from __future__ import annotations

from functools import lru_cache

from lantern.language.english.manners import ACQUIRE, ARRIVE, BECOME, MAKE, PUT, state_of
from lantern.language.english.nominal import nouns as nominal
from lantern.language.reader.attempt import Attempt
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.wordlists import (
    ALIKE_WEATHER,
    ARISING,
    BE,
    COLORS,
    ENDING,
    FALLING,
    HAVE,
    HIGH,
    LOUD,
    LOW,
    ON,
    PARTICLES,
    RAISE,
    RISING,
    RUNNING,
    SETTING,
    STARTING,
    STOPPING,
    TOUCH,
    UPRIGHT,
)


def says(attempt: Attempt, word: str, forms: frozenset[str], at: int) -> bool:
    """Read what says how something is, or brings it about, or that somebody does something."""
    frame = attempt.frame
    if frame.kind == "measure":
        return _measure(attempt, word, forms)
    if frame.kind not in ("state", "deed"):
        return frame.kind == "place" and _gone(attempt, word)
    return _gone(attempt, word) or _does_or_is(attempt, word, forms, at)


def _does_or_is(attempt: Attempt, word: str, forms: frozenset[str], at: int) -> bool:
    frame = attempt.frame
    joined, later = attempt.joined(forms, at)
    if frame.said & joined:
        attempt.said = attempt.verb = True
        return attempt.take(later)
    if frame.said & ({word} | forms):
        attempt.said = True
        attempt.verb = attempt.verb or (word not in BE and (word not in frame.said or frame.kind == "deed"))
        return True
    if frame.ambient and ({*frame.subject} | frame.said) & ALIKE_WEATHER.get(word, frozenset()):
        attempt.said = attempt.indirect = True
        return True
    if word in _nominal(frame.said) and (frame.given or frame.kind == "deed"):
        attempt.said = True
        return True
    if frame.kind == "deed":
        return _deed(attempt, forms, joined, later)
    return _turned(attempt, word, forms) or _state(attempt, word, forms, later)


def _turned(attempt: Attempt, word: str, forms: frozenset[str]) -> bool:
    """Read what is said of states of some kinds: colors, up and down, on and off."""
    frame = attempt.frame
    if frame.said & COLORS and word in ("off", "away"):
        attempt.sign = -attempt.sign
        return True
    if frame.said & UPRIGHT and _raise(attempt, word, forms):
        return True
    return bool(frame.said & ON) and _switch(attempt, word, forms)


@lru_cache(maxsize=1024)
def _nominal(verbs: frozenset[str]) -> frozenset[str]:
    """Nouns for what verbs say ("arrival", "question")."""
    return frozenset(noun for verb in verbs if "-" not in verb for noun in nominal(verb))


def _gone(attempt: Attempt, word: str) -> bool:
    """Read "the fog is gone", "the match is over", of what nobody in the task brings about."""
    frame = attempt.frame
    if word not in ENDING or frame.acts or not (frame.ambient or not frame.definite):
        return False
    if word in ("over", "past") and attempt.words[-1] != word:
        return False
    attempt.sign, attempt.said = -attempt.sign, True
    return True


def _state(attempt: Attempt, word: str, forms: frozenset[str], later: int) -> bool:
    """Read other words for a state, for its opposite, and for what brings either about."""
    frame, things = attempt.frame, {*attempt.frame.subject} | attempt.things
    particle = attempt.words[later] if later >= 0 else ""
    sign = state_of(frame.said, word, particle, things) if particle else 0
    taken = bool(sign)
    sign = sign or (0 if attempt.said and word in PARTICLES else state_of(frame.said, word, "", things))
    if sign and not (word in ("start", "stop") and frame.acts):
        attempt.sign *= 1 if attempt.said and word in BECOME else sign
        attempt.indirect = attempt.indirect or sign < 0
        attempt.verb = attempt.verb or word not in ("on", "off", "open", "closed")
        attempt.said = True
        return attempt.take(later if taken else -1)
    if word.startswith(("un", "dis")) and frame.said & lemmas(word.removeprefix("un").removeprefix("dis")):
        attempt.sign, attempt.said, attempt.verb, attempt.indirect = -attempt.sign, True, True, True
        return True
    if frame.given and frame.said & MAKE and forms & {"finish", "complete"}:
        attempt.said = attempt.verb = True
        return True
    if frame.rest and forms & SETTING and frame.said & SETTING:
        attempt.said = attempt.verb = True
        return True
    return False


def _deed(attempt: Attempt, forms: frozenset[str], joined: frozenset[str], later: int) -> bool:
    frame = attempt.frame
    groups: tuple[frozenset[str], ...] = (ACQUIRE | MAKE, PUT, TOUCH | ARRIVE, HAVE)
    groups = groups if len(frame.rest) > 1 else tuple(group for group in groups if group is not PUT)
    own = {word for word in frame.said if "-" not in word}  # that "go over" is to check says nothing of going
    if frame.rest and any(own & group and (forms | joined) & group for group in groups):
        attempt.said = attempt.verb = True
        return attempt.take(later if any(own & group and joined & group for group in groups) else -1)
    return False


def _raise(attempt: Attempt, word: str, forms: frozenset[str]) -> bool:
    """Read "up", "down", "raise" and "lower" of what is up or down."""
    up = bool(attempt.frame.said & {"up", "raise", "raised"})
    high, low = word == "up" or bool(forms & RAISE), word == "down" or "lower" in forms
    if not (high or low):
        return bool(forms & {"come", "go", "roll", "let", "draw", "put", "pull"})
    attempt.sign *= 1 if high == up else -1
    attempt.said = attempt.verb = True
    return True


def _switch(attempt: Attempt, word: str, forms: frozenset[str]) -> bool:
    """Read "on", "off", "start", "stop" of what is on or runs."""
    here = {*attempt.words}
    goes = here & {"go", "goes", "going", "went", "set", "sets", "setting"}
    if word == "off" and not (goes and ({*attempt.frame.subject} | attempt.frame.said) & LOUD):
        attempt.sign, attempt.said = -attempt.sign, True
    elif word in ("on", "off", "going") or (forms & RUNNING and not {"off", "down"} & here):
        attempt.said, attempt.verb = True, attempt.verb or word not in ("on", "off")
    elif forms & STOPPING and not {"off", "down"} & here:
        attempt.sign, attempt.said, attempt.verb = -attempt.sign, True, True
    elif forms & {"go", "come"} and {"on", "off"} & here:
        attempt.verb = True
    else:
        return bool(forms & (STARTING | STOPPING)) and bool({"on", "off", "down"} & here)
    return True


def _measure(attempt: Attempt, word: str, forms: frozenset[str]) -> bool:
    """Read "above", "below", "too high", "exceeds" of a measure."""
    high = bool(attempt.frame.said & HIGH)
    up = bool({word, *forms} & HIGH or forms & {"exceed", "overshoot", "surpass"})
    if up or {word, *forms} & (LOW | {"within"}):
        attempt.sign *= 1 if up == high else -1
        attempt.said = True
        attempt.indirect = attempt.indirect or up != high
        attempt.verb = attempt.verb or bool(forms & RISING)
        return True
    attempt.verb = attempt.verb or bool(forms & (RISING | FALLING))
    return word in ("too", "than") or bool(forms & (RISING | FALLING))


def becomes(frame: Frame, forms: frozenset[str]) -> bool:
    """Whether a verb tells that something gets into a state that other words name."""
    if frame.given and "come" in forms and not frame.said & ON:
        return False  # "the addition of the hops comes after that"
    if frame.said & COLORS and forms & {"turn", "switch", "change", "show", "go"}:
        return True
    if not frame.subject or frame.ambient:
        return bool(forms & (BECOME | ARISING))
    return bool(forms & (BECOME | {"see", "put", "set", "hold", "leave"}))
