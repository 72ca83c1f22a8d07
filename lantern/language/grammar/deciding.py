"""What each proposition of a text says: which of several is meant, and whether it or its opposite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantern.errors import TranslationError
from lantern.language.ast import Atom, Condition, Not
from lantern.language.english.words import base_forms, is_gerund
from lantern.language.grammar.circumstances import LOCAL, Kind
from lantern.language.grammar.governing import disagree, going_off, governing, governors, members
from lantern.language.grammar.lifting import GENERIC, Lifter, opposite
from lantern.language.grammar.referring import deeds_told, place_told
from lantern.language.grammar.sentences import Sentences
from lantern.language.grammar.tokens import Token
from lantern.language.grammar.unsaid import OtherwiseSaid, unsaid
from lantern.logic import Vocabulary

# Verbs that bring about a state or a deed of their own, never only that something is somewhere or held.
_CHANGES = frozenset({
    "fill", "feed", "clean", "water", "kill", "photograph", "eat", "cut", "open+", "open-", "press", "read",
    "repair",
    "wake", "sow", "plant", "harvest", "tell", "charge", "release", "push",
})  # fmt: skip
# Verbs after which one has a thing no longer, of words that were matched as a whole.
_THROWN = frozenset({"throw", "discard", "drop", "dump", "lose", "ditch"})


class Decider:
    """Chooses propositions by the verbs and adjectives around them.

    Parameters
    ----------
    vocabulary : Vocabulary
        What can be named.
    lifter : Lifter
        Classes of the verbs of its sentences.
    kinds : mapping of str to Kind
        What each sentence is about.
    sentences : Sentences
        Tells which propositions have a predicate in common.
    """

    def __init__(
        self, vocabulary: Vocabulary, lifter: Lifter, kinds: Mapping[str, Kind], sentences: Sentences
    ) -> None:
        self._vocabulary, self.lifter, self._kinds, self._sentences = vocabulary, lifter, kinds, sentences
        # Verbs of the vocabulary's own that are the verb of one of its propositions.
        classes = {value for entity in lifter.entities.values() for value in entity.classes}
        self._own = frozenset(value for value in classes if value.startswith("own "))

    def __call__(self, tokens: list[Token], text: str) -> list[Token]:
        """Every proposition chosen, with its polarity, by the verbs and adjectives around it."""
        decided: list[Token] = []
        for at, token in enumerate(tokens):
            if token.types.keys() & {"IT", "THERE"}:
                token = self._refer(token, decided, governors(tokens, at), text)
            elif token.candidates:
                verbs = governing(tokens, at, self._sentences.alike)
                if verbs is None:  # "the fan or the lid is open", where a fan is on or off
                    raise self._otherwise(token, token.candidates, text)
                token = self._decide(token, verbs, text)
                self._refuse_unsaid(tokens, at, token, text)
            decided.append(token)
        return decided

    def _refuse_unsaid(self, tokens: Sequence[Token], at: int, token: Token, text: str) -> None:
        """Refuse a noun whose verb says something else of it than its proposition does."""
        if token.condition is None or not token.candidates:
            return
        name = token.candidates[0]
        entity, sentence = self.lifter.entities[name], self._vocabulary[name]
        if unsaid(tokens, at, entity, sentence, text):
            raise OtherwiseSaid(str(self._otherwise(token, token.candidates, text)), name)

    def _refer(self, token: Token, before: Sequence[Token], verbs: frozenset[str], text: str) -> Token:
        """Pronoun that takes the proposition named last, with the polarity of its own verb."""
        named = next((one for one in reversed(before) if one.condition and one.candidates), None)
        verbs |= _carried(before)
        if (
            token.text.startswith("another") or token.text == "one"
        ):  # "a picture above the tower, and another one"
            named = next((one for one in reversed(before) if one.condition and one.event), named)
        if token.of("THERE"):
            named = self._there(named, before)
        if token.text == "they" and named is not None:
            deeds = deeds_told(verbs - GENERIC, before, self._vocabulary, self.lifter)
            if len(deeds) == 1 and not {*deeds} & {*token.candidates, named.candidates[0]}:
                return self._decide(replace(token, types={"P": ("",)}, candidates=(deeds[0],)), verbs, text)
        if token.text == "they" and named is not None and not named.text.endswith("s"):
            return token  # "they" of something single
        if named is None or token.text in ("these", "those"):
            return token  # nothing that could be told is meant
        if token.text != "it" and token.text.split()[0] in ("both", "all", "each", "them"):
            told = verbs - GENERIC
            own = [name for name in token.candidates if told & self.lifter.entities[name].classes]
            if len(own) == 1:
                return self._decide(replace(token, types={"P": ("",)}, candidates=(own[0],)), verbs, text)
            meant = members(token.text, before)
            if token.text == "them" and not meant:
                return self._one(token, named, verbs, text)  # "milk the cows, then feed them"
            fitting = [one for one in meant if verbs & self.lifter.entities[one.candidates[0]].classes]
            return replace(token, several=tuple(fitting) or meant)
        return self._one(token, named, verbs, text)

    def _there(self, named: Token | None, before: Sequence[Token]) -> Token | None:
        """What "there" is about: the place named last, whatever else was named since."""
        places = [one for one in before if one.condition and one.candidates and self._is_place(one)]
        return place_told(places[-1] if places else named, self._vocabulary, self._kinds)

    def _located(self, name: str) -> bool:
        """Whether a sentence says where something is; "the lamp is on" does not."""
        said = self._kinds[name].predicate
        return len(said) > 1 and bool(said & LOCAL)

    def _is_place(self, token: Token) -> bool:
        kind = self._kinds[token.candidates[0]]
        return kind.place and bool(kind.predicate & LOCAL)

    def _one(self, token: Token, named: Token, verbs: frozenset[str], text: str) -> Token:
        """Pronoun for one proposition."""
        name = self._meant(token, named, verbs)
        classes = self.lifter.entities[name].classes
        if disagree(verbs, classes):
            raise self._otherwise(token, (name,), text)
        denied = bool((verbs - GENERIC) & {opposite(value) for value in classes} - classes)
        condition: Condition = Not(Atom(name)) if denied else Atom(name)
        lasting = "lasting" in classes
        return replace(token, candidates=(), condition=condition, event=self._event(name), lasting=lasting)

    def _meant(self, token: Token, named: Token, verbs: frozenset[str]) -> str:
        """What a pronoun is about: what was named last, or what its own verb says of the same noun."""
        said = [name for name in token.candidates if f"said {name}" in verbs]
        if len(said) == 1:
            return said[0]
        told = verbs - (GENERIC - {"acquire"})
        told |= {opposite(value) for value in told}
        own = [name for name in token.candidates if told & self.lifter.entities[name].classes]
        exact = [name for name in own if (verbs - GENERIC) & self.lifter.entities[name].classes]
        own = exact if len(exact) == 1 else own  # "when it is full": not emptied, or full
        if len(own) > 1 and named.candidates[0] not in own and told - GENERIC:
            raise TranslationError(
                f"'{token.text}' may stand for {_listed(own)}. Name what is meant in place of the pronoun."
            )
        return own[0] if own else named.candidates[0]

    def _decide(self, token: Token, verbs: frozenset[str], text: str) -> Token:
        entities = self.lifter.entities
        # A verb that can be said of anything ("get") decides nothing; a state ("closed") must be known.
        state, verbs = "state" in verbs, going_off(token, verbs - {"state"}, entities)
        special = verbs - GENERIC if state or not verbs & GENERIC else frozenset()
        scored = self._scored(token, special, state, verbs)
        better = [name for name in token.alike if special & entities[name].classes]
        if len(better) == 1 and not any(special & entities[name].classes for name in scored):
            scored = {better[0]: False}  # "hand over the medication" is more than having it
        if not scored:
            raise self._otherwise(token, token.candidates, text)
        if len(scored) > 1 and not token.of("P"):
            scored = self._reached(scored) if "move" in verbs else scored
            strict = [name for name in scored if verbs & entities[name].classes]
            if len(strict) != 1:
                return replace(
                    token,
                    candidates=tuple(scored),
                    events=frozenset(filter(self._event, scored)),
                    opposed=frozenset(name for name, opposite in scored.items() if opposite),
                )
            scored = {strict[0]: scored[strict[0]]}
        name, denied = next(iter(scored.items()))
        if self._thrown(token, name, denied and "hold-" in special):
            raise self._otherwise(token, (name,), text)  # "throw away the tip" is not about the fresh one
        denied = denied != token.denied
        condition: Condition = Not(Atom(name)) if denied else Atom(name)
        values = {"P": token.types.get("P", ("",))}
        lasting = "lasting" in entities[name].classes
        return replace(
            token,
            types=values,
            candidates=(name,),
            condition=condition,
            event=self._event(name),
            lasting=lasting,
            verbal=token.verbal or entities[name].verbal,
            world=self._kinds[name].world,
            manner=self._kinds[name].manner,
            mode=lasting and not self._kinds[name].place,
            located=self._located(name),
            holding=lasting and "hold+" in entities[name].classes,
        )

    def _ends_going_on(self, token: Token, name: str) -> bool:
        """Whether "stop the boil" ends what goes on ("is boiling"); "it stops boiling" is told elsewhere."""
        goes_on = re.search(r"\b(?:is|are) (\w+ing)$", self._vocabulary[name].rstrip("."))
        return goes_on is not None and not is_gerund(token.text.split()[-1])

    def _scored(
        self, token: Token, special: frozenset[str], state: bool, verbs: frozenset[str]
    ) -> dict[str, bool]:
        """Candidates that a verb or state can be said of, and whether it says the opposite of them."""
        scored: dict[str, bool] = {}
        for name in token.candidates:
            entity = self.lifter.entities[name]
            classes = entity.classes
            if verbs == {"move"} and entity.other:
                continue  # "stop at the light" is not "the light is red"
            verbs_known = classes - {"lasting", "move"}
            # "Overtake in the right lane" has the verb of another proposition; "open the boiler" does not
            # say that the boiler is ready.
            odd = special <= self._own or (entity.other and not special & {"place", "deliver"})
            changed = special - {"inspect"}  # "fill the cup" that is on a table
            odd = odd or ("lasting" in classes and bool(changed) and changed <= _CHANGES)
            other = bool(special) and not verbs_known and odd
            brings = special <= {"deliver"} and "acquire" in classes
            vague = not state and not other and (not special or not verbs_known or brings)
            if special == {"on-"} and not verbs_known and self._ends_going_on(token, name):
                scored[name] = True
            elif special & classes or vague or f"said {name}" in verbs:
                scored[name] = False
            elif special & {opposite(value) for value in classes}:
                scored[name] = True
        return scored

    def _thrown(self, token: Token, name: str, released: bool) -> bool:
        """Whether a noun for what is thrown away leaves out what tells it from another of its kind."""
        if not released and not (token.denied and base_forms(token.text.split()[0]) & _THROWN):
            return False
        missing = self.lifter.entities[name].core - {*token.noun}
        others = [self.lifter.entities[one].core - {*token.noun} for one in token.alike if one != name]
        return bool(missing) and any(other and not other & missing for other in others)

    def _reached(self, scored: dict[str, bool]) -> dict[str, bool]:
        """Propositions without another verb: "visit all three floors" is not about a button on a floor."""
        places = [name for name in scored if not self.lifter.entities[name].classes - {"lasting", "move"}]
        own = [name for name in places if self._kinds[name].place]
        places = own if len(own) > 1 else places  # "both piers" where the barge may be at a pier, too
        return dict.fromkeys(places, False) if len(places) > 1 else scored

    def _otherwise(self, token: Token, names: Sequence[str], text: str) -> TranslationError:
        return TranslationError(
            f"'{text[token.start : token.end]}' names {_listed(names)}, which means "
            f"'{self._vocabulary[names[0]]}', but the verb beside it says something else. "
            f"Add a proposition for it, or declare a synonym."
        )

    def _event(self, name: str) -> bool:
        classes = self.lifter.entities[name].classes
        if self.lifter.entities[name].verbal and not {"is", "are"} & {*self._vocabulary[name].split()}:
            return True  # "the team rests"
        return bool(classes - {"move"}) and "lasting" not in classes


def _listed(names: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def _carried(before: Sequence[Token]) -> frozenset[str]:
    """What "while carrying" right before a pronoun says of it ("not past the gate while carrying them")."""
    last = before[-1] if before else None
    told = last is not None and last.of("WITH") and bool({*last.text.split()} & {"carrying", "holding"})
    return frozenset({"hold+"}) if told else frozenset()
