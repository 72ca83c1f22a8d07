"""Lifting: which stretches of a text name which propositions.

A proposition is known by its name, its declared synonyms, and the content words of its sentence. A noun
phrase matches the propositions that have all of its words; verbs and adjectives around it decide between
several, and say whether the proposition or its opposite is meant ("the door is closed" for "the agent opens
the door").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lantern.language.english.manners import verbs
from lantern.language.english.words import (
    AMERICAN,
    LETTER_A,
    PARTICIPLES,
    Spellings,
    Word,
    base_forms,
    is_gerund,
    singular,
    tokenize,
)
from lantern.language.grammar.entities import Entity, Match, gone, names_place, stance, still
from lantern.language.grammar.lexicon import Lexicon
from lantern.logic import Proposition, Vocabulary

# Classes of verbs that say no more than "make it true"; any proposition goes with them.
GENERIC = frozenset({"move", "acquire", "find", "complete", "use", "meet", "see", "happen", "lasting"})
_STOP = frozenset({
    "a", "agent", "an", "and", "anyone", "anything", "are", "as", "at", "be", "been", "being", "by",
    "do", "does", "down", "for", "from", "has", "have", "in", "inside", "into", "is", "it", "its",
    "not", "of", "off", "on", "onto", "or", "out", "robot", "some", "somebody", "someone", "something",
    "that", "the", "this", "through", "to", "toward", "up", "vehicle", "with", "within",
})  # fmt: skip
# Verbs for what lasts, although they share a class with verbs for what happens ("has", "picks up").
_LASTING = frozenset({"have", "hold", "carry", "possess", "own", "be", "stand", "stay", "exceed", "remain"})
_HELD = frozenset({"have", "hold", "carry", "possess", "own", "wear"})
_SOMEBODY = re.compile(
    r"(?:someone|somebody|anyone|anybody)\b.*\b(?:in|on|at|under|near|behind|above|to) ", re.I
)
_JOINTS = frozenset({",", ".", ";", ":", "and", "or", "then", "finally", "first", "to", "please"})
_PLACES = frozenset({"on", "in", "over", "off", "out", "up", "down", "around"})
_PLACE = re.compile(r"\bis (?:in|at|inside) (?:the|its|a|an) ")
# What is above or below something: "over the limit" is no place.
_LIMITS = frozenset({"limit", "limits", "threshold", "maximum"})
_PARTICLES = frozenset({"up", "down", "out", "over", "off", "on", "away", "in", "back", "around"})
_WHO = frozenset({"the", "a", "an", "agent", "robot", "vehicle"})
_FUNCTION = frozenset(
    {"no", "not", "on", "off", "in", "out", "up", "down", "over", "to", "for", "one", "be", "it"}
)
# Words between the same noun told twice, of two things ("the bell in the bell tower").
_REPEATING = frozenset({"and", "in", "at", "on", "from"})
_INNER = frozenset({"the", "of", "a", "an", "s", "and", "out", "from", "in", "at", "on"})


class Lifter:
    """Finds the propositions of a vocabulary in text.

    Parameters
    ----------
    vocabulary : Vocabulary
        What can be named.
    lexicon : Lexicon
        Tells verbs and adjectives from nouns.
    agents : frozenset of str
        Nouns for who acts, which name nothing.
    titles : frozenset of tuple of str
        Further names for who acts, which name nothing at the beginning of a sentence.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        agents: frozenset[str] = frozenset(),
        titles: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        self._lexicon = lexicon
        self._titles = titles
        self._stop = _STOP | agents
        self._agents = agents | {"agent", "robot", "vehicle"} if agents else agents
        self.entities = {name: self._entity(name, vocabulary.proposition(name)) for name in vocabulary}
        # Where the agent may be, by the sentences.
        self.places = tuple(
            name for name in vocabulary if _PLACE.search(vocabulary[name]) and not self.entities[name].other
        )
        # Sentences that are no more than a verb with its particle ("the lift goes up").
        self.particles = {
            (form, said[1]): name
            for name in vocabulary
            if len(said := [w.text for w in self._untitled(tokenize(vocabulary[name])) if w.text not in _WHO])
            == 2
            and said[1] in _PARTICLES
            for form in base_forms(said[0])
        }
        # How the agent stands ("is stopped", "has landed"), by its verb.
        self.stances = {
            form: name
            for name in vocabulary
            if not self.entities[name].other
            for text in (vocabulary[name], *vocabulary.proposition(name).synonyms)
            if (told := stance(text, self._agents))
            for form in base_forms(told)
        }
        self._index: dict[str, set[str]] = {}
        for entity in self.entities.values():
            for word in entity.words:
                self._index.setdefault(word, set()).add(entity.name)
        self._parts = _parts_only(vocabulary)
        self._names = {name.lower(): name for name in vocabulary}
        self._names |= {LETTER_A: self._names["a"]} if "a" in self._names else {}
        self.words = frozenset(self._index)
        british = {other: word for other, word in AMERICAN.items() if word in self._index}
        # Words that a misspelt one may be compared with, and what they stand for.
        self.spellings = {**{word: word for word in self.words}, **british}
        self._typos = Spellings(self.spellings)

    def _entity(self, name: str, proposition: Proposition) -> Entity:
        # "box_a" has a letter for a name, not an article.
        spoken = re.sub(r"(?<![A-Za-z])a(?![A-Za-z])", "A", name.replace("_", " "))
        label = [singular(word.text) for word in tokenize(spoken)]
        label = [word for word in label if word not in self._stop] or label
        contents, classes = [label], set()
        for text in (proposition.sentence, *proposition.synonyms):
            content, found = self._content(text)
            contents.append(content)
            # Whether it lasts is what its own sentence says, not a synonym such as "there is notice".
            classes |= found if text == proposition.sentence else found - {"lasting"}
            classes |= {"lasting"} if still(text) else set()
        words = frozenset(word for content in contents for word in content)
        core = frozenset(word for content in contents[:2] for word in content)
        # "Someone stands under the load" is no name for the load.
        texts = ("", proposition.sentence, *proposition.synonyms)
        somebody = [bool(_SOMEBODY.match(text)) for text in texts]
        phrases = frozenset(tuple(c) for c, who in zip(contents, somebody, strict=True) if c and not who)
        sentence = [word.text for word in tokenize(proposition.sentence) if word.text not in self._stop]
        told = {word.text for word in tokenize(proposition.sentence)}
        verbal = (
            not told & {"is", "are"}
            and len(sentence) == 1
            and len(contents[1]) == 1
            and sentence[0] != contents[1][0]
        )
        other = bool(self._agents) and states_of_another(proposition.sentence, self._agents)
        other = other and len(self._untitled(tokenize(proposition.sentence))) == len(
            tokenize(proposition.sentence)
        )
        told_of = () if other else (proposition.sentence, *proposition.synonyms)
        outside = frozenset(singular(word) for text in told_of for word in gone(text))
        return Entity(name, words, phrases, core, frozenset(classes), verbal, other, outside)

    def _content(self, text: str) -> tuple[list[str], set[str]]:
        """Nouns of a sentence, and the classes of its verbs and adjectives."""
        words, content, classes, at = self._untitled(tokenize(text)), [], set(), 0
        spoken: list[str] = []
        subject = _subject_end(words)
        while at < len(words):
            length, entries = self._lexicon.longest(words, at)
            verbs = {entry.value for entry in entries if entry.terminal in ("GO", "ADJ")}
            over = words[at].text == "over" and not _LIMITS.isdisjoint(word.text for word in words[at:])
            if at + 1 < len(words) and words[at].text in _PLACES and not over:
                at += 1  # "the pot is on the stove"
                continue
            # A word right after an article is a noun, whatever else it may be ("the load", "the feed valve").
            noun = (at > 0 and words[at - 1].text in ("the", "a", "an")) or len(words) == 1
            noun = noun or names_place(words, at)
            noun = noun or _hyphenated(words, at) or self._placed(words, at) or at < subject
            noun = noun or (bool(spoken) and _last_object(words, at))
            if verbs and not noun and self._perfect(words, at):
                at += 1  # "the can has been sorted" holds nothing
                continue
            if verbs and not noun:
                classes |= verbs | ({"lasting"} if self._lasts(words, at) else set())
                classes |= {"hold+"} if _HELD & base_forms(words[at].text) else set()
                spoken += [word.text for word in words[at : at + length]]
                at += length
                continue
            word = words[at].text
            if word.isalnum() and (len(words) == 1 or word not in self._stop or _hyphenated(words, at)):
                content.append(singular(word))
            at += 1
        if not content and spoken:  # "the car refuels": the verb is all there is
            return [singular(word) for word in spoken if word not in self._stop][-1:], set()
        return content, classes - {"move"}

    @staticmethod
    def _perfect(words: Sequence[Word], at: int) -> bool:
        """Whether "has" only tells that something is done by now."""
        return words[at].text in ("has", "have") and [word.text for word in words[at + 1 : at + 2]] == [
            "been"
        ]

    def _placed(self, words: Sequence[Word], at: int) -> bool:
        """Whether a word only ends the name of a place ("in deep water")."""
        adjective = any(entry.terminal == "ADJ" for entry in self._lexicon.longest(words, at)[1])
        before = {word.text for word in words[max(at - 3, 0) : at]} & {"in", "at", "on", "inside"}
        return bool(before) and not adjective and at + 1 == len(words) and not is_gerund(words[at].text)

    def _untitled(self, words: list[Word]) -> list[Word]:
        """A sentence without the name of who acts."""
        said = tuple(word.text for word in words[1:5])
        title = next((len(title) for title in self._titles if said[: len(title)] == title), 0)
        return words[1 + title :] if title and words[0].text in ("the", "a", "an") else words

    def covers(self, words: Sequence[Word], at: int, length: int) -> bool:
        """Whether words name more than who acts ("the ship's engine")."""
        match = self.match(words, at)
        return match is not None and match.length > length

    def knows(self, word: str) -> bool:
        """Whether a word, in any inflection, may name a proposition."""
        return word in self._names or any(form in self._index for form in base_forms(word))

    @staticmethod
    def sets_out(words: Sequence[Word], at: int) -> bool:
        """Whether a word is a verb of motion that goes on with where to ("sail to")."""
        following = words[at + 1].text if at + 1 < len(words) else ""
        return following in ("to", "toward") and bool(base_forms(words[at].text) & verbs("arrive"))

    def match(self, words: Sequence[Word], start: int) -> Match | None:
        """Longest noun phrase that begins at a word, with the propositions that it may name."""
        written = words[start].text
        opens = not start or words[start - 1].text in _JOINTS
        if self.sets_out(words, start) and (is_gerund(written) or (opens and written not in self._names)):
            return None  # "before flying to the bridge", "sail to the island" speak of the bridge, the island
        if written in self._names:
            whole = self._names[written]
            longer = self._phrase(words, start)
            if longer is None or longer.length == 1:
                return Match((whole,), 1, (written,), True)
            return longer
        found = self._phrase(words, start)
        if found is None or found.length > 1 or found.whole:
            return found
        if written in self._parts:
            return None  # "fly" is not the "no-fly zone"
        if written in _FUNCTION:
            return None  # "no" of "no photos" is not that of "no-fly zone"
        deed = next((self._names[form] for form in base_forms(written) if form in self._names), None)
        article = start > 0 and words[start - 1].text in ("the", "a", "an")
        if deed is not None and is_gerund(written) and not article:
            return Match((deed,), 1, (written,), True)  # "milking", not the milking parlour
        return found

    def _phrase(self, words: Sequence[Word], start: int) -> Match | None:
        candidates: set[str] | None = None
        noun: list[str] = []
        corrected: list[tuple[str, str]] = []
        end = at = start
        while at < len(words):
            word, repaired = self._known(words[at].text, bool(noun))
            found = self._index.get(word, set()) if word else set()
            together = found if candidates is None else candidates & found
            if not together:
                inner = noun and words[at].text in _INNER and words[at].text not in self._names
                again = self._repeats(words, at + 1, noun)
                joins = words[at].text == "and" and self._begins_clause(words, at + 1)
                if inner and not joins and not (again and words[at].text in _REPEATING):
                    at += 1
                    continue
                break
            candidates = together
            noun.append(word)
            if repaired:
                corrected.append((words[at].text, word))
            at += 1
            end = at
        if noun == ["too"]:
            return None  # "the fan must be running, too"
        if candidates:
            candidates = {name for name in candidates if self._names_it(self.entities[name], noun)}
        if not candidates:
            return None
        best = self._best(candidates, noun, several=self._plural(words[end - 1].text, noun))
        whole = len(best) == 1 and tuple(noun) in self.entities[best[0]].phrases
        return Match(best, end - start, tuple(noun), whole, tuple(corrected))

    def _lasts(self, words: Sequence[Word], at: int) -> bool:
        """Whether a verb says that something lasts: "is at", "is lit", "is parked in"; not "is harvested"."""
        forms = base_forms(words[at].text)
        if "be" not in forms or at + 1 >= len(words):
            return bool(_LASTING & forms)
        said = words[at + 1].text
        state = any(entry.terminal == "ADJ" for entry in self._lexicon.longest(words, at + 1)[1])
        if state or not ((said.endswith("ed") and len(said) > 4) or said in PARTICIPLES):
            return True
        return any(word.text in ("in", "at", "on", "inside") for word in words[at + 2 :])

    @staticmethod
    def _repeats(words: Sequence[Word], at: int, noun: Sequence[str]) -> bool:
        """Whether a word of a noun phrase stands once more at a place, perhaps after an article."""
        led = at < len(words) and words[at].text in ("the", "a", "an") and words[at - 1].text != "and"
        at += led
        return at < len(words) and bool(base_forms(words[at].text) & {*noun})

    def _begins_clause(self, words: Sequence[Word], at: int) -> bool:
        entries = self._lexicon.longest(words, at)[1] if at < len(words) else ()
        return any(entry.terminal == "GO" for entry in entries)

    def named(self, noun: Sequence[str]) -> tuple[str, ...]:
        """All propositions that a noun may be about."""
        return tuple(name for name, entity in self.entities.items() if entity.words.issuperset(noun))

    def _names_it(self, entity: Entity, noun: list[str]) -> bool:
        return tuple(noun) in entity.phrases or entity.core.issuperset(noun)

    def nearest(self, words: Sequence[str], count: int = 3) -> list[str]:
        """Propositions whose words share most letter triples with some unknown words, best first."""
        wanted = _triples(" ".join(words).lower())
        scores = {
            name: max(len(wanted & found) / len(wanted | found) for found in map(_triples, entity.words))
            for name, entity in self.entities.items()
        }
        return sorted(scores, key=lambda name: -scores[name])[:count]

    def _known(self, written: str, inside: bool) -> tuple[str, bool]:
        """Word of the vocabulary that a written word stands for, and whether it had to be corrected."""
        for form in (written, *sorted(base_forms(written))):
            if form in self._index:
                return form, False
        if self._lexicon.knows(written) or not written.isalpha():
            return "", False
        near = self._typos.nearest(written)
        return (near, True) if near else ("", False)

    @staticmethod
    def _plural(written: str, noun: Sequence[str]) -> bool:
        """Whether a noun of one word is in the plural: "the gates" are not the one called "gate" alone."""
        return len(noun) == 1 and written != noun[0] and singular(written) == noun[0]

    def _best(self, candidates: set[str], noun: list[str], several: bool = False) -> tuple[str, ...]:
        ordered = [name for name in self.entities if name in candidates]
        if several and len(ordered) > 1:
            return tuple(ordered)
        exact = [name for name in ordered if tuple(noun) in self.entities[name].phrases]
        if len(exact) == 1:
            return tuple(exact)
        whole = [name for name in ordered if set(noun) == self.entities[name].words]
        return tuple(whole) if len(whole) == 1 else tuple(ordered)


