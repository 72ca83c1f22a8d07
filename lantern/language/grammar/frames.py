"""Declared sentences taken apart: who or what they are about, and where it is, what it has, does or is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantern.language.grammar.lifting import singular
from lantern.language.grammar.manners import alike
from lantern.language.grammar.nominal import nouns
from lantern.language.grammar.words import PARTICIPLES, base_forms, is_gerund

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


def is_participle(text: str) -> bool:
    """Whether a word may be a participle, or a form of "be"."""
    return (text.endswith("ed") and len(text) > 4) or text in PARTICIPLES or text in BE


def frame_of(name: str, texts: Sequence[str], agents: frozenset[str]) -> Frame | None:
    """Frame of a declared sentence; none of one that has no verb that could be found."""
    texts = [text for text in texts if text[0].isalnum()]
    start = 1 if texts[:1] and texts[0] in ARTICLES else 0
    verb = next((at for at in range(start + 1, len(texts)) if texts[at] in BE or _third_person(texts[at])), 0)
    if not verb or verb + (texts[verb] in BE) >= len(texts) + (texts[verb] not in BE):
        return None
    subject = texts[start:verb]
    acts = bool({*subject} & agents)
    about = frozenset() if acts else frozenset(singular(word) for word in subject if word not in ARTICLES)
    rest = texts[verb + 1 :]
    plain = tuple(singular(word) for word in rest if word not in ARTICLES | PREPOSITIONS | agents)
    preposition = next((word for word in rest if word in PREPOSITIONS), "")
    if texts[verb] in BE:
        if rest[0] in PREPOSITIONS and plain:
            return Frame(name, "place", acts, about, plain, frozenset(), frozenset(), rest[0])
        verbal = is_participle(rest[0]) or is_gerund(rest[0])
        if verbal and len(rest) == 1:
            forms = _verb_forms(rest[0], "")
            return Frame(name, "state", acts, about, (), frozenset(rest), forms, "")
        if len(rest) == 1 or (len(rest) == 2 and not preposition and not verbal):
            return Frame(name, "state", acts, about, (), frozenset(rest), frozenset(), "")
        return None
    if base_forms(texts[verb]) & {"have", "hold", "carry", "possess", "grasp"} and plain and not preposition:
        return Frame(name, "have", acts, about, plain, frozenset(), frozenset(), "")
    forms = _verb_forms(texts[verb], preposition if rest[:1] == [preposition] else "")
    return Frame(name, "deed", acts, about, plain, frozenset({texts[verb]}), forms, preposition)


def _third_person(text: str) -> bool:
    return text.endswith("s") and len(text) > 2 and not text.endswith(("ss", "us", "is"))


def _verb_forms(text: str, particle: str) -> frozenset[str]:
    """Base forms of a verb, other verbs for the same deed, and nouns for it."""
    bases = base_forms(text) | ({f"{form}-{particle}" for form in base_forms(text)} if particle else set())
    verbs = frozenset(other for form in bases for other in alike(form))
    return verbs | {noun for form in bases for noun in nouns(form)}
