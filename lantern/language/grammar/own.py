"""Words that a vocabulary brings along: who acts in it, and verbs that task English does not know.

A sentence such as "the drone takes a photo", "the reactor is drained" or "the tractor ploughs the field" has
a subject, a verb and the rest. The subject of what is done is the agent, whose name says nothing more in a
task ("the drone must ..."). A verb that the lexicon lacks becomes a class of its own, so that "drain the
reactor" and "after the reactor has been drained" name the proposition and "paint the reactor" does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lantern.language.english.nominal import nouns
from lantern.language.english.words import IRREGULAR, PARTICIPLES, Word, base_forms, tokenize
from lantern.language.grammar.lexicon import Lexicon
from lantern.logic import Vocabulary

_ARTICLES = frozenset({"the", "a", "an"})
_BE = frozenset({"is", "are"})
_AGENTS = frozenset({"agent", "robot", "vehicle"})
_PARTICLES = frozenset({"up", "down", "out", "over", "off", "on", "away", "in"})
# Words between "is" and a participle, or before a verb.
_ADVERBS = frozenset({"not", "being", "already", "currently", "now", "still", "always", "too", "very"})


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a vocabulary adds to task English.

    Attributes
    ----------
    agents : frozenset of str
        Nouns for who acts.
    lines : tuple of str
        Lines for a :class:`Lexicon`: its verbs, each a class of its own.
    titles : frozenset of tuple of str
        Names for who acts that only their article tells ("the ship", "the guard robot").
    """

    agents: frozenset[str]
    lines: tuple[str, ...]
    titles: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Parts:
    """A sentence taken apart: subject, verb as written, whether it is a participle, and the rest."""

    subject: tuple[str, ...]
    verb: str
    participle: bool
    rest: tuple[str, ...]


def own_words(vocabulary: Vocabulary, lexicon: Lexicon) -> OwnWords:
    """Agents and verbs of the sentences and synonyms of a vocabulary."""
    doers: Counter[str] = Counter()
    titles: Counter[tuple[str, ...]] = Counter()
    objects: set[str] = set()
    active: set[str] = set()
    acted_on: set[str] = set()
    verbs: dict[str, str] = {}
    for name in vocabulary:
        proposition = vocabulary.proposition(name)
        for text in (proposition.sentence, *proposition.synonyms):
            parts = _taken_apart(tokenize(text), lexicon, text != proposition.sentence)
            if parts is None:
                continue
            if text == proposition.sentence and len(parts.subject) == 1 and not _AGENTS & {*parts.rest}:
                doers[parts.subject[0]] += _acts(parts)
            if text == proposition.sentence and parts.subject and _led(text):
                titles[parts.subject] += min(_acts(parts), 1)  # one sentence alone tells nothing
            if parts.verb not in _BE and parts.rest:
                verbs.update(_forms(parts, lexicon))
            if parts.subject and text == proposition.sentence and _acts(parts) > 1:
                active.add(parts.subject[0])
                acted_on.update(parts.rest)
            if not parts.subject:
                objects.update(parts.rest)  # what a command is about does not act: "pick up the passenger"
    objects |= acted_on - active  # "the robot milks the cows": those who only are somewhere do not act
    agents = frozenset(word for word, times in doers.items() if times > 1) - _nouns(lexicon, doers) - objects
    named = {(word,) for word in agents}
    longer = (
        frozenset(title for title, times in titles.items() if times > 1 and not objects & {*title}) - named
    )
    return OwnWords(agents, tuple(f"GO:own {stem} | {form}" for form, stem in verbs.items()), longer)


def _led(text: str) -> bool:
    return text.lower().startswith(("the ", "a ", "an "))


def _acts(parts: _Parts) -> int:
    """How strongly a sentence says that its subject is who acts; two is enough."""
    if parts.participle or not set(parts.rest) - _PARTICLES:
        # "the field is watered", "the alarm is ringing"; but "the lift goes up"
        moves = bool(parts.rest) and bool(
            base_forms(parts.verb) & {"go", "come", "move", "drive", "fly", "turn"}
        )
        return 1 if moves and not parts.participle else 0
    return 1 if parts.verb in _BE or parts.verb.endswith("ing") else 2


def _nouns(lexicon: Lexicon, words: Counter[str]) -> set[str]:
    """Words that task English needs for itself ("it")."""
    return {word for word in words if lexicon.knows(word) and word not in _AGENTS}


def _taken_apart(words: Sequence[Word], lexicon: Lexicon, synonym: bool) -> _Parts | None:
    texts = [word.text for word in words if word.text[0].isalnum()]
    start = 1 if texts and texts[0] in _ARTICLES else 0
    for at in range(start + 1, len(texts)):
        if texts[at] in _BE:
            after = at + 1
            while after < len(texts) and texts[after] in _ADVERBS:
                after += 1
            said = texts[after] if after < len(texts) else ""
            if _is_participle(said, lexicon) or (said.endswith("ing") and len(said) > 4):
                passive = not said.endswith("ing")
                rest = texts[after + 1 :] if not passive else [*texts[start:at], *texts[after + 1 :]]
                return _Parts(tuple(texts[start:at]), said, passive, tuple(rest))
            return _Parts(tuple(texts[start:at]), texts[at], False, tuple(texts[at + 1 :]))
        if start and _is_third_person(texts[at]):
            return _Parts(tuple(texts[start:at]), texts[at], False, tuple(texts[at + 1 :]))
    if synonym and not start and len(texts) > 1 and (texts[1] in _ARTICLES or texts[1] in _PARTICLES):
        return _Parts((), texts[0], False, tuple(texts[1:]))  # a synonym that is a command
    return None


def _is_participle(word: str, lexicon: Lexicon) -> bool:
    if any(entry.terminal == "ADJ" for entry in lexicon.exactly(word)):
        return False
    return (word.endswith("ed") and len(word) > 4) or word in PARTICIPLES


def _is_third_person(word: str) -> bool:
    return word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is"))


def _forms(parts: _Parts, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Base forms under which a verb may be met, each with the stem that names its class."""
    known = lexicon.longest([Word(parts.verb, 0, 0)], 0)[1]
    if any(entry.terminal in ("GO", "LEAVE", "STAY", "CARRY") for entry in known):
        return
    bases = base_forms(parts.verb) - ({parts.verb} if parts.verb not in IRREGULAR.values() else set())
    stem = min(bases or {parts.verb}, key=len)
    for base in sorted(bases or {parts.verb}):
        yield base, stem
    for base in sorted(bases or {parts.verb}):
        for noun in nouns(base):  # "a reduction of the load"
            yield f"={noun}", stem
    for base in sorted(bases or {parts.verb}):
        if parts.rest and parts.rest[0] in _PARTICLES:
            yield f"{base} {parts.rest[0]}", stem
