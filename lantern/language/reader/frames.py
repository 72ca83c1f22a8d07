"""Declared sentences as frames: whom they are about and what is said of it, as words of a mention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantern.language.grammar.manners import ACQUIRE, ARRIVE, MAKE, PUT, alike
from lantern.language.grammar.words import PARTICIPLES, base_forms, tokenize
from lantern.language.reader.wordlists import (
    ARTICLES,
    BE,
    HAVE,
    HIGH,
    LOW,
    ON,
    PARTICLES,
    PREPOSITIONS,
    SOME,
    STANDING,
    STATIVE,
    TOUCH,
    VESSELS,
)
from lantern.logic import Vocabulary


def lemmas(word: str) -> frozenset[str]:
    """Base forms of a word, and that of a prefix for "again"."""
    forms = base_forms(word)
    if word.startswith("re") and len(word) > 5:
        forms |= base_forms(word[2:])
    if word.endswith("ves"):
        forms |= {word[:-3] + "f"}
    return forms


@dataclass(frozen=True, slots=True)
class Frame:
    """One way to say a proposition.

    `kind` is "place", "have", "state", "measure", "deed" or "bare" (a name without a verb).
    `subject` and `rest` hold
    noun phrases, each a tuple of words with its head last; `said` the words of the state or base forms of
    the verb; `acts` whether the subject is who acts in this vocabulary; `sign` -1 for a sentence that denies
    the proposition.
    """

    name: str
    kind: str
    subject: tuple[str, ...] = ()
    rest: tuple[tuple[str, ...], ...] = ()
    said: frozenset[str] = frozenset()
    preposition: str = ""
    acts: bool = False
    sign: int = 1
    lasts: bool = False
    given: bool = False
    manner: bool = False
    definite: bool = True

    @property
    def ambient(self) -> bool:
        """Whether it is a state of everything ("it is night", "there is fog", "a meeting is going on")."""
        bare = not self.subject or "be" in self.said
        return self.kind == "state" and not self.rest and (bare or (not self.definite and "go" in self.said))

    @property
    def world(self) -> bool:
        """Whether nobody in the task brings it about ("the battery is low")."""
        made = self.said & (
            ON | {"open", "closed", "clean", "dirty", "off", "locked", "dead", "alive", "slain", "up", "down"}
        )
        return (
            self.kind in ("state", "measure")
            and not self.acts
            and not made
            and (not self.given or self.lasts)
        )


@dataclass(frozen=True)
class Frames:
    """All frames of a vocabulary, and who acts in it."""

    frames: tuple[Frame, ...]
    agents: frozenset[str]
    words: frozenset[str]
    alone: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


def frames_of(vocabulary: Vocabulary) -> Frames:
    """Frames of every sentence, synonym and opposite of a vocabulary."""
    found: list[Frame] = []
    for name in vocabulary:
        known = vocabulary.proposition(name)
        first = _told(name, known.sentence) or Frame(name, "bare", rest=(_content(known.sentence),))
        found.append(first)
        for text in known.synonyms:
            found.append(_told(name, text) or _phrase(first, text))
        if known.opposite and (denied := _sentence(name, known.opposite)):
            found.append(replace(denied, sign=-denied.sign))
    agents = _agents(found)
    found += [
        _phrase(f, f.name.replace("_", " "))
        for f in {one.name: one for one in reversed(found)}.values()
        if f.kind in ("state", "measure", "bare") or _acts(f, agents)
    ]
    lasting = {f.name: f.lasts for f in reversed(found)}
    kinds = {f.name: f.kind for f in reversed(found)}
    found = [
        replace(
            f,
            acts=_acts(f, agents),
            lasts=lasting[f.name],
            manner=kinds[f.name] == "state" and _acts(f, agents),
        )
        for f in found
    ]
    words = {word for f in found for part in (f.subject, *f.rest) for word in part}
    words |= {word for f in found for word in f.said if word.isalpha()}
    words |= {
        w.text for name in vocabulary for w in tokenize(_all_text(vocabulary, name)) if w.text.isalpha()
    }
    alone = {word for f in found if f.acts and f.kind in ("state", "deed") and not f.rest for word in f.said}
    found = [f for f in found if all(f.rest) and (f.rest or f.subject or f.said)]
    return Frames(
        tuple(dict.fromkeys(found)),
        agents,
        frozenset(words),
        frozenset(word for word in alone if not lemmas(word) & ({"be", "stand", "wait", "move"} | TOUCH)),
        _marks(found),
    )


def _marks(frames: Sequence[Frame]) -> frozenset[str]:
    """Words before a head that tell what is meant even without it ("the drain" for "the drain valve")."""
    phrases: dict[str, set[tuple[str, ...]]] = {}
    heads = {part[-1] for f in frames for part in (f.subject, *f.rest) if part and f.kind != "bare"}
    for f in frames:
        for part in (f.subject, *f.rest):
            for word in part[:-1]:
                phrases.setdefault(word, set()).add(part)
    kept = {
        word for word, found in phrases.items() if len({one[-1] for one in found}) == 1 and word not in heads
    }
    return frozenset(word for word in kept if len(word) > 2 and not word.isdigit())


def _acts(frame: Frame, agents: frozenset[str]) -> bool:
    return frame.acts or (bool(frame.subject) and frame.subject[-1] in agents)


def _all_text(vocabulary: Vocabulary, name: str) -> str:
    known = vocabulary.proposition(name)
    return " . ".join((known.sentence, *known.synonyms, known.opposite or ""))


def _agents(frames: Sequence[Frame]) -> frozenset[str]:
    """Heads of the subjects of which places, possessions and deeds are told most often."""
    heads = Counter(
        f.subject[-1]
        for f in frames
        if f.subject and (f.kind in ("place", "have") or (f.kind == "deed" and f.rest))
    )
    acting = Counter(f.subject[-1] for f in frames if f.subject and f.kind in ("have", "deed"))
    if not heads:
        return frozenset()
    objects = {word for f in frames for group in f.rest for word in group}
    best = max(heads, key=lambda head: (heads[head] + acting[head], head))
    others = {f.subject[-1] for f in frames if f.subject and f.definite and (f.kind == "have" or _at_home(f))}
    others |= {
        head
        for head, n in heads.items()
        if n > 1 and all(f.definite for f in frames if f.subject[-1:] == (head,))
    }
    return frozenset({best}) | (others - objects)


def _at_home(frame: Frame) -> bool:
    """Whether a place is one that only who acts has ("the arm is in its home position")."""
    return frame.kind == "place" and bool({*frame.rest[0]} & {"home", "dock", "base", "charger"})


def _content(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in tokenize(text) if word.text not in ARTICLES and word.text[0].isalnum())


def _groups(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Noun phrases between prepositions."""
    groups: list[list[str]] = [[]]
    for word in words:
        if word in PREPOSITIONS:
            groups.append([])
        else:
            groups[-1].append(word)
    return tuple(tuple(group) for group in groups if group)


