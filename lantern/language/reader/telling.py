"""A declared sentence taken apart: all frames that say the same of it, the plainest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lantern.language.english.manners import ACQUIRE, ARRIVE, MAKE, PUT, alike
from lantern.language.english.words import PARTICIPLES, singular, tokenize
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.wordlists import (
    ARTICLES,
    BE,
    COLORS,
    HAVE,
    HIGH,
    HOLDING,
    LESS,
    LOW,
    MORE,
    PARTICLES,
    PREPOSITIONS,
    SHOWING,
    SOME,
    STANDING,
    STATIVE,
    TOUCH,
    VESSELS,
    WHOLE,
    words,
)

# Who is "over" a thing rather than more than an amount.
_OVER = words("robot agent drone player car hero lift elevator jib crane arm boat helicopter plane ship")
_SKIPPED = words("not being too currently now very already still")


def told(name: str, text: str) -> list[Frame]:
    """Frames of a sentence with a subject, none for a phrase.

    Parameters
    ----------
    name : str
        The proposition.
    text : str
        Its sentence, or a synonym of it.
    """
    raw = [word.text for word in tokenize(text) if word.text[0].isalnum()]
    if len(raw) < 2:
        return []
    whole = bool({*raw[:2]} & WHOLE)
    definite = raw[0] not in SOME
    raw = [word for at, word in enumerate(raw) if at > 1 or word not in WHOLE]
    article = raw[0] in ARTICLES or whole or raw[0] in ("it", "there", "someone", "somebody", "something")
    words = [word for word in raw if word not in ARTICLES]
    first = _sentence(name, words, article)
    if first is None:
        return []
    found = (first, *_others(first, words))
    return [replace(one, definite=one.definite and definite, whole=whole) for one in found]


def _sentence(name: str, words: list[str], article: bool) -> Frame | None:
    at = next((i for i, word in enumerate(words) if word in BE - {"been", "being"}), -1)
    if at > 0:
        return _be(name, words[:at], words[at + 1 :])
    at = next((i for i in range(1, len(words)) if _third_person(words[i]) and (article or i == 1)), -1)
    if at < 0 and article and len(words) > 1 and (words[0].endswith("s") or words[1] == "have"):
        at = 1  # "the passengers board"
    if at < 0 or (not article and verb_first(words)):
        return None
    return _verbal(name, tuple(words[:at]), words[at], words[at + 1 :])


def _verbal(name: str, subject: tuple[str, ...], verb: str, rest: list[str]) -> Frame:
    """Frame of a sentence whose verb is not "be"."""
    having = bool(lemmas(verb) & {"have"})
    passive = having and rest[:1] == ["been"] and len(rest) > 1
    rest = rest[1:] if passive else rest
    if having and rest and _participle(rest[0]):
        particle, after = _after(rest)
        lasts = rest[0] in STATIVE if passive else not after
        said = _verbs(rest[0], particle, (*subject, *rest))
        return Frame(name, "state", subject, _groups(after), said, lasts=lasts, given=passive)
    if lemmas(verb) & STANDING and len(rest) > 1 and rest[0] in PREPOSITIONS:
        return Frame(name, "place", subject, _groups(rest), preposition=rest[0], lasts=True)
    if rest[1:2] == ["of"] and rest[0] in VESSELS:  # "a cup of coffee"
        rest = [rest[0], *rest[2:]]
    if lemmas(verb) & HAVE and rest and not {*rest[:-1]} & PREPOSITIONS:
        return Frame(name, "have", subject, (tuple(w for w in rest if w not in PREPOSITIONS),), lasts=True)
    if lemmas(verb) & SHOWING and rest and rest[0] in COLORS:
        return Frame(name, "state", subject, (), frozenset(rest[:1]), lasts=True)
    return deed(name, subject, verb, rest)


def _third_person(word: str) -> bool:
    return (word.endswith("s") and len(word) > 2 and not word.endswith(("ss", "us", "is"))) or word == "has"


def _participle(word: str) -> bool:
    return word in PARTICIPLES or (word.endswith("ed") and len(word) > 3)


def verb_first(words: Sequence[str]) -> bool:
    """Whether a phrase begins with a verb that tells to do something."""
    known = ARRIVE | PUT | ACQUIRE | MAKE | TOUCH
    return bool(lemmas(words[0]) & known) and not _third_person(words[0])


def _be(name: str, subject: Sequence[str], rest: list[str]) -> Frame | None:
    about = _headed([word for word in subject if word not in ("it", "there")])
    sign, going = 1, rest[:1] == ["being"]
    while rest and rest[0] in _SKIPPED:
        sign, rest = (-sign if rest[0] == "not" else sign), rest[1:]
    if not rest:
        return None
    if subject and subject[0] == "there":
        return _existing(name, rest, sign)
    measure = _measure(name, about, rest, sign)
    if measure is not None:
        return measure
    if rest[-1] in COLORS and rest[0] in ("at", "on") and len(rest) == 2:
        rest = rest[1:]
    if len(rest) > 1 and (rest[0] in PREPOSITIONS or rest[:2] in (["close", "to"], ["next", "to"])):
        place = _groups(rest[1:] if rest[0] in ("close", "next") else rest)
        near = "beside" if rest[0] == "next" else rest[0]
        return Frame(name, "place", about, place, preposition=near, sign=sign, lasts=True) if place else None
    if lemmas(rest[0]) & HAVE and rest[0].endswith("ing") and len(rest) > 1:
        return Frame(name, "have", about, (tuple(rest[1:]),), sign=sign, lasts=True)
    if lemmas(rest[0]) & STANDING and len(rest) > 1 and rest[1] in PREPOSITIONS:
        return _be(name, subject, rest[1:])
    if _participle(rest[0]) or (rest[0].endswith("ing") and len(rest[0]) > 4):
        particle, after = _after(rest)
        after = _without_doer(after) if _participle(rest[0]) else after
        return Frame(
            name, "state", about, _groups(after), _verbs(rest[0], particle, (*about, *rest)) | {rest[0]},
            sign=sign, lasts=going or rest[0].endswith("ing") or rest[0] in STATIVE, given=True,
        )  # fmt: skip
    return Frame(name, "state", about, _groups(rest[1:]), frozenset({rest[0]}), sign=sign, lasts=True)


def _existing(name: str, rest: list[str], sign: int) -> Frame:
    """Frame of "there is fog", "there are fresh towels in the bathroom"."""
    at = next((i for i, word in enumerate(rest) if i and word in PREPOSITIONS), len(rest))
    at = next((i for i, word in enumerate(rest) if 0 < i < at and word.endswith("ing")), at)
    said = _verbs(rest[at]) if rest[at:] and rest[at].endswith("ing") else frozenset()
    after = rest[at + 1 :] if said else rest[at:]
    return Frame(name, "state", tuple(rest[:at]), _groups(after), said | {"be"}, sign=sign, lasts=True)


def _measure(name: str, about: tuple[str, ...], rest: list[str], sign: int) -> Frame | None:
    """Frame of "above 3 degrees", "hotter than 3 degrees", "high"."""
    if len(rest) > 2 and rest[0] in MORE | LESS and rest[1] == "than":
        side = "above" if rest[0] in MORE else "below"
        said = frozenset({side, rest[0]})
        return Frame(name, "measure", about, _groups(rest[2:]), said, side, sign=sign, lasts=True)
    if len(rest) == 1 and rest[0] in ("high", "low"):
        return Frame(name, "measure", about, (), frozenset(rest), "", sign=sign, lasts=True)
    if (
        len(rest) > 1
        and rest[0] in HIGH | LOW
        and not (rest[0] in ("over", "above", "under") and _over(about))
    ):
        return Frame(
            name, "measure", about, _groups(rest[1:]), frozenset({rest[0]}), rest[0], sign=sign, lasts=True
        )
    return None


def _over(subject: Sequence[str]) -> bool:
    return bool(subject) and subject[-1] in _OVER


def _headed(words: Sequence[str]) -> tuple[str, ...]:
    """A noun phrase with its head last: "level in the tank" as "tank level"."""
    groups = _groups(words)
    return tuple(word for group in (*groups[1:], groups[0]) for word in group) if groups else ()


def _groups(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Noun phrases between prepositions."""
    groups: list[list[str]] = [[]]
    for word in words:
        if word in PREPOSITIONS:
            groups.append([])
        else:
            groups[-1].append(word)
    return tuple(tuple(group) for group in groups if group)


