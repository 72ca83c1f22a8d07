"""Whole sentences of the vocabulary in a text: "it is dark", "the bread has gone in", "it must not rain".

A proposition whose sentence has a subject of its own ("the oven is hot", "CO exceeds its limit") is found
with that subject and its predicate together, in any tense, with modal verbs and "not" between. What is found
are the same tokens as for other clauses: the proposition, what stands between, and DONE for the predicate.
Sentences about who acts ("the robot is in the lab") are left to the lexer, which knows their verbs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lantern.language.english.words import PARTICIPLES, Word, base_forms, is_gerund, singular, tokenize
from lantern.language.grammar.lexicon import Lexicon
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.matched import STATES
from lantern.language.grammar.tokens import Token
from lantern.logic import Vocabulary

_BE = frozenset({"is", "are", "be", "been", "being", "was", "were"})
_HAVE = frozenset({"has", "have", "had", "having"})
_DO = frozenset({"do", "does", "did"})
# Verbs that say that something goes on, between a subject and its predicate.
_GOES_ON = frozenset({"keep", "stay", "remain"})
# Verbs that say that a state begins ("gets low", "turns red").
_BECOMES = frozenset({"get", "turn", "become", "grow", "fall", "go", "come"})
_DIRECTIONS = frozenset({"up", "down", "on", "off", "out", "aboard"})
_SMALL = frozenset({"the", "a", "an", "its", "their", "any", "some"})
_BETWEEN = frozenset({"MUST", "MAY", "NOT", "NEVER", "ALWAYS", "FORBID", "BOTH", "LATER"})
# Adverbs that say nothing of their own between a subject and its predicate.
_EMPTY = frozenset(
    {"currently", "still", "already", "yet", "now", "actually", "just", "ever", "going", "getting"}
)
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence found in a text; numbers are places among its words.

    `between` are the words that keep their meaning ("must", "not"), `perfect` says that it is told as done,
    `stays` that it goes on ("keeps burning"), `begins` that it begins ("rains", "turns red"),
    `ongoing` that it goes on at that step ("is facing the wind").
    """

    name: str
    subject: tuple[str, ...]
    subject_end: int
    between: tuple[int, ...]
    predicate: int
    end: int
    perfect: bool
    stays: bool = False
    begins: bool = False
    ongoing: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """A sentence taken apart; `copular` if its verb is "be", which `rest` goes without."""

    name: str
    subject: tuple[str, ...]
    copular: bool
    rest: tuple[str, ...]


