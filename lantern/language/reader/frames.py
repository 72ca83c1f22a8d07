"""Declared sentences as frames: whom they are about and what is said of it, as words of a mention."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantern.language.english.words import tokenize
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.telling import deed, told, verb_first
from lantern.language.reader.wordlists import ACTORS, ANIMALS, ARTICLES, PERSONS, PREPOSITIONS, TOUCH
from lantern.logic import Vocabulary


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
        first, *others = told(name, known.sentence) or [Frame(name, "bare", rest=(_content(known.sentence),))]
        found += [first, *others]
        for text in known.synonyms:
            found += told(name, text) or [_phrase(first, text)]
        if known.opposite:
            found += [replace(denied, sign=-denied.sign) for denied in told(name, known.opposite)]
    agents = _agents(found)
    found += [
        _label(f)
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
    placed = [
        f for f in frames if f.subject and (f.rest if f.kind == "deed" else f.kind in ("place", "have"))
    ]
    placed = [f for f in placed if f.definite] or placed
    heads = Counter(head for _, head in {(f.name, f.subject[-1]) for f in placed})
    acting = Counter(head for _, head in {(f.name, f.subject[-1]) for f in placed if f.kind != "place"})
    heads = Counter({head: n for head, n in heads.items() if not lemmas(head) & (PERSONS | ANIMALS) - ACTORS})
    live = {head for head in heads if lemmas(head) & ACTORS}
    if not heads:
        return frozenset()
    objects = {word for f in frames for group in f.rest for word in group}
    best = max(live or heads, key=lambda head: (heads[head] + acting[head], head))
    others = {f.subject[-1] for f in frames if f.subject and f.definite and (f.kind == "have" or _at_home(f))}
    several = {head for head, n in heads.items() if n > 1 and (head in live or not live)}
    others |= {head for head in several if all(f.definite for f in frames if f.subject[-1:] == (head,))}
    return frozenset({best}) | (others - objects)


def _at_home(frame: Frame) -> bool:
    """Whether a place is one that only who acts has ("the arm is in its home position")."""
    return frame.kind == "place" and bool({*frame.rest[0]} & {"home", "dock", "base", "charger"})


def _content(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in tokenize(text) if word.text not in ARTICLES and word.text[0].isalnum())


def _label(first: Frame) -> Frame:
    """The name of a proposition, no verb if it has nouns of the sentence alone ("left_door", "pier_a")."""
    spoken = re.sub(r"(?<![A-Za-z])a(?![A-Za-z])", "A", first.name.replace("_", " "))
    nouns = {word for part in (first.subject, *first.rest) for word in part}
    named = "be" not in first.said and {*_content(spoken)} - PREPOSITIONS <= nouns
    return _phrase(first, spoken, named=named)


def _phrase(first: Frame, text: str, *, named: bool = False) -> Frame:
    """A synonym that is no sentence: a verb with what it does, or a name for what the sentence speaks of.

    `named` says that it is no verb.
    """
    words = [word for word in _content(text)]
    raw = [word.text for word in tokenize(text)]
    noun = raw[0] in first.subject  # "green in bin" for "the green block is in the bin"
    verbal = len(raw) > 1 and (verb_first(raw) or (raw[1] in ARTICLES | PREPOSITIONS and not noun))
    if verbal and words and not named:
        return replace(deed(first.name, (), words[0], words[1:]), acts=True)
    kind = "bare" if first.kind in ("state", "measure") else first.kind
    return replace(
        first,
        kind=kind,
        rest=(tuple(words),),
        subject=first.subject if kind in ("place", "have") else (),
        given=False,
    )