def _after(rest: Sequence[str]) -> tuple[str, list[str]]:
    """The particle after a verb, if there is one, and what follows."""
    particle = rest[1] if len(rest) > 1 and rest[1] in PARTICLES else ""
    return particle, list(rest[2:] if particle else rest[1:])


def _without_doer(rest: list[str]) -> list[str]:
    """Words without "by the robot"."""
    return rest[: rest.index("by")] if "by" in rest else rest


def _verbs(word: str, particle: str = "", things: Iterable[str] = ()) -> frozenset[str]:
    """Base forms of a verb and of others for the same deed."""
    bases = lemmas(word) | ({f"{base}-{particle}" for base in lemmas(word)} if particle else set())
    about = [singular(thing) for thing in things]
    return frozenset(other for base in bases for other in alike(base, about))


def deed(name: str, subject: tuple[str, ...], verb: str, rest: Sequence[str]) -> Frame:
    """Frame of what somebody does."""
    particle, after = _after((verb, *rest))
    if rest and list(rest) in (["still"], ["in", "place"]):
        return Frame(name, "state", subject, (), _verbs("stop") | {"still", "stand", "wait"}, lasts=True)
    forms = _verbs(verb, particle, (*subject, *rest))
    if lemmas(verb) & {"go", "sound", "ring"} and set(rest) <= {"off", "on"}:
        forms |= {"go", "sound", "ring"}
    return Frame(
        name, "deed", subject, _groups(after), forms, rest[0] if rest and rest[0] in PREPOSITIONS else ""
    )