class Sentences:
    """Finds the sentences of a vocabulary that are not about who acts.

    Parameters
    ----------
    vocabulary : Vocabulary
        Sentences and synonyms.
    lexicon : Lexicon
        Tells modal verbs.
    agents : frozenset of str
        Nouns for who acts.
    """

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon, agents: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._forms: dict[str, list[_Form]] = {}
        subjects = [tokenize(vocabulary[name])[:3] for name in vocabulary]
        often = Counter(word.text for start in subjects for word in start[:2] if word.text not in _SMALL)
        acting = {agent for agent in agents if often[agent] > 1} | {"agent", "robot", "vehicle", "you"}
        self._acting = acting | {"it", "him", "her"}
        for name in vocabulary:
            proposition = vocabulary.proposition(name)
            for text in (proposition.sentence, *proposition.synonyms):
                form = self._taken_apart(name, [word.text for word in tokenize(text)])
                if form is not None and not acting & {*form.subject}:
                    self._add(form)
            self._ambient(name, [word.text for word in tokenize(proposition.sentence)], proposition.synonyms)

    def _add(self, form: _Form) -> None:
        """Know a sentence by its subject or the last words of that ("the light" for "the traffic light")."""
        for at in range(len(form.subject)):
            short = replace(form, subject=form.subject[at:])
            self._forms.setdefault(short.subject[0], []).append(short)

    def _ambient(self, name: str, texts: Sequence[str], synonyms: Sequence[str]) -> None:
        """Know "it is foggy" and "there is mist" of "there is fog" with the synonym "mist"."""
        if texts[:2] not in (["it", "is"], ["there", "is"]):
            return
        for text in (" ".join(texts[2:]), *synonyms):
            rest = tuple(word.text for word in tokenize(text) if word.text not in _SMALL)
            if rest and rest[0] not in ("it", "there"):
                for subject in ("it", "there"):
                    self._add(_Form(name, (subject,), True, rest))
                if len(rest) == 1 and texts[0] == "there":
                    last = rest[0][-1] if rest[0][-1] in "gnp" and rest[0][-2] in "aou" else ""
                    self._add(_Form(name, ("it",), True, (rest[0].removesuffix("e") + last + "y",)))
                    self._add(_Form(name, ("it",), True, (rest[0] + "y",)))

    def _taken_apart(self, name: str, texts: list[str]) -> _Form | None:
        texts = [text for text in texts if text[0].isalnum()]
        led = texts[:1] != [] and texts[0] in _SMALL
        while texts and texts[0] in _SMALL:
            texts = texts[1:]
        for at in range(1, len(texts)):
            copular = texts[at] in ("is", "are")
            third = texts[at].endswith("s") and not texts[at].endswith(("ss", "us", "is"))
            last = led and third and at + 1 == len(texts)  # "the pipe bursts": a verb, whichever it is
            verb = copular or last or (third and self._is_verb(texts, at) and at + 1 <= len(texts))
            if verb:
                rest = tuple(text for text in texts[at + copular :] if text not in _SMALL)
                return _Form(name, tuple(texts[:at]), copular, rest) if rest else None
        return None

    def _is_verb(self, texts: Sequence[str], at: int) -> bool:
        entries = self._lexicon.longest([Word(text, 0, 0) for text in texts[at:]], 0)[1]
        return any(entry.terminal in ("GO", "CARRY") for entry in entries)

    def alike(self, name: str, other: str) -> bool:
        """Whether two propositions have a predicate in common ("is too high")."""
        forms = [form for known in self._forms.values() for form in known]
        said = {form.rest for form in forms if form.name == name}
        return any(form.name == other and form.rest in said for form in forms)

    def __call__(self, words: Sequence[Word], at: int) -> Found | None:
        """The longest sentence that begins at a word."""
        forms = [*self._forms.get(words[at].text, ()), *self._forms.get(singular(words[at].text), ())]
        found = [one for form in forms if (one := self._match(form, words, at)) is not None]
        end = max((one.end for one in found), default=0)
        longest = [one for one in found if one.end == end]
        whole = max((len(one.subject) for one in longest), default=0)
        best = {one.name: one for one in longest if len(one.subject) == whole}
        # "the valve is open" does not say which of two valves is meant.
        return next(iter(best.values())) if len(best) == 1 else None

    def _match(self, form: _Form, words: Sequence[Word], at: int) -> Found | None:
        for wanted in form.subject:
            if at >= len(words) or wanted not in (words[at].text, singular(words[at].text)):
                return None
            at += 1
        start, copula, perfect, stays, begins = at, False, False, False, False
        past = False
        kept: list[int] = []
        while at < len(words) and at - start <= _LONGEST:
            text, length = words[at].text, self._modal(words, at)
            be = text in _BE and (form.copular or _going(words, at))
            if length > 1 or (length and not be and text not in _EMPTY):  # "has to", "is not to"
                kept.extend(range(at, at + length))
                # "has to" is no perfect tense; "has not been" is.
                at, perfect = at + length, perfect and text in ("not", "never")
            elif not stays and base_forms(text) & _GOES_ON and not self._denies(words, kept):
                copula, stays = True, True
                at += 2 if words[at + 1 : at + 2] and words[at + 1].text == "on" else 1
            elif form.copular and self._becomes(form, words, at):
                copula, begins = True, True
                at += 1
            elif be or text in _HAVE | _DO | _EMPTY:
                copula, perfect, past = copula or be, perfect or text in _HAVE, text in ("was", "were")
                at += 1
            else:
                break
        end = _predicate(form, words, at, copula, self._acting)
        if not end:
            return None
        if stays and not (form.copular or is_gerund(words[at].text)):
            return None
        # "it rains" for "it is raining" says when it begins, or each step of it.
        begins = begins or (form.copular and not copula and is_gerund(form.rest[0]))
        perfect = perfect or (past and _is_participle(words[at].text))  # "unless the signal was given"
        ongoing = copula and not form.copular and not perfect and is_gerund(words[at].text)
        return Found(form.name, form.subject, start, tuple(kept), at, end, perfect, stays, begins, ongoing)

    @staticmethod
    def _becomes(form: _Form, words: Sequence[Word], at: int) -> bool:
        """Whether a verb says that the state of a form begins."""
        verbs = base_forms(words[at].text) & _BECOMES
        moves = verbs <= {"go", "come", "get", "turn"} and form.rest[0] in _DIRECTIONS
        verbal = form.rest[0].endswith(("ed", "ing")) and len(form.rest[0]) > 4
        state = not moves and verbs <= _BECOMES - {"go", "come"} and not verbal
        after = words[at + 1].text if at + 1 < len(words) else ""
        return bool(verbs) and (moves or state) and after == form.rest[0]

    def _denies(self, words: Sequence[Word], kept: Sequence[int]) -> bool:
        """Whether some of the words between a subject and its predicate say "not"."""
        return any(
            entry.terminal in ("NOT", "NEVER", "FORBID")
            for at in kept
            for entry in self._lexicon.longest(words, at)[1]
        )

    def _modal(self, words: Sequence[Word], at: int) -> int:
        """How many words at a place are a modal verb or "not"; "must be" counts as "must"."""
        length, entries = self._lexicon.longest(words, at)
        if any(entry.terminal in _BETWEEN for entry in entries) and words[at + length - 1].text not in _BE:
            return length
        return 0