def _parts_only(vocabulary: Vocabulary) -> frozenset[str]:
    """Words that the sentences of a vocabulary have only within compounds ("fly" of "the no-fly zone")."""
    sentences = [
        tokenize(text)
        for name in vocabulary
        for text in (vocabulary[name], *vocabulary.proposition(name).synonyms)
    ]
    inside = {w.text for words in sentences for at, w in enumerate(words) if _hyphenated(words, at)}
    alone = {w.text for words in sentences for at, w in enumerate(words) if not _hyphenated(words, at)}
    compounds = {"_".join(compound) for words in sentences for compound in pairwise([w.text for w in words])}
    labels = {part for name in vocabulary if name not in compounds for part in name.lower().split("_")}
    return frozenset(inside - alone - labels)


def _subject_end(words: Sequence[Word]) -> int:
    """Where the subject of "the traffic light is red" ends, whose words are nouns; 0 for other sentences."""
    texts = [word.text for word in words]
    led = texts[:1] and texts[0] in ("the", "a", "an")
    return next((at for at, text in enumerate(texts) if text in ("is", "are")), 0) if led else 0


def _last_object(words: Sequence[Word], at: int) -> bool:
    """Whether the last word can only be what a verb right before it is about ("adds hops")."""
    return (
        at + 1 == len(words) and at > 0 and words[at - 1].text.endswith("s") and words[at].text.endswith("s")
    )


def _hyphenated(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a part of a compound ("no-fly zone")."""
    return words[at].hyphen or (at + 1 < len(words) and words[at + 1].hyphen)


def states_of_another(sentence: str, agents: frozenset[str]) -> bool:
    """Whether a sentence says in what state something is that does not act: "the light is red"."""
    words = [word.text for word in tokenize(sentence)]
    at = next((at for at, word in enumerate(words) if word in ("is", "are")), 0)
    subject = set(words[:at])
    return at > 0 and not subject & agents and not subject & {"it"} and words[at + 1 :][:1] != ["at"]


def _triples(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def opposite(value: str) -> str:
    """Class with the other polarity: "open-" for "open+"; classes without one stay as they are."""
    return value[:-1] + ("-" if value.endswith("+") else "+") if value.endswith(("+", "-")) else value