def _others(first: Frame, words: list[str]) -> Iterator[Frame]:
    """Further frames: a passive as what its doer does, what "there is" as where it is, and the like."""
    name = first.name
    if first.kind == "state" and words[0] == "there" and first.rest:
        preposition = next((word for word in words if word in PREPOSITIONS), "in")
        yield replace(first, kind="place", said=frozenset(), preposition=preposition, definite=False)
    elif first.kind == "deed" and lemmas(words[len(first.subject)]) & HOLDING and first.rest:
        held = next((one for one in first.rest if one != ("it",)), None)
        if held:
            yield Frame(name, "place", held, (first.subject,), preposition="in", lasts=True, definite=False)
    yield from _active(first, words)


def _active(first: Frame, words: list[str]) -> Iterator[Frame]:
    """Deeds of who did it: "the dragon has been slain by the knight", "the chef has tasted the soup"."""
    if first.kind != "state" or words[0] in ("there", "it"):
        return
    if "by" in words and first.given:
        doer = tuple(words[words.index("by") + 1 :])
        if doer and not doer[0].endswith("ing"):
            yield replace(first, kind="deed", subject=doer, rest=(first.subject, *first.rest), given=False)
        return
    said = len(first.subject)
    at = next((i for i in range(said, len(words)) if _verbal_form(words[i])), len(words))
    after = _after(words[at:])[1]
    if after and after[0] not in PREPOSITIONS and (not first.given or words[at].endswith("ing")):
        yield replace(first, kind="deed", given=False)


def _verbal_form(word: str) -> bool:
    return word not in BE and (_participle(word) or (word.endswith("ing") and len(word) > 4))
