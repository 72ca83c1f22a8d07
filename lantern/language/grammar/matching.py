"""Other words for a proposition: a stretch of text matched by what the declared sentence says.

Each declared sentence is taken apart into a frame: who or what it is about, and where that is, what it has,
in which state it is or what is done. A stretch of text names a proposition if *every* content word of it is
one of the frame's words or a verb that brings the frame about, and the frame is the only one of the
vocabulary of which this is so. One word left over, a verb that says something else, or two frames, and the
words are refused as before. It is only asked where the declared words were not found, but for verbs that make
a place into its opposite ("take the cup out of the drawer").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lantern.language.english.manners import verbs
from lantern.language.english.words import Word, base_forms, is_gerund, singular, tokenize
from lantern.language.grammar.frames import (
    ARTICLES,
    AT,
    AUXILIARY,
    BE,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    Frame,
    frames_of,
    is_participle,
    named_frame,
)
from lantern.language.grammar.lexicon import Lexicon
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.matched import SWAPPED, Matched
from lantern.language.grammar.relations import Said, direction, enough, meant_place, own, relation, sides
from lantern.logic import Vocabulary

_EMPTY = frozenset({"please", "just", "already", "then", "now", "currently", "ever", "right"})
_BETWEEN = frozenset({"MUST", "MAY", "NOT", "NEVER", "ALWAYS", "FORBID", "ONLY"})
# Terminals of words that a stretch may go through.
_INNER = frozenset({
    "GO", "CARRY", "LEAVE", "STAY", "KEEP", "ADJ", "TO", "FROM", "PARTICLE", "FILL", "GENERIC", "IT",
    "CEASE", "VIA", "AVOID", "SIZE", "END", "BEGIN", "DELIVERIT", "WITH",
})  # fmt: skip
# Verbs of being at a place, not of coming there, which takes time.
_BEING = frozenset({"be", "stand", "sit", "lie", "wait", "park", "settle", "camp", "occupy"})
_LONGEST = 12
_UNTIL = frozenset({"until", "before"})
# How well a frame explains a stretch: with its own verb, another for the same, or by what its place is for;
# and with all of its nouns.
_OWN, _SAME, _THERE, _WHOLE = 2, 1, 0, 3


class Matcher:
    """Matches stretches of text against the frames of a vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
        Its sentences and synonyms give the frames.
    lexicon : Lexicon
        Tells where a stretch ends.
    lifter : Lifter
        Words of the vocabulary.
    agents : frozenset of str
        Nouns for who acts.
    """

    def __init__(
        self, vocabulary: Vocabulary, lexicon: Lexicon, lifter: Lifter, agents: frozenset[str]
    ) -> None:
        self._lexicon, self._lifter, self._agents = lexicon, lifter, agents
        self._frames = [
            frame
            for name in vocabulary
            for text in (vocabulary[name], *vocabulary.proposition(name).synonyms)
            for frame in frames_of(name, [word.text for word in tokenize(text)], agents)
        ]
        self._frames += [frame for name in vocabulary if (frame := named_frame(name, agents)) is not None]

    def __call__(self, words: Sequence[Word], at: int) -> Matched | None:
        """The longest stretch from a word on that names one proposition; none if there is none."""
        ends, between = self._stretch(words, at)
        for end in ends:
            kept = tuple(place for place in between if place < end)
            said = self._roles(words, at, end, kept)
            if said is None:
                continue
            found = self._one(said, words[:at])
            if found is None and self._swapped(said):
                return Matched(SWAPPED, False, -1, 0, (), end, False, False, False, False, True)
            matched = found and self._matched(words, at, end, kept, said, found)
            if matched:
                return matched
        return None

    def _matched(
        self,
        words: Sequence[Word],
        at: int,
        end: int,
        kept: tuple[int, ...],
        said: Said,
        found: tuple[str, int, int, Frame],
    ) -> Matched | None:
        """What a stretch says that one frame explains; none where it says that in an odd way."""
        name, sign, verb, frame = found
        if kept and ((verb < 0 and not said.copula) or 0 <= verb < kept[-1]):
            return None
        lasts = verb >= 0 and bool(base_forms(words[verb].text) & verbs("lasting"))
        if lasts and said.pronoun and not kept:
            return None  # "leave them down": since when, the sentence before tells
        subject_end = self._subject_end(words, at, end, kept, said, found)
        moved = frame.kind == "place" and not frame.acts and verb >= 0
        ended = at > 1 and words[at - 1].text == "with" and verb < 0 and frame.kind == "place"
        left = sign < 0 or words[verb].text in ("leave", "leaving")
        certain = ended or (moved and not said.pronoun and left)
        return Matched(
            name,
            sign < 0,
            verb,
            subject_end,
            kept,
            end,
            said.copula,
            said.pronoun,
            lasts,
            not frame.acts,
            certain,
        )

    def _subject_end(
        self,
        words: Sequence[Word],
        at: int,
        end: int,
        kept: tuple[int, ...],
        said: Said,
        found: tuple[str, int, int, Frame],
    ) -> int:
        """Where the subject ends if a stretch is a clause, else 0."""
        _, _, verb, frame = found
        clause = not said.acting and (
            verb > said.content[0][0] or (not frame.acts and (verb < 0 or bool(kept)))
        )
        if not (clause or (said.pronoun and kept)):
            return 0
        goes = verb > at and not kept and not said.copula and not said.pronoun
        if (
            goes
            and frame.kind == "place"
            and base_forms(words[verb].text) & (verbs("arrive") - verbs("lasting") - _BEING)
        ):
            return 0  # "the tram goes to the depot" is something to do
        return kept[0] if kept else self._until(words, at, end, verb)

    def _until(self, words: Sequence[Word], at: int, end: int, verb: int) -> int:
        """Where the subject of a clause ends: before its auxiliary or its verb."""
        end = verb if verb > at else end
        for place in range(at + 1, end):
            if words[place].text in BE | AUXILIARY | PREPOSITIONS:
                return place
            if not self._lifter.knows(words[place].text) and words[place].text not in ARTICLES:
                return place
        return end

    def _stretch(self, words: Sequence[Word], at: int) -> tuple[list[int], list[int]]:
        """Places where a stretch from a word on may end, the furthest first, and its modal verbs."""
        ends, between, place = [], [], at
        if words[at].text in PREPOSITIONS | (BE - {"be", "being", "been"}) | AUXILIARY:
            return [], []
        while place < len(words) and place - at < _LONGEST:
            if not words[place].text[0].isalnum():
                ends.append(place)
                break
            length, entries = self._lexicon.longest(words, place)
            terminals = {entry.terminal for entry in entries}
            if place > at and words[place].text in PRONOUNS and self._rules(words, place + 1):
                ends.append(place)
                break
            noun = place > at and words[place - 1].text in ARTICLES and self._lifter.knows(words[place].text)
            if terminals & _BETWEEN and not terminals & {"GO"} and not noun:  # "the can" is a thing
                if place == at:
                    return [], []
                ends += [place] if self._closes(words, place + length) else []  # "... at all times."
                between += list(range(place, place + length))
                place += length
                continue
            upward = terminals == {"ATMOST"} and place > at and self._goes(words[place - 1].text)
            if terminals and not terminals & _INNER and not self._named(words, place) and not upward:
                ends.append(place)
                break
            if place > at and words[place].text in PREPOSITIONS:
                ends.append(place)
            place += 1
        if place >= len(words):
            ends.append(place)
        return [end for end in reversed(ends) if end > at], between

    @staticmethod
    def _closes(words: Sequence[Word], place: int) -> bool:
        """Whether nothing but a mark stands at a place."""
        return place >= len(words) or not words[place].text[0].isalnum()

    @staticmethod
    def _goes(text: str) -> bool:
        """Whether a word is a verb of going: "ride up to the summit" does not count to a summit."""
        return bool(base_forms(text) & verbs("arrive"))

    def _rules(self, words: Sequence[Word], place: int) -> bool:
        """Whether a modal verb or "is" stands at a place."""
        if place >= len(words):
            return False
        terminals = {entry.terminal for entry in self._lexicon.longest(words, place)[1]}
        return bool(terminals & _BETWEEN) or words[place].text in BE | AUXILIARY

    def _named(self, words: Sequence[Word], place: int) -> bool:
        return self._lifter.knows(words[place].text) and words[place].text not in PREPOSITIONS | BE

    def _roles(self, words: Sequence[Word], at: int, end: int, between: Sequence[int]) -> Said | None:
        content: list[tuple[int, str, str]] = []
        prepositions: list[str] = []
        pronoun = copula = acting = False
        leading = -1
        place = at
        while place < end:
            text = words[place].text
            following = words[place + 1].text if place + 1 < end else ""
            before = words[place - 1].text if place > at else ""
            if (
                place in between
                or (text == "of" and before in ("out", "off"))
                or text in ARTICLES - PRONOUNS
                or text in _EMPTY
            ):
                pass
            elif text in self._agents:
                acting = True
            elif text in BE:
                copula = True
            elif text in PRONOUNS:
                pronoun = True
            elif text in AUXILIARY and place + 1 < end and is_participle(following):
                pass
            elif text in PREPOSITIONS | PARTICLES:
                prepositions.append(text)
                leading = place if place + 1 < end else leading
            else:
                after = words[place + 2].text if place + 2 < end else ""
                split = following in PARTICLES and not (following in AT and after) and after != "of"
                if split and content and not content[0][2] and self._lifter.knows(text):
                    content[0] = (*content[0][:2], following)  # "pick the key up"
                    content.append((place, text, ""))
                else:  # "pick up the key", but "go in the lab"
                    content.append((place, text, following if split else ""))
                place += 1 if split else 0
            place += 1
        led = frozenset(
            place for place, _, _ in content if place > at and words[place - 1].text in ARTICLES - PRONOUNS
        )
        begins = frozenset(
            place
            for (place, text, _), (_, following, _) in pairwise(content)
            if text in ("starts", "begins") and is_gerund(following)
        )
        said = Said(tuple(content), tuple(prepositions), pronoun, copula, acting, led, begins, leading)
        return said if content else None

    def _swapped(self, said: Said) -> bool:
        """Whether a stretch says of the place what a sentence says of the thing."""
        thing, place = sides(said)
        return any(
            frame.kind == "place"
            and not frame.acts
            and frame.subject != {*frame.rest}
            and (frame.subject <= place and {*frame.rest} <= thing)
            and not (frame.subject <= thing and {*frame.rest} <= place)
            for frame in self._frames
        )

    def _one(self, said: Said, before: Sequence[Word]) -> tuple[str, int, int, Frame] | None:
        """The only frame that explains a stretch: its proposition, sign and the place of its verb."""
        found: list[tuple[int, str, int, int, Frame]] = []
        for frame in self._frames:
            explained = self._explained(frame, said, before)
            if explained is not None:
                rank, sign, verb = explained
                found.append((rank, frame.name, sign, verb, frame))
        best = [one for one in found if one[0] == max(rank for rank, *_ in found)]
        meanings = {one[1:3] for one in best}
        return best[0][1:] if len(meanings) == 1 else None

    def _explained(self, frame: Frame, said: Said, before: Sequence[Word]) -> tuple[int, int, int] | None:
        """Whether a frame has every word of a stretch: how well, with which sign, and its verb."""
        sign, verb, told, rank = 1, -1, False, _OWN
        used: set[str] = set()
        words_of = {place: text for place, text, _ in said.content}
        named = frame.subject | {*frame.rest}
        if said.pronoun:
            mentioned = {singular(word.text) for word in before}
            about = frame.subject if frame.subject else frozenset(frame.rest)
            used |= about if about <= mentioned else set()
            if not frame.acts and not used:
                return None
        for place, text, particle in said.content:
            word = {text, singular(text)}
            if word & named and not (told and particle):
                used |= word
                continue
            if place in said.begins and before and before[-1].text in _UNTIL:
                continue  # "until the phone starts ringing"
            one = _meaning(frame, place, text, particle, said)
            if one is None or (one[0] and told):
                return None  # something else, or two things at once: "starts ringing"
            meant, how = one
            used |= {*frame.rest} if how == _THERE else set()
            sign, told, rank = sign * (meant or 1), told or bool(meant), min(rank, how)
            if verb >= 0 and base_forms(words_of[verb]) & verbs("lasting") and frame.kind != "state":
                return None  # "keep visiting the hall"
            verb = place if verb < 0 else verb
        needs = {*frame.rest} if frame.kind in ("place", "have") else frame.subject | {*frame.rest}
        toward = direction(frame, said, sign)
        if toward is None or (needs and not used & needs) or not enough(frame, said, used, told, toward):
            return None
        return rank + (_WHOLE if needs <= used else 0), sign * toward, verb


def _meaning(frame: Frame, place: int, text: str, particle: str, said: Said) -> tuple[int, int] | None:
    """What a word says of a frame (1 that it is so, -1 that it is not, 0 nothing), and how well it does."""
    if place in said.led and text not in frame.verb | frame.said:
        return None  # a thing of which the sentence says nothing
    meant = relation(frame, text, particle, said)
    if meant_place(frame, text, particle):
        return meant or 1, _THERE
    if not meant and not (frame.kind == "state" and base_forms(text) & verbs("become")):
        return None
    return meant, _OWN if own(frame, text, particle) else _SAME
