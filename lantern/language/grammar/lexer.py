"""From words to the tokens of the grammar: phrases of the lexicon and propositions, fillers dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.errors import TranslationError
from lantern.language.ast import Atom, Condition, Not
from lantern.language.grammar import rephrasing
from lantern.language.grammar.circumstances import circumstances, kind_of, named_later
from lantern.language.grammar.deeds import Deeds
from lantern.language.grammar.enumerating import enumerated
from lantern.language.grammar.governing import disagree, going_off, governing, governors, members
from lantern.language.grammar.lexicon import Entry, Lexicon, merged
from lantern.language.grammar.lifting import GENERIC, Lifter, Match, opposite
from lantern.language.grammar.linking import elided, further, infinitives, rows
from lantern.language.grammar.mending import Mender
from lantern.language.grammar.merging import merge_same
from lantern.language.grammar.own import own_words
from lantern.language.grammar.pointing import pointer, pointer_types
from lantern.language.grammar.predicates import participles, predicates, prepositions, progressives, splits
from lantern.language.grammar.referring import deeds_told, place_told
from lantern.language.grammar.repeating import repeated
from lantern.language.grammar.rewrites import (
    conditionals,
    drop_fillers,
    drop_sizes,
    dropped,
    ordinals,
    plurals,
)
from lantern.language.grammar.sentences import Sentences, sentence_tokens
from lantern.language.grammar.settling import closing, doers, indicatives, settled, wishes
from lantern.language.grammar.shared import SharedWords
from lantern.language.grammar.tokens import Lifted, Token
from lantern.language.grammar.windows import window_token
from lantern.language.grammar.wordings import reworded
from lantern.language.grammar.words import Word, tokenize
from lantern.logic import Vocabulary

_AGENTS = frozenset({"agent", "robot", "vehicle"})
_PUNCTUATION = {",": "COMMA", ":": "COLON", "(": "COLON", ")": "COLON"}


class Lexer:
    """Turns text into tokens of the grammar for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        own = own_words(vocabulary, lexicon)
        self._vocabulary = vocabulary
        self._shared = SharedWords(vocabulary)
        self._lexicon = Lexicon("\n".join(own.lines), lexicon)
        self._agents = own.agents
        self._titles = own.titles
        self.lifter = Lifter(vocabulary, self._lexicon, own.agents, own.titles)
        self._deeds = Deeds(self._lexicon, self.lifter)
        self._mend = Mender(self._lexicon, self.lifter, own.agents)
        self._kinds = {
            name: kind_of(vocabulary[name], own.agents, entity.classes)
            for name, entity in self.lifter.entities.items()
        }
        self._sentences = Sentences(vocabulary, self._lexicon, own.agents)

    def __call__(self, text: str) -> Lifted:
        """Tokens of a text.

        Raises
        ------
        TranslationError
            If words are neither task English nor a proposition of the vocabulary; the message quotes them.
        """
        lifted = Lifted([])
        words = rephrasing.inversions(self._shared(tokenize(text)), self._agents | _AGENTS)
        words = self._mend(words, lifted.notes)
        words = enumerated(reworded(words, self._agents | _AGENTS, self.lifter.words))
        words = repeated(words, self.lifter, self._lexicon)
        tokens = self._segments(words, lifted.notes)
        self._refuse_unknown(tokens, text)
        tokens = self._deeds.pronouns(tokens)
        for rule in (
            conditionals,
            rephrasing.afterthoughts,
            wishes,
            closing,
            settled,
            indicatives,
            rephrasing.appositions,
            rephrasing.empty_bans,
            rephrasing.joined_limits,
            further,
            drop_fillers,
            doers,
            rows,
            infinitives,
            rephrasing.double_conjunctions,
            self._deeds.rooms,
            self._deeds.states_first,
            rephrasing.beginnings,
            self._deeds.delivered,
            self._deeds.split_verbs,
            self._deeds.nominal,
            rephrasing.light_verbs,
            rephrasing.passives_with_get,
            rephrasing.causatives,
            rephrasing.ellipses,
            plurals,
            self._deeds.agentive,
            self._deeds.put_there,
            self._deeds.whole_deed,
            self._circumstances,
            drop_sizes,
            ordinals,
            progressives,
            merge_same,
            splits,
            participles,
            predicates,
            rephrasing.gapped,
            rephrasing.lost_adverbs,
            self._deeds.nobody,
            elided,
            rephrasing.shared_subjects,
            prepositions,
            self._deeds.told_where,
        ):
            before, tokens = tokens, rule(tokens)
            if rule is drop_sizes and len(before) > len(tokens):
                lifted.notes += dropped(before, tokens, text)
        lifted.tokens = self._decided(named_later(tokens), text)
        return lifted

    def _segments(self, words: Sequence[Word], notes: list[str]) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while at < len(words):
            found = self._sentences(words, at)
            if found is not None:
                tokens += sentence_tokens(words, at, found, self.lifter, self._segment)
                at = found.end
                continue
            token, length = self._segment(words, at)
            if token.text in ("of", "of each", "of every", "of any") and tokens and tokens[-1].of("WINDOW"):
                token = token.only("AFTER")  # "within two steps of the alarm"
            tokens.append(token)
            at += length
        return tokens

    def _segment(self, words: Sequence[Word], at: int) -> tuple[Token, int]:
        word = words[at]
        if not word.text[0].isalnum() and word.text != "&":
            kind = _PUNCTUATION.get(word.text, "BREAK")
            return Token({kind: ("",)}, word.text, word.start, word.end), 1
        terminal, length = pointer(words, at, self._agents)
        if terminal and self._ends(words, at + length) and not self._deeds.told_anew(words, at, length):
            last = words[at + length - 1]
            text = " ".join(part.text for part in words[at : at + length])
            inside = at > 0 and words[at - 1].text[0].isalnum() and words[at - 1].text not in _JOINS
            terminal = "POST" if inside and terminal == "THEN" else terminal
            return Token(pointer_types(terminal, text), text, word.start, last.end), length
        due = window_token(words, at, self._lexicon, self._ends)
        if due is not None:
            return due
        if word.text in self._agents or (
            word.text in ("robot", "agent") and self._followed_by_letter(words, at)
        ):
            length = 2 if self._followed_by_letter(words, at) else 1
            return Token({"FILL": ("",)}, word.text, word.start, words[at + length - 1].end), length
        if (title := self._title(words, at)) and not self.lifter.covers(words, at, title):
            text = " ".join(part.text for part in words[at : at + title])
            return Token({"FILL": ("",)}, text, word.start, words[at + title - 1].end), title
        if (both := self._deeds.with_particle(words, at)) is not None:
            return replace(self._lifted(words, at, both), verbal=True), both.length
        length, entries = self._lexicon.longest(words, at)
        if length > 1 and self._deeds.names_inside(words, at, length, entries):
            length = 1  # "until the goal is reached" speaks of a goal
        if length > 2 and self._deeds.place_name(words, at + length - 1, entries):
            length, entries = self._lexicon.longest(words[: at + 1], at)  # "at the start field"
        match = self.lifter.match(words, at)
        length = self._deeds.shortened(words, at, match, length, entries)
        if match and match.length >= length and not self._is_verb(words, at, match, length, entries):
            return self._lifted(words, at, match), match.length
        span = words[at : at + max(length, 1)]
        types = merged(entries) if entries else {"UNKNOWN": ("",)}
        text = " ".join(part.text for part in span)
        return Token(types, text, word.start, span[-1].end), max(length, 1)

    def _title(self, words: Sequence[Word], at: int) -> int:
        """How many words after an article are a name for who acts ("the guard robot"); 0 if none."""
        if at == 0 or words[at - 1].text not in ("the", "a", "an"):
            return 0
        written = tuple(word.text for word in words[at : at + 4])
        return max((len(title) for title in self._titles if written[: len(title)] == title), default=0)

    def _followed_by_letter(self, words: Sequence[Word], at: int) -> bool:
        """Whether a letter or digit tells which agent is meant ("robot c")."""
        name = words[at + 1].text if at + 1 < len(words) else ""
        return len(name) == 1 and name.isalnum() and name != "a" and not self.lifter.knows(name)

    def _is_verb(
        self, words: Sequence[Word], at: int, match: Match, length: int, entries: Sequence[Entry]
    ) -> bool:
        """Whether words that could name a proposition are its verb ("scan it", "the crop was harvested")."""
        said = {entry.value for entry in entries if entry.terminal == "GO"}
        article = at > 0 and words[at - 1].text in ("the", "a", "an")
        if not length or article:
            return False
        if not all(said & self.lifter.entities[name].classes for name in match.candidates):
            return False
        if match.length > length:
            return True
        around = [word.text for word in words[max(at - 4, 0) : at]]
        after = at + length
        while after < len(words) and words[after].text in ("the", "a", "an", "of", "any", "another"):
            after += 1
        following = self.lifter.match(words, after) if after < len(words) else None
        object_follows = following is not None and (
            bool({*match.candidates} & {*following.candidates})
            or all(said & self.lifter.entities[name].classes for name in following.candidates)
        )
        pronoun = after < len(words) and words[after].text in ("it", "them", "both", "anything", "something")
        passive = bool({"be", "is", "are", "been", "being", "was", "were", "has", "have"} & {*around[-2:]})
        return object_follows or pronoun or passive or bool({"need", "needs"} & {*around[-1:]})

    def _ends(self, words: Sequence[Word], at: int) -> bool:
        """Whether a clause that points back may end before a word: none follows that it could be about."""
        if at >= len(words) or not words[at].text[0].isalnum() or words[at].text in self._agents:
            return True
        if words[at].text in ("the", "a", "an") and at + 1 < len(words):
            at += 1
        if self.lifter.match(words, at) is not None:
            return False
        following = {entry.terminal for entry in self._lexicon.longest(words, at)[1]}
        return bool(following - {"GENERIC", "TO", "NUM", "SIZE", "KINDS"})

    def _circumstances(self, tokens: list[Token]) -> list[Token]:
        return circumstances(tokens, self._kinds)

    def _lifted(self, words: Sequence[Word], at: int, match: Match) -> Token:
        span = words[at : at + match.length]
        kind = "P" if len(match.candidates) == 1 else "KINDS"
        text = " ".join(part.text for part in span)
        start, end = span[0].start, span[-1].end
        length, entries = self._lexicon.longest(words, at)
        article = at > 0 and words[at - 1].text in ("the", "a", "an")
        deed = (
            not article
            and length < match.length
            and any(entry.terminal in ("LEAVE", "GO") for entry in entries)
        )
        return Token(
            {kind: ("",)},
            text,
            start,
            end,
            match.candidates,
            whole=match.whole,
            noun=match.noun,
            alike=self.lifter.named(match.noun),
            verbal=deed,
            said=self._kinds[match.candidates[0]].predicate if kind == "P" else frozenset(),
        )

    def _refuse_unknown(self, tokens: Sequence[Token], text: str) -> None:
        unknown = [text[token.start : token.end] for token in tokens if token.of("UNKNOWN")]
        if not unknown:
            return
        quoted = ", ".join(f"'{word}'" for word in dict.fromkeys(unknown))
        nearest = "; ".join(f"{name} ({self._vocabulary[name]})" for name in self.lifter.nearest(unknown))
        raise TranslationError(
            f"Nothing in the vocabulary and no word of task English matches {quoted}. "
            f"The nearest propositions are: {nearest}. Use their words, or declare a synonym."
        )

    def _decided(self, tokens: list[Token], text: str) -> list[Token]:
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
            decided.append(token)
        return decided

    def _refer(self, token: Token, before: Sequence[Token], verbs: frozenset[str], text: str) -> Token:
        """Pronoun that takes the proposition named last, with the polarity of its own verb."""
        named = next((one for one in reversed(before) if one.condition and one.candidates), None)
        if token.text.startswith("another"):  # "a picture above the tower, and another one"
            named = next((one for one in reversed(before) if one.condition and one.event), named)
        if token.of("THERE"):
            named = place_told(named, self._vocabulary, self._kinds)
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
        told = verbs - (GENERIC - {"acquire"})
        told |= {opposite(value) for value in told}
        own = [name for name in token.candidates if told & self.lifter.entities[name].classes]
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
        scored: dict[str, bool] = {}
        for name in token.candidates:
            classes = entities[name].classes
            if verbs == {"move"} and entities[name].other:
                continue  # "stop at the light" is not "the light is red"
            verbs_known = classes - {"lasting", "move"}
            brings = special <= {"deliver"} and "acquire" in classes
            vague = not state and (not special or not verbs_known or brings)
            if special & classes or vague:
                scored[name] = False
            elif special & {opposite(value) for value in classes}:
                scored[name] = True
        better = [name for name in token.alike if special & entities[name].classes]
        if len(better) == 1 and not any(special & entities[name].classes for name in scored):
            scored = {better[0]: False}  # "hand over the medication" is more than having it
        if not scored:
            raise self._otherwise(token, token.candidates, text)
        if len(scored) > 1 and not token.of("P"):
            strict = [name for name in scored if verbs & (entities[name].classes)]
            if len(strict) != 1:
                return replace(token, candidates=tuple(scored), events=frozenset(filter(self._event, scored)))
            scored = {strict[0]: scored[strict[0]]}
        name, denied = next(iter(scored.items()))
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
        )

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


_JOINS = frozenset({"and", "or", "but", "then", "so"})
