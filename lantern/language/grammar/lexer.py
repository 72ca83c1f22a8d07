"""From words to the tokens of the grammar: phrases of the lexicon and propositions, fillers dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lantern.errors import TranslationError
from lantern.language.english.words import Word, base_forms, tokenize
from lantern.language.grammar import rephrasing
from lantern.language.grammar.attributes import Attributes
from lantern.language.grammar.circumstances import (
    circumstances,
    given_to,
    kind_of,
    named_later,
    nothing_there,
)
from lantern.language.grammar.containers import contained
from lantern.language.grammar.deciding import Decider
from lantern.language.grammar.deeds import Deeds
from lantern.language.grammar.departing import agents_own, bans_on_way, departures, kept_measures, stays_until
from lantern.language.grammar.entities import Match
from lantern.language.grammar.enumerating import enumerated
from lantern.language.grammar.lexicon import Entry, Lexicon, merged
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.linking import elided, further, infinitives, rows
from lantern.language.grammar.matched import Matched, matched_tokens
from lantern.language.grammar.matching import Matcher
from lantern.language.grammar.mending import Mender
from lantern.language.grammar.merging import merge_same
from lantern.language.grammar.own import own_words
from lantern.language.grammar.pointing import pointer, pointer_types
from lantern.language.grammar.predicates import participles, predicates, prepositions, progressives, splits
from lantern.language.grammar.renaming import Renaming
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
from lantern.logic import Vocabulary

_AGENTS = frozenset({"agent", "robot", "vehicle"})
_RIGHT = frozenset({"immediately", "right", "directly", "straight"})
_MODAL = frozenset({"must", "should", "shall", "to"})
_PUNCTUATION = {",": "COMMA", ":": "COLON", "(": "COLON", ")": "COLON"}


class Lexer:
    """Turns text into tokens of the grammar for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        own = own_words(vocabulary, lexicon)
        self._vocabulary = vocabulary
        self._shared = SharedWords(vocabulary)
        self._attributes = Attributes(vocabulary)
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
        self._decide = Decider(vocabulary, self.lifter, self._kinds, self._sentences)
        acting = own.agents | _AGENTS | {word for title in own.titles for word in title}
        self._rename = Renaming(vocabulary, self._lexicon, acting)
        self._matcher = Matcher(vocabulary, self._lexicon, self.lifter, acting)

    def __call__(self, text: str, loose: bool = False) -> Lifted:
        """Tokens of a text; if `loose`, with other words for a proposition than the declared ones.

        Raises
        ------
        TranslationError
            If words are neither task English nor a proposition of the vocabulary; the message quotes them.
        """
        lifted = Lifted([])
        words = self._rename(tokenize(text)) if loose else tokenize(text)
        words = rephrasing.inversions(self._shared(words), self._agents | _AGENTS)
        words = self._attributes(self._mend(words, lifted.notes))
        words = enumerated(reworded(words, self._agents | _AGENTS, self.lifter.words))
        words = repeated(words, self.lifter, self._lexicon)
        tokens = self._segments(words, lifted, loose)
        self._refuse_unknown([*tokens, *(_ends_with(tokens, text) if loose else ())], text)
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
            self._departures,
            agents_own,
            bans_on_way,
            stays_until,
            kept_measures,
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
            self._nothing,
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
        tokens = contained(tokens, self._vocabulary, [word.text for word in words])
        lifted.tokens = self._decide(named_later(tokens), text)
        return lifted

    def _segments(self, words: Sequence[Word], lifted: Lifted, loose: bool) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while at < len(words):
            found = self._sentences(words, at)
            if found is not None:
                tokens += sentence_tokens(words, at, found, self.lifter, self._segment)
                at = found.end
                continue
            other = self._matcher(words, at)
            if other is not None and (other.certain or (loose and not self._told(words, at, other))):
                tokens += matched_tokens(words, at, other, self.lifter, self._segment)
                at = other.end
                continue
            if (name := self._stance(words, at)) is not None:
                verb = "stop" if words[at + 1].text in _RIGHT else "be"  # something to do, or to be
                tokens.append(Token({"GO": ("move",)}, verb, words[at].start, words[at].end))
                tokens.append(self._lifted(words, at, Match((name,), 1, (words[at].text,), True)))
                at += 1
                continue
            token, length = self._segment(words, at)
            if token.text in ("of", "of each", "of every", "of any") and tokens and tokens[-1].of("WINDOW"):
                token = token.only("AFTER")  # "within two steps of the alarm"
            tokens.append(token)
            at += length
        return tokens

    def _stance(self, words: Sequence[Word], at: int) -> str | None:
        """What "stop in the bus lane" says of who acts, besides where: that the car is stopped."""
        known = [name for form in base_forms(words[at].text) if (name := self.lifter.stances.get(form))]
        after = [word.text for word in words[at + 1 : at + 3]]
        if not known or len(after) < 2:
            return None
        if after[0] in _RIGHT:  # "must stop immediately after ..."
            return known[0] if after[1] == "after" and at and words[at - 1].text in _MODAL else None
        named = self.lifter.match(words, at)
        place = after[0] in ("in", "on") and (named is None or named.length == 1)
        led = at + 2 + (after[1] in ("the", "a", "an"))
        return known[0] if place and led < len(words) and self.lifter.match(words, led) else None

    def _told(self, words: Sequence[Word], at: int, other: Matched) -> bool:
        """Whether a stretch has the declared words of what it was matched with, so that they are enough."""
        tokens: list[Token] = []
        while at < other.end:
            token, length = self._segment(words[: other.end], at)
            tokens.append(token)
            at += length
        named = [token for token in tokens if token.candidates]
        verbs = [{*token.types["GO"]} for token in tokens if token.of("GO")]
        if len(named) != 1 or not verbs or any(token.of("UNKNOWN") for token in tokens):
            return False
        classes = {name: self.lifter.entities[name].classes for name in named[0].candidates}
        meant = [name for name, known in classes.items() if all(said & known for said in verbs)]
        states = {value for token in tokens if token.of("ADJ") for value in token.types["ADJ"]}
        return meant == [other.name] and (not states or bool(states & classes[other.name]))

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
        sets_out = not entries and match is None and self.lifter.sets_out(words, at)
        types = merged(entries) if entries else {"GO": ("move",)} if sets_out else {"UNKNOWN": ("",)}
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

    def _nothing(self, tokens: list[Token]) -> list[Token]:
        return nothing_there(given_to(tokens, self._kinds), self._kinds)

    def _departures(self, tokens: list[Token]) -> list[Token]:
        return departures(tokens, self.lifter.entities)

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
        # "Either way, ..." speaks of a choice that was told before, which nothing here follows up.
        said = [token for token in tokens if not token.of("FILL")]
        unknown += [text[a.start : a.end] for a, b in pairwise(said) if a.of("EITHER") and b.of("COMMA")]
        if not unknown:
            return
        quoted = ", ".join(f"'{word}'" for word in dict.fromkeys(unknown))
        nearest = "; ".join(f"{name} ({self._vocabulary[name]})" for name in self.lifter.nearest(unknown))
        raise TranslationError(
            f"Nothing in the vocabulary and no word of task English matches {quoted}. "
            f"The nearest propositions are: {nearest}. Use their words, or declare a synonym."
        )


def _ends_with(tokens: Sequence[Token], text: str) -> list[Token]:
    """The words "finish with" before what was matched, of which nothing tells whether it is so at the end."""
    said = [token for token in tokens if not token.of("FILL")]
    return [
        token.only("UNKNOWN")
        for at, token in enumerate(said[:-2])
        if token.of("FINALLY")
        and text[token.start : token.end].lower().endswith("with")
        and said[at + 1].candidates
        and said[at + 2].types.keys() & {"DONE", "STATE"}
    ]


_JOINS = frozenset({"and", "or", "but", "then", "so"})
