"""Deeds told in several words, which the propositions of a vocabulary tell from other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.english.words import Word, base_forms
from lantern.language.grammar.entities import Match
from lantern.language.grammar.lexicon import Entry, Lexicon
from lantern.language.grammar.lifting import GENERIC, Lifter, opposite
from lantern.language.grammar.rephrasing import compounds
from lantern.language.grammar.tokens import Token

SPLIT_PARTICLES = frozenset({"up", "down", "out", "over", "off", "on", "away", "in", "back"})

# Prepositions that say where something is done, not where something is taken to.
_BESIDE = frozenset({"above", "near", "beside", "under", "next to", "close to"})


class Deeds:
    """Rewriting of tokens by what the propositions say.

    Parameters
    ----------
    lexicon : Lexicon
        Words of task English, with the verbs of the vocabulary.
    lifter : Lifter
        What the propositions say.
    """

    def __init__(self, lexicon: Lexicon, lifter: Lifter) -> None:
        self._lexicon = lexicon
        self._lifter = lifter

    def pronouns(self, tokens: Sequence[Token]) -> list[Token]:
        """Let "it" stand for what the noun before it may name; which of that is meant its verb will tell."""
        result: list[Token] = []
        for token in tokens:
            if token.text in ("it", "him", "her", "them", "they") and token.of("IT"):
                nouns = [one.noun for one in reversed(result) if one.noun]
                named = dict.fromkeys(name for noun in nouns for name in self._lifter.named(noun))
                named |= dict.fromkeys(name for noun in nouns for name in self._within(noun))
                token = replace(token, candidates=tuple(named), noun=nouns[0] if nouns else ())
            result.append(token)
        return result

    def _within(self, noun: Sequence[str]) -> tuple[str, ...]:
        """Propositions about a part of what was named ("the wort is cooled" for "the wort boiling")."""
        named = frozenset(noun)
        return tuple(
            name
            for name, entity in self._lifter.entities.items()
            if any(named.issuperset(phrase) and len(phrase) < len(named) for phrase in entity.phrases)
        )

    def put_there(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "put it on the belt" as the belt's proposition, where that says what is put there."""
        result: list[Token] = []
        for token in tokens:
            brings = result[-2] if len(result) > 1 and result[-1].of("TO") else None
            if brings is not None and brings.of("DELIVERIT") and token.of("P"):
                classes = self._lifter.entities[token.candidates[0]].classes & {"place", "deliver"}
                if classes:
                    del result[-1]
                    result[-1] = brings.only("GO", *sorted(classes))
            result.append(token)
        return result

    def whole_deed(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "hand the medication to the patient" as one deed, where a proposition says all of it."""
        result: list[Token] = []
        for token in tokens:
            around = result[-3:]
            if token.of("P") and len(around) == 3 and around[2].of("TO") and around[0].of("GO"):
                name = token.candidates[0]
                said = set(around[0].types["GO"]) - GENERIC
                if name in around[1].alike and said & self._lifter.entities[name].classes:
                    del result[-2:]
                else:
                    both = [one for one in around[1].alike if one in token.alike]
                    told = [one for one in both if said & self._lifter.entities[one].classes]
                    if len(told) == 1:  # "dump the ore into the crusher", all of one sentence
                        del result[-2:]
                        token = replace(token, candidates=(told[0],), noun=around[1].noun)
            result.append(token)
        return result

    def split_verbs(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "shut the furnace down" as "shut down the furnace"."""
        result: list[Token] = []
        for token in tokens:
            verb = result[-2] if len(result) > 1 and result[-1].candidates and result[-2].of("GO") else None
            if verb is not None and " " not in token.text and token.text in SPLIT_PARTICLES:
                both = [Word(text, 0, 0) for text in (verb.text, token.text)]
                length, entries = self._lexicon.longest(both, 0)
                values = (
                    {entry.value for entry in entries if entry.terminal == "GO"} if length == 2 else set()
                )
                named = [*result[-1].candidates, *result[-1].alike]
                if any(values & self._lifter.entities[name].classes for name in named):
                    result[-2] = replace(
                        verb, types={"GO": tuple(sorted(values))}, text=f"{verb.text} {token.text}"
                    )
                    continue
            result.append(token)
        return result

    def place_name(self, words: Sequence[Word], at: int, entries: Sequence[Entry]) -> bool:
        """Whether "start" or "end" only begins the name of a place ("at the start field")."""
        if not {entry.terminal for entry in entries} <= {"ATSTART", "ATEND"}:
            return False
        match = self._lifter.match(words, at)
        return match is not None and match.length > 1

    def names_inside(self, words: Sequence[Word], at: int, length: int, entries: Sequence[Entry]) -> bool:
        """Whether a phrase that says nothing, such as "the goal is", holds a name of the vocabulary."""
        inside = words[at + 1].text in ("goal", "task", "job", "mission", "target")
        if not inside or words[at + length - 1].text in ("to", "that"):
            return False
        return (
            all(one.terminal == "FILL" for one in entries) and self._lifter.match(words, at + 1) is not None
        )

    @staticmethod
    def shortened(
        words: Sequence[Word], at: int, match: Match | None, length: int, entries: Sequence[Entry]
    ) -> int:
        """Length of a phrase at a word, that of the name alone where an article tells it from a verb."""
        if match is None or length <= match.length or not at:
            return length
        verbs = {entry.terminal for entry in entries} <= {"GO", "CARRY"}
        led = words[at - 1].text in ("the", "its", "their")
        return match.length if verbs and led else length  # "with the power on" is not to power on

    def with_particle(self, words: Sequence[Word], at: int) -> Match | None:
        """The proposition of a verb and its particle that say all of it ("goes up")."""
        after = words[at + 1].text if at + 1 < len(words) else ""
        known = self._lifter.particles
        names = {known[form, after] for form in base_forms(words[at].text) if (form, after) in known}
        return Match((names.pop(),), 2, (words[at].text, after), True) if len(names) == 1 else None

    def told_anew(self, words: Sequence[Word], at: int, length: int) -> bool:
        """Whether a clause such as "before they are milked" names a deed that was not told before it."""
        verb = words[at + length - 1]
        if not {"they", "it"} & {word.text for word in words[at : at + length]}:
            return False
        said = {entry.value for entry in self._lexicon.longest([verb], 0)[1] if entry.terminal == "GO"}
        named = any((said - GENERIC) & entity.classes for entity in self._lifter.entities.values())
        before = {form for word in words[:at] for form in base_forms(word.text)}
        if any(
            {verb.text} & entity.core and before & entity.core for entity in self._lifter.entities.values()
        ):
            return verb.text not in before  # "taste the soup before it is ready", where the soup is ready
        return named and not base_forms(verb.text) & before

    def delivered(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "pick up the crate and deliver it" as two deeds, where a proposition tells of the second."""
        result: list[Token] = []
        for at, token in enumerate(tokens):
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            named = next((one for one in reversed(result) if one.types.keys() & {"P", "KINDS"}), None)
            if (
                token.of("DELIVERIT")
                and named is not None
                and not (after and after.types.keys() & {"TO", "P"})
            ):
                entries = self._lexicon.longest([Word(token.text.split()[0], 0, 0)], 0)[1]
                said = {entry.value for entry in entries if entry.terminal == "GO"} - {"acquire"}
                told = [name for name in named.alike if said & self._lifter.entities[name].classes]
                if len(told) == 1:
                    result.append(replace(token, types={"GO": tuple(sorted(said))}))
                    token = replace(named, types={"P": ("",)}, candidates=tuple(told))
            result.append(token)
        return result

    def rooms(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "any of the rooms" as every place, but for what is named with "except for"."""
        result: list[Token] = []
        spared: tuple[str, ...] = ()
        for token in tokens:
            begins = len(result) == 2 and result[0].of("EXCEPT") and result[1].of("P") and token.of("COMMA")
            if begins:  # "except for the reception, not in any of the rooms"
                spared = result[1].candidates
                result.clear()
                continue
            several = bool(result) and bool(result[-1].types.keys() & {"ANYOF", "EACH"})
            if several and token.text in ("rooms", "places") and (token.candidates or token.of("GENERIC")):
                places = tuple(name for name in self._lifter.places if name not in spared)
                if len(places) > 1:
                    token = replace(token, types={"KINDS": ("",)}, candidates=places, alike=places, noun=())
                    spared = ()
            result.append(token)
        return result if not spared else list(tokens)

    def states_first(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "with an open hatch" as "with the hatch open"."""
        result: list[Token] = []
        for token in tokens:
            state = result[-1] if len(result) > 1 and result[-1].of("ADJ") and token.candidates else None
            if (
                state is not None
                and result[-2].types.keys() & {"WITH", "WITHOUT"}
                and not result[-2].of("NOT")
            ):
                said = {*state.types["ADJ"]} | {opposite(value) for value in state.types["ADJ"]}
                if any(said & self._lifter.entities[name].classes for name in token.candidates):
                    result[-1:] = [token, state.only("STATE", *state.types["ADJ"])]
                    continue
            result.append(token)
        return result

    def nobody(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "nobody may be saved" as said of everyone who can be saved."""
        result: list[Token] = []
        for at, token in enumerate(tokens):
            result.append(token)
            if not token.of("NEVER") or token.text not in ("nobody", "no one", "nothing", "none"):
                continue
            rest = tokens[at + 1 :]
            verb = next((one for one in rest if not one.types.keys() & {"MAY", "MUST"}), None)
            said = (
                {*verb.types["DONE"]} - {"action", "perfect"}
                if verb is not None and verb.of("DONE")
                else set()
            )
            named = tuple(name for name, one in self._lifter.entities.items() if one.classes & said)
            if named and verb is not None:
                kind = "P" if len(named) == 1 else "KINDS"
                result.append(replace(token, types={kind: ("",)}, candidates=named, alike=named, text="them"))
        return result

    def nominal(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "egg collection" as collecting the eggs, where a proposition says so."""
        classes = {name: entity.classes - GENERIC for name, entity in self._lifter.entities.items()}
        return compounds(list(tokens), classes)

    def told_where(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "deliver the tray in the lobby" as done there, where a proposition says it is delivered."""
        result = list(tokens)
        for at in range(len(tokens) - 2):
            verb, thing, place = tokens[at : at + 3]
            if not (verb.of("CARRY") and verb.of("GO") and thing.of("P") and place.of("TO")):
                continue
            classes = self._lifter.entities[thing.candidates[0]].classes
            brought = "deliver" in classes and "deliver" in verb.types["GO"]
            if brought or (place.text in _BESIDE and {*verb.types["GO"]} & classes):
                result[at], result[at + 2] = verb.only("GO"), replace(place, text="at")
        return result

    def agentive(self, tokens: Sequence[Token]) -> list[Token]:
        """Read "be seen by the guard" as the guard's proposition, where seeing is what that says."""
        result: list[Token] = []
        for token in tokens:
            verb = result[-2] if len(result) > 1 and result[-1].text == "by" else None
            said = set(verb.types.get("GO", ())) if verb is not None and token.of("P") else set()
            if said and self._lifter.entities[token.candidates[0]].classes & said:
                del result[-2:]
            result.append(token)
        return result