def _told(name: str, text: str) -> Frame | None:
    frame = _sentence(name, text)
    indefinite = text.lower().split()[:1] and text.lower().split()[0] in SOME
    return replace(frame, definite=not indefinite) if frame is not None else None


def _sentence(name: str, text: str) -> Frame | None:
    """Frame of a sentence with a subject; none for a phrase."""
    raw = [word.text for word in tokenize(text) if word.text[0].isalnum()]
    if len(raw) < 2:
        return None
    article = raw[0] in ARTICLES or raw[0] in ("it", "there", "someone", "somebody", "something")
    words = [word for word in raw if word not in ARTICLES]
    at = next((i for i, word in enumerate(words) if word in BE), -1)
    if at > 0:
        return _be(name, words[:at], words[at + 1 :])
    start = 1
    at = next((i for i in range(start, len(words)) if _third_person(words[i]) and (article or i == 1)), -1)
    if at < 0 and article and len(words) > 1 and (words[0].endswith("s") or words[1] == "have"):
        at = 1  # "the passengers board"
    if at < 0 or (not article and _verb_first(words)):
        return None
    subject, verb, rest = tuple(words[:at]), words[at], words[at + 1 :]
    if lemmas(verb) & {"have"} and rest and (rest[0] in PARTICIPLES or rest[0].endswith("ed")):
        return Frame(name, "state", subject, _groups(rest[1:]), _verbs(rest[0]), lasts=len(rest) == 1)
    if lemmas(verb) & STANDING and len(rest) > 1 and rest[0] in PREPOSITIONS:
        return Frame(name, "place", subject, _groups(rest), preposition=rest[0], lasts=True)
    if rest[1:2] == ["of"] and rest[0] in VESSELS:  # "a cup of coffee"
        rest = [rest[0], *rest[2:]]
    if lemmas(verb) & HAVE and rest and not {*rest} & PREPOSITIONS:
        return Frame(name, "have", subject, (tuple(rest),), lasts=True)
    return _deed(name, subject, verb, rest)


def _third_person(word: str) -> bool:
    return (word.endswith("s") and len(word) > 2 and not word.endswith(("ss", "us", "is"))) or word == "has"