def _going(words: Sequence[Word], at: int) -> bool:
    """Whether "is" only makes a progressive form ("CO is exceeding its limit")."""
    return at + 1 < len(words) and is_gerund(words[at + 1].text)


def _predicate(form: _Form, words: Sequence[Word], at: int, copula: bool, acting: set[str]) -> int:
    """Where the rest of a sentence that begins at a word ends; 0 if it does not stand there."""
    first = True
    for wanted in form.rest:
        while not first and at < len(words) and words[at].text in _SMALL:
            at += 1
        if at >= len(words) or not words[at].text[0].isalnum():
            return 0
        agent = not first and wanted in acting and words[at].text in acting
        if not agent and not _same(wanted, words[at].text, form, copula, first):
            return 0
        at, first = at + 1, False
    return at


def _same(wanted: str, text: str, form: _Form, copula: bool, first: bool) -> bool:
    """Whether a word of the text is one of the sentence; the first of its predicate may have another form."""
    if not first:
        return singular(text) == singular(wanted)
    if not form.copular:
        return bool(base_forms(text) & base_forms(wanted))
    if text == wanted:
        return copula
    if not base_forms(text) & base_forms(wanted):
        return False
    if is_gerund(wanted):  # "it rains" for "it is raining"
        return not copula or is_gerund(text)
    # "the load changes" is not yet "the load is changed"
    return copula and _is_participle(wanted) and _is_participle(text)


def _is_participle(text: str) -> bool:
    return text.endswith("ed") or text in PARTICIPLES


def sentence_tokens(
    words: Sequence[Word],
    at: int,
    found: Found,
    lifter: Lifter,
    segment: Callable[[Sequence[Word], int], tuple[Token, int]],
) -> list[Token]:
    """Tokens of a whole sentence: its proposition, what stands between (read by `segment`), and DONE."""
    subject, last = words[found.subject_end - 1], words[found.end - 1]
    noun = tuple(word for word in found.subject if word in lifter.words)
    noun = noun or tuple(word.text for word in words[found.predicate : found.end])
    text = " ".join(word.text for word in words[at : found.subject_end])
    named = Token({"P": ("",)}, text, words[at].start, subject.end, (found.name,), whole=True, noun=noun)
    tokens = [replace(named, alike=lifter.named(noun) or (found.name,))]
    between = list(found.between)
    while between:
        token, length = segment(words, between[0])
        tokens.append(token)
        between = between[length:]
    told = {"perfect": found.perfect, "begins": found.begins, "ongoing": found.ongoing}
    told["is+"] = last.text in STATES and not found.perfect and not found.begins
    tense = tuple(name for name, so in told.items() if so)
    said = ("happen", f"said {found.name}", *tense)
    text = " ".join(word.text for word in words[found.predicate : found.end])
    start = words[found.predicate].start
    if found.stays:
        stay = Token({"STAY": ("",)}, "stay", words[found.predicate - 1].start, start)
        return [*tokens, stay, Token({"STATE": ("happen",)}, text, start, last.end)]
    return [*tokens, Token({"DONE": said}, text, start, last.end)]
