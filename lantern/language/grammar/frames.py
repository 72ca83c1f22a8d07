"""Declared sentences taken apart: who or what they are about, and where it is, what it has, does or is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantern.language.english.manners import alike
from lantern.language.english.nominal import nouns
from lantern.language.english.thesaurus import thesaurus
from lantern.language.english.words import PARTICIPLES, base_forms, is_gerund, singular

BE = frozenset({"is", "are", "be", "been", "being", "was", "were"})
AUXILIARY = frozenset({"has", "have", "had", "having", "does", "do", "did"})
ARTICLES = frozenset({"the", "a", "an", "its", "their", "his", "her", "your", "some", "any", "all"})
PRONOUNS = frozenset({"it", "them", "him", "her", "they"})
AT = frozenset({"at", "in", "on", "inside", "to", "into", "onto", "within", "by", "upon", "for", "toward"})
AWAY = frozenset({"from", "out", "off", "outside"})
ABOVE = frozenset({"above", "over", "beyond", "exceed"})
BELOW = frozenset({"below", "under", "beneath"})
PREPOSITIONS = AT | AWAY | ABOVE | BELOW | {"near", "with", "of", "through", "behind", "beside", "around"}
PARTICLES = frozenset({"up", "down", "off", "out", "over", "back", "on", "away", "in"})


@dataclass(frozen=True, slots=True)
class Frame:
    """A declared sentence taken apart.

    `kind` is "place", "have", "state" or "deed"; `acts` says that its subject is who acts; `said` holds the
    words of its verb or state, with `verb` its base forms.
    """

    name: str
    kind: str
    acts: bool
    subject: frozenset[str]
    rest: tuple[str, ...]
    said: frozenset[str]
    verb: frozenset[str]
    preposition: str


# Words for how something stands or lies somewhere, which say no more than that it is there.
_POSTURES = frozenset({
    "standing", "lying", "sitting", "waiting", "resting", "hanging", "staying", "parked", "located", "kept",
    "situated", "placed", "stored", "docked", "moored", "berthed", "stationed", "positioned", "seated",
    "left",
})  # fmt: skip
_HOLDING = frozenset({"have", "hold", "carry", "possess", "grasp"})


def is_participle(text: str) -> bool:
    """Whether a word may be a participle, or a form of "be"."""
    return (text.endswith("ed") and len(text) > 4) or text in PARTICIPLES or text in BE


def frames_of(name: str, sentence: Sequence[str], agents: frozenset[str]) -> list[Frame]:
    """Frames of a declared sentence, and of what it says in other words ("is over the speed limit")."""
    texts = [text for text in sentence if text[0].isalnum()]
    said = [texts]
    for at in range(1, len(texts)):
        meant = thesaurus().predicates.get(tuple(texts[at:]))
        if meant:
            subject = texts[:at] if texts[at - 1] not in BE else texts[: at - 1]
            said.append([*subject, *meant])
            break
    frames = (frame_of(name, words, agents) for words in said)
    return [frame for frame in frames if frame is not None]


def named_frame(name: str, agents: frozenset[str]) -> Frame | None:
    """Frame of a name that tells a deed that was done to something ("glass_sorted")."""
    *thing, done = name.lower().split("_")
    if not thing or not is_participle(done) or done in BE or not all(word.isalpha() for word in thing):
        return None
    return frame_of(name, ["the", *thing, "is", done], agents)


def frame_of(name: str, texts: Sequence[str], agents: frozenset[str]) -> Frame | None:
    """Frame of a declared sentence; none of one that has no verb that could be found."""
    start = 1 if texts[:1] and texts[0] in ARTICLES else 0
    verb = next((at for at in range(start + 1, len(texts)) if _is_verb(texts, at)), 0)
    if not verb or verb + (texts[verb] in BE) >= len(texts) + (texts[verb] not in BE):
        return None
    subject = texts[start:verb]
    head = subject[-2] if len(subject) > 1 and len(subject[-1]) == 1 else subject[-1]
    acts = head in agents  # not "the cook's hands"
    things = [word for word in subject if word not in ARTICLES | agents]
    about = frozenset() if acts else frozenset(singular(word) for word in things or subject)
    told, rest = texts[verb], list(texts[verb + 1 :])
    if told in ("has", "have") and rest and is_participle(rest[0]) and not rest[0].endswith("eed"):
        told, rest = ("is", rest[1:]) if rest[0] == "been" else (rest[0], rest[1:])  # "has stopped"
        if told != "is" and not rest:
            return _state(name, acts, about, told)
    if told in BE:
        return _being(name, acts, about, rest, agents)
    plain, preposition = _roles(rest, agents)
    if base_forms(told) & _HOLDING and plain and not preposition:
        return Frame(name, "have", acts, about, plain, frozenset(), frozenset(), "")
    return _deed(name, acts, about, told, rest, agents)


def _roles(rest: Sequence[str], agents: frozenset[str]) -> tuple[tuple[str, ...], str]:
    """Nouns after a verb, and the first preposition."""
    plain = tuple(singular(word) for word in rest if word not in ARTICLES | PREPOSITIONS | agents)
    return plain, next((word for word in rest if word in PREPOSITIONS), "")


def _being(
    name: str, acts: bool, about: frozenset[str], rest: Sequence[str], agents: frozenset[str]
) -> Frame | None:
    """Frame of what follows "is"."""
    if not rest:
        return None
    if rest[0] in _POSTURES and rest[1:2] and rest[1] in PREPOSITIONS:
        rest = rest[1:]  # "is lying in bed"
    plain, preposition = _roles(rest, agents)
    if rest[0] in PREPOSITIONS and plain:
        return Frame(name, "place", acts, about, plain, frozenset(), frozenset(), rest[0])
    going = is_gerund(rest[0])
    if len(rest) == 1:
        return _state(name, acts, about, rest[0])
    if going and len(rest) == 2 and preposition:
        return _state(name, acts, about, rest[0], rest[1])  # "is going on"
    if going and base_forms(rest[0]) & _HOLDING and plain and not preposition:
        return Frame(name, "have", acts, about, plain, frozenset(), frozenset(), "")
    if going and plain:
        return _deed(name, acts, about, rest[0], rest[1:], agents)  # "is crossing the road"
    if len(rest) == 2 and not preposition and not is_participle(rest[0]):
        return Frame(name, "state", acts, about, (), frozenset(rest), frozenset(), "")
    return None


def _state(name: str, acts: bool, about: frozenset[str], said: str, particle: str = "") -> Frame:
    verbal = is_participle(said) or is_gerund(said)
    forms = _verb_forms(said, particle, about) if verbal else frozenset[str]()
    whole = f"{said}-{particle}" if particle else said
    return Frame(name, "state", acts, about, (), frozenset({whole}), forms, "")


def _deed(
    name: str, acts: bool, about: frozenset[str], told: str, rest: Sequence[str], agents: frozenset[str]
) -> Frame:
    plain, preposition = _roles(rest, agents)
    forms = _verb_forms(told, preposition if rest[:1] == [preposition] else "", {*about, *plain})
    return Frame(name, "deed", acts, about, plain, frozenset({told}), forms, preposition)


def _is_verb(texts: Sequence[str], at: int) -> bool:
    """Whether a word may be the verb of a sentence; a plural before "are" is its subject."""
    following = texts[at + 1] if at + 1 < len(texts) else ""
    return texts[at] in BE or (_third_person(texts[at]) and following not in BE | {"has", "have"})


def _third_person(text: str) -> bool:
    return text.endswith("s") and len(text) > 2 and not text.endswith(("ss", "us", "is"))


def _verb_forms(text: str, particle: str, things: Iterable[str]) -> frozenset[str]:
    """Base forms of a verb, other verbs for the same deed to the same things, and nouns for it."""
    bases = base_forms(text) | ({f"{form}-{particle}" for form in base_forms(text)} if particle else set())
    verbs = frozenset(other for form in bases for other in alike(form, things))
    return verbs | {noun for form in bases for noun in nouns(form)}
