"""The thesaurus: words by what they bring about, and words for the same deed, state or thing.

`thesaurus.txt` holds the words; its head says how they are written. What is said in several senses stands in
several groups, and groups are never joined through a word that they share: "run" is in the group of moving
and in that of being on, and "move" does not switch anything on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from lantern.language.english.words import base_forms, singular, spelled

Phrase = tuple[str, ...]

_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a verb brings about.

    `kind` is that of a section of verbs, or "state"; `states` holds the words for the state, `opposite` those
    for what is then no longer so.
    """

    kind: str
    states: frozenset[str] = frozenset()
    opposite: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """A state and its opposite, with the verbs and the nouns that bring each about, words joined by "-"."""

    holds: frozenset[str]
    fails: frozenset[str]
    making: frozenset[str]
    undoing: frozenset[str]
    nouns: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()  # what the verbs are about, none for anything


@dataclass(frozen=True, slots=True)
class Deed:
    """Verbs for the same deed, and the things that it is about, none for any."""

    verbs: frozenset[str]
    things: frozenset[str]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """What `thesaurus.txt` says; phrases are joined by "-" but for those of things and of whole wordings."""

    verbs: Mapping[str, frozenset[str]]
    states: tuple[State, ...]
    deeds: Mapping[str, tuple[Deed, ...]]
    things: Mapping[Phrase, tuple[frozenset[Phrase], ...]]
    purposes: Mapping[str, frozenset[Phrase]]
    predicates: Mapping[Phrase, Phrase]
    phrases: Mapping[Phrase, Phrase]
    longest: int  # words of the longest name of a thing
    words: frozenset[str]  # all the words of it

    def knows(self, word: str) -> bool:
        """Whether a word stands in it, a verb in any inflection."""
        if word in self.words:
            return True
        forms = base_forms(word)
        told = any(not forms.isdisjoint(known) for known in (*self.verbs.values(), self.deeds.keys()))
        return told or any(forms & (state.making | state.undoing) for state in self.states)


def _phrases(text: str) -> Iterator[Phrase]:
    """Phrases of a list, as words in American spelling."""
    for part in text.split(";"):
        words = tuple(spelled(word) for word in part.replace("-", " ").split())
        if words:
            yield words


def _joined(text: str) -> frozenset[str]:
    return frozenset("-".join(phrase) for phrase in _phrases(text))


def noun(phrase: Iterable[str]) -> Phrase:
    """A noun phrase with its words in the singular."""
    return tuple(singular(word) for word in phrase)


@cache
def thesaurus() -> Thesaurus:
    """The thesaurus of this package, read once."""
    return read((files(__package__) / "thesaurus.txt").read_text(encoding="utf-8"))