def _verb_first(words: Sequence[str]) -> bool:
    known = ARRIVE | PUT | ACQUIRE | MAKE | TOUCH
    return bool(lemmas(words[0]) & known) and not _third_person(words[0])


def _be(name: str, subject: Sequence[str], rest: list[str]) -> Frame | None:
    about = _headed([word for word in subject if word not in ("it", "there")])
    sign, going = 1, rest[:1] == ["being"]
    while rest and rest[0] in ("not", "being", "too", "currently", "now", "very", "already", "still"):
        sign, rest = (-sign if rest[0] == "not" else sign), rest[1:]
    if not rest:
        return None
    if subject and subject[0] == "there":
        return Frame(name, "state", (rest[0],), _groups(rest[1:]), frozenset({"be"}), sign=sign, lasts=True)
    if (
        len(rest) > 1
        and rest[0] in HIGH | LOW
        and not (rest[0] in ("over", "above", "under") and _agentish(about))
    ):
        return Frame(
            name, "measure", about, _groups(rest[1:]), frozenset({rest[0]}), rest[0], sign=sign, lasts=True
        )
    if len(rest) == 1 and rest[0] in ("high", "low"):
        return Frame(name, "measure", about, (), frozenset(rest), "", sign=sign, lasts=True)
    if len(rest) > 1 and (rest[0] in PREPOSITIONS or rest[:2] == ["close", "to"]):
        place = _groups(rest[1:] if rest[0] == "close" else rest)
        return (
            Frame(name, "place", about, place, preposition=rest[0], sign=sign, lasts=True) if place else None
        )
    if lemmas(rest[0]) & HAVE and rest[0].endswith("ing") and len(rest) > 1:
        return Frame(name, "have", about, (tuple(rest[1:]),), sign=sign, lasts=True)
    if lemmas(rest[0]) & STANDING and len(rest) > 1 and rest[1] in PREPOSITIONS:
        return _be(name, subject, rest[1:])
    if rest[0] in PARTICIPLES or (rest[0].endswith(("ed", "ing")) and len(rest[0]) > 4):
        after = rest[1:]
        return Frame(
            name, "state", about, _groups(after), _verbs(rest[0]) | {rest[0]}, sign=sign,
            lasts=going or rest[0].endswith("ing") or rest[0] in STATIVE, given=True,
        )  # fmt: skip
    return Frame(name, "state", about, _groups(rest[1:]), frozenset({rest[0]}), sign=sign, lasts=True)


def _headed(words: Sequence[str]) -> tuple[str, ...]:
    """A noun phrase with its head last: "level in the tank" as "tank level"."""
    groups = _groups(words)
    return tuple(word for group in (*groups[1:], groups[0]) for word in group) if groups else ()


def _agentish(subject: Sequence[str]) -> bool:
    return bool(subject) and subject[-1] in (
        "robot",
        "agent",
        "drone",
        "player",
        "car",
        "hero",
        "lift",
        "elevator",
    )


def _verbs(word: str, particle: str = "") -> frozenset[str]:
    """Base forms of a verb and of others for the same deed."""
    bases = lemmas(word) | ({f"{base}-{particle}" for base in lemmas(word)} if particle else set())
    return frozenset(other for base in bases for other in alike(base))


def _deed(name: str, subject: tuple[str, ...], verb: str, rest: Sequence[str]) -> Frame:
    particle = rest[0] if rest and rest[0] in PARTICLES else ""
    if rest and list(rest) in (["still"], ["in", "place"]):
        return Frame(name, "state", subject, (), _verbs("stop") | {"still", "stand", "wait"}, lasts=True)
    forms = _verbs(verb, particle)
    if lemmas(verb) & {"go", "sound", "ring"} and set(rest) <= {"off", "on"}:
        forms |= {"go", "sound", "ring"}
    return Frame(
        name, "deed", subject, _groups(rest), forms, rest[0] if rest and rest[0] in PREPOSITIONS else ""
    )


def _phrase(first: Frame, text: str) -> Frame:
    """A synonym that is no sentence: a verb with what it does, or a name for what the sentence speaks of."""
    words = [word for word in _content(text)]
    raw = [word.text for word in tokenize(text)]
    verbal = len(raw) > 1 and (_verb_first(raw) or raw[1] in ARTICLES | PREPOSITIONS)
    if verbal and words:
        return replace(_deed(first.name, (), words[0], words[1:]), acts=True)
    kind = "bare" if first.kind in ("state", "measure") else first.kind
    return replace(
        first,
        kind=kind,
        rest=(tuple(words),),
        subject=first.subject if kind in ("place", "have") else (),
        given=False,
    )
