# ruff: noqa: E501 (a wording stands on one line)
"""Sentences of known meaning in many wordings, over several vocabularies: passives, orders, connectives, spellings."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from lantern.logic import Vocabulary


@dataclass(frozen=True)
class Deed:
    """Something that is done: base form, gerund, participle and object; `noun` for "the cleaning of the floor"."""

    name: str
    base: str
    gerund: str
    participle: str
    thing: str
    noun: str = ""


@dataclass(frozen=True)
class State:
    """Something that is so: its subject, what is said of it, and the words for its opposite."""

    name: str
    subject: str
    said: str
    unsaid: str = ""
    be: str = "is"


@dataclass(frozen=True)
class World:
    """A vocabulary with the words for its deeds and states."""

    sentences: dict[str, str]
    deeds: tuple[Deed, ...]
    states: tuple[State, ...]

    def vocabulary(self) -> Vocabulary:
        """Its propositions."""
        return Vocabulary(self.sentences)


WORLDS = (
    World(
        {
            "floor": "the floor is disinfected",
            "nurse": "the nurse is informed",
            "wake": "the robot wakes the patient",
            "sample": "the robot collects the sample",
            "theatre": "the theatre door is open",
            "uv": "the UV lamp is on",
            "visitor": "a visitor is nearby",
        },
        (
            Deed("floor", "disinfect", "disinfecting", "disinfected", "the floor", "disinfection"),
            Deed("nurse", "inform", "informing", "informed", "the nurse"),
            Deed("wake", "wake", "waking", "woken", "the patient"),
            Deed("sample", "collect", "collecting", "collected", "the sample", "collection"),
        ),
        (
            State("theatre", "the theatre door", "open", "closed"),
            State("uv", "the UV lamp", "on", "off"),
            State("visitor", "a visitor", "nearby"),
        ),
    ),
    World(
        {
            "mash": "the malt is mashed",
            "boil": "the wort is boiled",
            "hops": "the hops are added",
            "kettle": "the kettle is cleaned",
            "pump": "the pump is running",
            "valve": "the outlet valve is open",
            "hot": "the wort is too hot",
        },
        (
            Deed("mash", "mash", "mashing", "mashed", "the malt", "mashing"),
            Deed("boil", "boil", "boiling", "boiled", "the wort", "boiling"),
            Deed("hops", "add", "adding", "added", "the hops", "addition"),
            Deed("kettle", "clean", "cleaning", "cleaned", "the kettle", "cleaning"),
        ),
        (
            State("pump", "the pump", "running"),
            State("valve", "the outlet valve", "open", "closed"),
            State("hot", "the wort", "too hot"),
        ),
    ),
    World(
        {
            "statue": "the guard robot photographs the statue",
            "report": "the guard robot files a report",
            "touch": "the guard robot touches an exhibit",
            "key": "the guard robot picks up the key",
            "alarm": "the alarm is active",
            "gate": "the main gate is closed",
            "tour": "a tour is in progress",
        },
        (
            Deed("statue", "photograph", "photographing", "photographed", "the statue"),
            Deed("report", "file", "filing", "filed", "a report"),
            Deed("touch", "touch", "touching", "touched", "an exhibit"),
            Deed("key", "pick up", "picking up", "picked up", "the key"),
        ),
        (
            State("alarm", "the alarm", "active"),
            State("gate", "the main gate", "closed", "open"),
            State("tour", "a tour", "in progress"),
        ),
    ),
    World(
        {
            "feed": "the keeper feeds the lions",
            "sweep": "the keeper sweeps the aviary",
            "plough": "the keeper ploughs the field",
            "fert": "fertiliser is added",
            "rain": "it is raining",
            "cage": "the cage is open",
            "wolf": "a wolf is on the farm",
        },
        (
            Deed("feed", "feed", "feeding", "fed", "the lions", "feeding"),
            Deed("sweep", "sweep", "sweeping", "swept", "the aviary"),
            Deed("plough", "plough", "ploughing", "ploughed", "the field", "ploughing"),
            Deed("fert", "add", "adding", "added", "fertiliser", "addition"),
        ),
        (
            State("rain", "it", "raining"),
            State("cage", "the cage", "open", "closed"),
            State("wolf", "a wolf", "on the farm"),
        ),
    ),
)

_AMERICAN = {"theatre": "theater", "plough": "plow", "fertiliser": "fertilizer", "ploughed": "plowed"}
_AMERICAN |= {"ploughing": "plowing", "harbour": "harbor", "colour": "color"}


class Writer:
    """Says tasks of known meaning in random words.

    Parameters
    ----------
    seed : int
        Of its choices.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.world = self._random.choice(WORLDS)

    def task(self) -> tuple[str, str]:
        """English for a random task, and its formula."""
        makers: list[Callable[[], tuple[str, str]]] = [
            self.ban, self.ban_in_state, self.ban_without, self.order, self.order_of_states, self.sequence, self.sooner,
            self.deed, self.ban_together,
        ]  # fmt: skip
        text, formula = self._random.choice(makers)()
        text = text[0].upper() + text[1:] + self._random.choice([".", ".", ".", "!"])
        return self._spelt(text), formula

    def _one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _deeds(self, number: int) -> list[Deed]:
        return self._random.sample(self.world.deeds, number)

    def _is(self, deed: Deed, tense: str = "is") -> str:
        if deed.thing.endswith("s") and not deed.thing.startswith(("a ", "an ")):
            tense = {"is": "are", "has been": "have been"}.get(tense, tense)
        return f"{deed.thing} {tense} {deed.participle}"

    def _state(self, state: State, holds: bool = True) -> str:
        if holds:
            return f"{state.subject} {state.be} {state.said}"
        if state.unsaid and self._random.random() < 0.5:
            return f"{state.subject} {state.be} {state.unsaid}"
        return f"{state.subject} {state.be} {self._one('not', 'not')} {state.said}"

    def ban(self) -> tuple[str, str]:
        """Never."""
        (d,) = self._deeds(1)
        text = self._one(
            f"never {d.base} {d.thing}",
            f"do not {d.base} {d.thing}",
            f"don't ever {d.base} {d.thing}",
            f"{d.gerund} {d.thing} is {self._one('', 'strictly ')}forbidden",
            f"{d.gerund} {d.thing} is {self._one('not allowed', 'not permitted', 'prohibited')}",
            f"{d.gerund} {d.thing} must never happen",
            f"{d.gerund} {d.thing} is out of the question",
            f"{self._is(d, 'must not be')}",
            f"{self._is(d, 'must never be')}",
            f"under no circumstances may {self._is(d, 'be')}",
            f"at no time may {self._is(d, 'be')}",
            f"it is forbidden to {d.base} {d.thing}",
            f"it is not allowed to {d.base} {d.thing}",
            f"be careful not to {d.base} {d.thing}",
            f"make sure {d.thing} {self._one('is', 'gets')} never {d.participle}",
            f"no {d.gerund} {d.thing}",
            f"avoid {d.gerund} {d.thing}",
            f"you are not {self._one('supposed', 'allowed', 'permitted')} to {d.base} {d.thing}",
            f"refrain from {d.gerund} {d.thing}",
        )
        return text, f"G !{d.name}"

    def ban_in_state(self) -> tuple[str, str]:
        """Never while something is so."""
        (d,) = self._deeds(1)
        s = self._random.choice(self.world.states)
        holds = self._random.random() < 0.7
        when = self._one("while", "when", "whenever", "as long as", "if")
        state = self._state(s, holds)
        text = self._one(
            f"never {d.base} {d.thing} {when} {state}",
            f"do not {d.base} {d.thing} {when} {state}",
            f"{d.gerund} {d.thing} {when} {state} is {self._one('forbidden', 'not allowed', 'off limits')}",
            f"{d.gerund} {d.thing} is {self._one('forbidden', 'not allowed', 'prohibited')} {when} {state}",
            f"{when} {state}, {self._is(d, 'must not be')}",
            f"{when} {state}, never {d.base} {d.thing}",
            f"{when} {state}, {d.gerund} {d.thing} is not permitted",
            f"{self._is(d, self._one('must not be', 'may not be', 'must never be'))} {when} {state}",
            f"under no circumstances may {self._is(d, 'be')} {when} {state}",
            f"no {d.gerund} {d.thing} {when} {state}",
        )
        return text, f"G !({d.name} & {'' if holds else '!'}{s.name})"

    def ban_without(self) -> tuple[str, str]:
        """Only while something is so."""
        (d,) = self._deeds(1)
        s = self._random.choice([state for state in self.world.states if state.unsaid])
        text = self._one(
            f"{self._is(d, 'may only be')} {self._one('while', 'when')} {self._state(s)}",
            f"{self._is(d, 'must not be')} while {self._state(s, False)}",
            f"{d.gerund} {d.thing} is only allowed while {self._state(s)}",
            f"never {d.base} {d.thing} with {s.subject} {s.unsaid}",
            f"{d.gerund} {d.thing} with {s.subject} {s.unsaid} is not allowed",
            f"do not {d.base} {d.thing} without {s.subject} {s.said}",
        )
        return text, f"G !({d.name} & !{s.name})"

    def ban_together(self) -> tuple[str, str]:
        """Never both."""
        s, t = self._random.sample(self.world.states, 2)
        text = self._one(
            f"{s.subject} must never be {s.said} while {self._state(t)}",
            f"{s.subject} must not be {s.said} and {t.subject} must not be {t.said} at the same time",
            f"it must never happen that {self._state(s)} while {self._state(t)}",
            f"{s.subject} may not be {s.said} when {self._state(t)}",
        )
        return text, f"G !({s.name} & {t.name})"

    def order(self) -> tuple[str, str]:
        """Not b before a."""
        a, b = self._deeds(2)
        done = self._is(a, "has been")
        text = self._one(
            f"do not {b.base} {b.thing} before {a.gerund} {a.thing}",
            f"do not {b.base} {b.thing} {self._one('before', 'until', 'until after')} {done}",
            f"{self._is(b, 'must not be')} {self._one('before', 'until')} {done}",
            f"{self._is(b, 'may only be')} {self._one('after', 'once')} {done}",
            f"{self._is(b, 'may be')} only {self._one('after', 'once')} {done}",
            f"only after {done} may {self._is(b, 'be')}",
            f"not before {done} may {self._is(b, 'be')}",
            f"{self._is(a, 'must be')} before {self._is(b)}",
            f"{self._is(a, 'has to be')} before {b.gerund} {b.thing}",
            f"{a.gerund} {a.thing} must {self._one('precede', 'come before')} {b.gerund} {b.thing}",
            f"{b.gerund} {b.thing} must come after {a.gerund} {a.thing}",
            f"{b.gerund} {b.thing} {self._one('without', 'before')} {a.gerund} {a.thing} first is not allowed".replace(
                "before " + a.gerund + " " + a.thing + " first", "before " + a.gerund + " " + a.thing
            ),
            f"never {b.base} {b.thing} without first {a.gerund} {a.thing}",
            f"until {done}, {self._is(b, 'must not be')}",
            f"as long as {self._is(a, 'has not been')}, {self._is(b, 'must not be')}",
            f"no {b.gerund} {b.thing} until {done}",
            f"{b.gerund} {b.thing} is {self._one('off limits', 'forbidden', 'not allowed')} until {done}",
            f"you may {b.base} {b.thing}, but not before {done}",
            f"{b.gerund} {b.thing} requires {a.gerund} {a.thing} first",
            f"the {a.noun or a.gerund} of {a.thing} must precede the {b.noun or b.gerund} of {b.thing}",
            f"before {self._is(b)}, {self._is(a, 'must have been')}",
            f"{self._is(b, 'must not be')} unless {done}",
        )
        return text, f"!{b.name} W {a.name}"

    def order_of_states(self) -> tuple[str, str]:
        """Neither before a nor before b."""
        a, b, c = self._deeds(3)
        text = self._one(
            f"{self._is(c, 'may be')} neither before {self._is(a, 'has been')} nor before {self._is(b, 'has been')}",
            f"{self._is(c, 'may only be')} after {a.gerund} {a.thing} and {b.gerund} {b.thing}",
            f"do not {c.base} {c.thing} until {self._is(a, 'has been')} and {self._is(b, 'has been')}",
            f"only once {self._is(a, 'has been')} and {self._is(b, 'has been')} may {self._is(c, 'be')}",
        )
        return text, f"(!{c.name} W {a.name}) & (!{c.name} W {b.name})"

    def sequence(self) -> tuple[str, str]:
        """One after the other."""
        a, b = self._deeds(2)
        text = self._one(
            f"{a.base} {a.thing}, then {b.base} {b.thing}",
            f"{b.base} {b.thing} after {a.gerund} {a.thing}",
            f"once {self._is(a, 'has been')}, {b.base} {b.thing}",
            f"after the {a.noun or a.gerund} of {a.thing}, {b.base} {b.thing}",
            f"get {a.thing} {a.participle}, then {b.base} {b.thing}",
            f"do the {a.gerund} of {a.thing}, and then {b.base} {b.thing}",
            f"first {a.base} {a.thing}; after that, {b.base} {b.thing}",
            f"have {a.thing} {a.participle} and then {b.base} {b.thing}",
        )
        return text, f"F({a.name} & F {b.name})"

    def sooner(self) -> tuple[str, str]:
        """One before the other, and the other not before it."""
        a, b = self._deeds(2)
        text = self._one(
            f"{a.base} {a.thing} before {b.gerund} {b.thing}",
            f"before {b.gerund} {b.thing}, {a.base} {a.thing}",
        )
        return text, f"F({a.name} & F {b.name}) & (!{b.name} W {a.name})"

    def deed(self) -> tuple[str, str]:
        """At some time."""
        (d,) = self._deeds(1)
        text = self._one(
            f"{d.base} {d.thing}",
            f"{self._is(d, self._one('must be', 'has to be', 'needs to be', 'should be'))}",
            f"get {d.thing} {d.participle}",
            f"make sure {d.thing} {self._one('is', 'gets')} {d.participle}",
            f"do the {d.gerund} of {d.thing}",
            f"{self._is(d, 'is to be')} at some point",
            f"please {d.base} {d.thing} at some point",
        )
        return text, f"F {d.name}"

    def _spelt(self, text: str) -> str:
        """American spelling in half of the texts, and a swap of letters in a long word in one of five."""
        words = text.split(" ")
        if self._random.random() < 0.5:
            words = [_american(word) for word in words]
        long = [i for i, word in enumerate(words) if word.isalpha() and len(word) > 6]
        if long and self._random.random() < 0.2:
            at = self._random.choice(long)
            i = self._random.randrange(2, len(words[at]) - 2)
            word = words[at]
            words[at] = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        return " ".join(words)


def _american(word: str) -> str:
    return _AMERICAN.get(word, word)