def read(text: str) -> Thesaurus:
    """A thesaurus written as ``thesaurus.txt`` is."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    sections: dict[str, list[str]] = {}
    head = ""
    for line in lines:
        if line.startswith("["):
            head = line.strip("[] ")
        else:
            sections.setdefault(head, []).append(line)
    states = tuple(_states(sections.pop("states", [])))
    rows = {head: [line for line in lines if line.strip()] for head, lines in sections.items()}
    things = _by_phrase(rows.get("things", []))
    return Thesaurus(
        {
            head.removeprefix("verbs "): _joined(";".join(lines))
            for head, lines in rows.items()
            if head.startswith("verbs ")
        },
        states,
        _by_verb(_deed(line) for line in rows.get("deeds", [])),
        things,
        _purposes(rows.get("purposes", [])),
        _meant(rows.get("predicates", [])),
        _meant(rows.get("phrases", [])),
        max((len(phrase) for phrase in things), default=1),
        frozenset(spelled(word) for word in _WORD.findall("\n".join(lines))),
    )


def _by_phrase(lines: Iterable[str]) -> dict[Phrase, tuple[frozenset[Phrase], ...]]:
    table: dict[Phrase, tuple[frozenset[Phrase], ...]] = {}
    for line in lines:
        group = frozenset(noun(phrase) for phrase in _phrases(line))
        for phrase in group:
            table[phrase] = (*table.get(phrase, ()), group)
    return table


def _purposes(lines: Iterable[str]) -> dict[str, frozenset[Phrase]]:
    table: dict[str, frozenset[Phrase]] = {}
    for line in lines:
        verbs, _, places = line.partition(":")
        table |= dict.fromkeys(_joined(verbs), frozenset(noun(phrase) for phrase in _phrases(places)))
    return table


def _meant(lines: Iterable[str]) -> dict[Phrase, Phrase]:
    table: dict[Phrase, Phrase] = {}
    for line in lines:
        said, _, meant = line.partition("=")
        table |= dict.fromkeys(_phrases(said), next(_phrases(meant)))
    return table


def _states(lines: Iterable[str]) -> Iterator[State]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        if block:
            rows = {line[0] if line[0] in "+-:" else "": line.lstrip("+-:") for line in block}
            holds, making, nouns = (_both(rows.get(mark, "")) for mark in ("", "+", "-"))
            yield State(*holds, *making, *nouns, _nouns(rows.get(":", "")))
        block = []


def _both(row: str) -> tuple[frozenset[str], frozenset[str]]:
    left, _, right = row.partition("|")
    return _joined(left), _joined(right)


def _nouns(text: str) -> frozenset[str]:
    return frozenset(singular(spelled(word)) for word in text.split())


def _deed(line: str) -> Deed:
    verbs, _, things = line.partition(":")
    return Deed(_joined(verbs), _nouns(things))


def _by_verb(deeds: Iterable[Deed]) -> dict[str, tuple[Deed, ...]]:
    table: dict[str, tuple[Deed, ...]] = {}
    for deed in deeds:
        for verb in deed.verbs:
            table[verb] = (*table.get(verb, ()), deed)
    return table


def _forms(verb: str, particle: str) -> frozenset[str]:
    """Base forms of a verb as it is written, joined to its particle."""
    forms = base_forms(verb) | {verb}
    return frozenset(f"{form}-{particle}" for form in forms) if particle else forms


_KINDS = ("arrive", "leave", "pass", "put", "take_out", "acquire", "release", "make")


def effects(verb: str, particle: str = "") -> frozenset[Effect]:
    """What a verb may bring about, in any of its senses.

    Parameters
    ----------
    verb : str
        In any inflection.
    particle : str
        The particle that makes one verb with it ("off" of "switch the heating off"); empty without one.
    """
    forms, known = _forms(verb, particle), thesaurus()
    found = {Effect(kind) for kind in _KINDS if forms & known.verbs[kind]}
    for state in known.states:
        if forms & state.making:
            found.add(Effect("state", state.holds, state.fails))
        if forms & state.undoing:
            found.add(Effect("state", state.fails, state.holds))
    return frozenset(found)


def alike(verb: str, things: Iterable[str] = ()) -> frozenset[str]:
    """Verbs that name the same deed as one, itself among them.

    Parameters
    ----------
    verb : str
        Base form, joined to its particle by "-".
    things : iterable of str
        Nouns, in the singular, of what the deed is about.
    """
    about = {*things}
    groups = thesaurus().deeds.get(verb, ())
    fitting = [deed.verbs for deed in groups if not deed.things or deed.things & about]
    return frozenset({verb}).union(*fitting)


def state_of(words: Iterable[str], written: str, particle: str = "", things: Iterable[str] = ()) -> int:
    """What a word says of a state that a sentence gives in `words`.

    Parameters
    ----------
    words : iterable of str
        How the sentence tells the state ("hot", "switched-on").
    written : str
        A verb in any inflection, an adjective, or a noun for what brings a state about.
    particle : str
        The particle that makes one verb with it.
    things : iterable of str
        What is in that state, in the singular.

    Returns
    -------
    int
        1 for the state itself or what brings it about, -1 for its opposite, 0 where it says something else,
        or both.
    """
    return _state_of(frozenset(words), written, particle, frozenset(things))


@lru_cache(maxsize=1 << 14)
def _state_of(known: frozenset[str], written: str, particle: str, about: frozenset[str]) -> int:
    forms = _forms(written, particle)
    plain = "-".join((written, particle)) if particle else written
    found: set[int] = set()
    for state in thesaurus().states:
        if state.things and not state.things & about:
            continue
        for holds, sign in ((state.holds, 1), (state.fails, -1)):
            if not known & holds:
                continue
            if plain in state.holds or forms & state.making or plain in state.nouns:
                found.add(sign)
            if plain in state.fails or forms & state.undoing or plain in state.undone:
                found.add(-sign)
    return found.pop() if len(found) == 1 else 0


def same_thing(one: str | Iterable[str], other: str | Iterable[str]) -> bool:
    """Whether two noun phrases are names for the same thing ("gas station", "petrol station")."""
    first, second = (noun(spelled(word) for word in _split(each)) for each in (one, other))
    return first == second or second in other_names(first)


def _split(phrase: str | Iterable[str]) -> Iterable[str]:
    return phrase.split() if isinstance(phrase, str) else phrase


def other_names(phrase: Phrase) -> frozenset[Phrase]:
    """Other names of a thing, as phrases of words in the singular."""
    return frozenset().union(*thesaurus().things.get(noun(phrase), ())) - {noun(phrase)}


def places_for(verb: str, particle: str = "") -> frozenset[Phrase]:
    """Places that are there for what a verb says ("recharge": the charging station)."""
    known = thesaurus().purposes
    return frozenset().union(*(known.get(form, frozenset()) for form in _forms(verb, particle)))
