"""What a text says that must show in its formula, whoever read it: a check on answers that nobody confirms.

Nothing here reads a text. Each sign is a word that leaves a trace in any right formula, such as "the whole
time", after which something holds at every step, or the verb of a proposition, after which the formula
speaks of it. An answer without the trace is not refused, but the user is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lantern.language.english.words import base_forms, tokenize
from lantern.language.paraphrase import NUMBERS
from lantern.language.reader.wordlists import words
from lantern.logic import Formula, Vocabulary

# What shows in a formula beside its operators: one thing after another, and several at one step.
CHAIN, TOGETHER = "chain", "together"


def _phrases(*lines: str) -> tuple[str, ...]:
    return tuple(f" {phrase.strip()} " for line in lines for phrase in line.split(","))


@dataclass(frozen=True, slots=True)
class Sign:
    """Phrases one of whose `traces` shows in the formula, unless an exception is said as well."""

    phrases: tuple[str, ...]
    traces: frozenset[str]
    exceptions: tuple[str, ...] = ()

    def missing(self, said: str, found: frozenset[str]) -> str:
        """The phrase of which a formula with these traces says nothing; empty if there is none."""
        if self.traces & found or any(phrase in said for phrase in self.exceptions):
            return ""
        return next((phrase.strip() for phrase in self.phrases if phrase in said), "")


SIGNS = (
    Sign(
        _phrases(
            "the whole time, the entire time, the whole way, the whole episode, at all times, all the time",
            "always, throughout, from start to finish, constantly, permanently, all along",
            "as long as, so long as",
        ),
        frozenset("GUWR"),
    ),
    Sign(_phrases("in a row, consecutive, consecutively, in succession"), frozenset("XN")),
    Sign(_phrases("together, at the same time, simultaneously"), frozenset({TOGETHER})),
    Sign(
        _phrases("until"),
        frozenset("UWRM"),
        # One who waits goes on afterwards; till the end is for good.
        _phrases("wait, waits, waiting, until the end, not stop, never stop, not rest"),
    ),
    Sign(
        _phrases(
            "at the end, at the very end, finish with, finish in, finish on, finish at, end with, end in",
            "end on, end at, ends with, ends in, ends on, ends at",
        ),
        frozenset({"last", "G", CHAIN}),
        _phrases("at the end of, to end with"),
    ),
    Sign(
        _phrases("not, never, nothing, nobody, no, none, without, avoid, avoiding, neither, nor, forbidden"),
        frozenset("!UW"),
        (  # what is denied here is a preference, a bound or a stop
            " matter",
            *_phrases("not mind, not care, no later, no more, no longer, no fewer, no less, no sooner"),
            *_phrases("order, not necessarily, not only, not least, need not, not need, nothing else"),
            *_phrases("not leave, never leave, not stop, never stop, not rest, not forget"),
            *_phrases(
                "limit, limits, whether",
                "there is no, there are no, there is not, there are not, is not, are not",
            ),
        ),
    ),
)
_NEGATIONS = _phrases("not, never")
_NO_MATTER = _phrases(
    "no matter, regardless, irrespective, independent, independently, whether, even if, although",
    "except, apart from, other than, instead of, rather than, need not, not need",
)
_TOWARDS = words("to into onto over through by back from toward up down along past across around off")
_PLACED = words("at in over above inside")
_JOINED = _phrases("and, then, but")
_AGAIN = words(
    "twice time times thrice again another more back second third once one two three four five six seven",
    "eight nine ten each every further anew return returns returning other first only exactly single just",
    "start starts begin begins",
)
# Words after which what is so stays so.
_KEPT = words(
    "stay stays staying remain remains remaining keep keeps kept keeping leave leaves leaving hold holds",
    "never not longer forever good",
)
_STOPS = frozenset(".;:,!?")
# Words that come with many deeds and states, and so point at none.
_COMMON = words(
    "be have do get come go leave make keep run use step near start reach within either must through over",
    "under again right back cross wait waiting load low high open close closed opened number time level take",
    "give end begin room green red blue yellow grey gray black white first second third fourth fifth north",
    "south east west one two three both other some something someone anyone anything more most less least",
    "many full side place point area set put turn hit meet touch catch whole only near next ever never",
    "always once twice drive collect pick bring carry with into from that there this",
)
_BE = words("is are was were has have been be")


def doubt(text: str, formula: Formula, vocabulary: Vocabulary) -> str:
    """Why a formula may not be all that a text says, as a note for the user; empty if nothing tells so."""
    said = f" {' '.join(word.text for word in tokenize(text))} "
    found = _traces(formula)
    for sign in SIGNS:
        if phrase := sign.missing(said, found):
            return f"'{phrase}' may not have been understood: compare the paraphrase with what you mean."
    named = len(formula.propositions)
    if named < _at_least(said):
        return "More things seem to be meant than were understood: compare the paraphrase with what you mean."
    for name, word in () if _named_in_vain(said) else _passed_over(said, vocabulary):
        if name not in formula.propositions:
            return f"'{word}' may be meant of '{vocabulary[name]}', of which the task says nothing."
    odd = _aims_at_a_ban(said, formula) or _says_nothing(said, formula) or _comes_again(said, formula)
    if odd or _cannot_be(formula, vocabulary):
        return "The text was hard to read: compare the paraphrase with what you mean."
    return ""


def _traces(formula: Formula) -> frozenset[str]:
    """Operators of a formula, whether goals come one after the other, and things are so at one step."""
    parts = list(formula.subformulas())
    found = {part.operator for part in parts}
    goals = [part for part in parts if part.operator == "F"]
    if any("F" in {one.operator for one in goal.children[0].subformulas()} for goal in goals):
        found.add(CHAIN)
    if any(
        part.operator in ("&", "|", "->") and sum(not one.is_temporal for one in part.children) > 1
        for part in parts
    ):
        found.add(TOGETHER)
    return frozenset(found)


def _named_in_vain(said: str) -> bool:
    """Whether a text says of something that it does not matter, or leaves it out."""
    return any(phrase in said for phrase in _NO_MATTER)


def _at_least(said: str) -> int:
    """How many things a text names together: "both", "all three"."""
    counts = [2] if " both " in said else []
    for number, word in enumerate(NUMBERS):
        together = (f" all {word} ", f" all the {word} ", f" all of the {word} ")
        counts += [number] if any(phrase in said for phrase in together) else []
    return max(counts, default=0)


def _passed_over(said: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Propositions that a word of the text belongs to, and to no other, with the word."""
    own = _own_words(vocabulary)
    text = said.split()
    for word, following in pairwise([*text, ""]):
        if following in _TOWARDS:
            continue  # "flying to the tower" is how one gets there
        for form in base_forms(word):
            if form in own:
                yield own[form], word


@lru_cache(maxsize=64)
def _own_words(vocabulary: Vocabulary) -> dict[str, str]:
    """Verbs and other words that tell what a proposition says, each with the only one that has it."""
    everywhere: dict[str, set[str]] = {}
    telling: dict[str, str] = {}
    for name in vocabulary:
        known = vocabulary.proposition(name)
        for sentence in (known.sentence, *known.synonyms):
            for word in tokenize(sentence):
                for form in base_forms(word.text):
                    everywhere.setdefault(form, set()).add(name)
        telling.update({form: name for word in _predicate(known.sentence) for form in base_forms(word)})
    single = {form: name for form, name in telling.items() if everywhere[form] == {name}}
    return {form: name for form, name in single.items() if form not in _COMMON}


def _predicate(sentence: str) -> list[str]:
    """Longer words after "is" or "has", or all of them."""
    words = [word.text for word in tokenize(sentence)]
    verb = next((at for at, word in enumerate(words) if word in _BE), -1)
    return [w for w in words[verb + 1 :] if len(w) > 3 and w.isalpha() and not base_forms(w) & _COMMON]


def _aims_at_a_ban(said: str, formula: Formula) -> bool:
    """Whether one clause that only forbids has become a goal as well: "do not run while it rains"."""
    clause = said.strip(" .!?")
    if _STOPS & set(clause) or any(word in said for word in _JOINED):
        return False
    parts = [formula]
    while any(part.operator == "&" for part in parts):
        parts = [one for part in parts for one in (part.children if part.operator == "&" else (part,))]
    operators = {part.operator for part in parts}
    forbids = any(word in said for word in _NEGATIONS)
    return forbids and "F" in operators and bool(operators & frozenset("GWU"))


def _comes_again(said: str, formula: Formula) -> bool:
    """Whether something is counted or met again, of which the text says nothing."""
    met = (part for part in formula.subformulas() if part.operator == "&")
    twice = any(
        one.operator == "atom" and one in _goals(other)
        for part in met
        for one in part.children
        for other in part.children
    )
    spoken = [word for word in said.split() if len(word) > 3]
    return twice and not _AGAIN & set(said.split()) and len(spoken) == len({*spoken})


def _goals(formula: Formula) -> set[Formula]:
    """What is to be met at a later step, and after that."""
    later = [formula] if formula.operator in ("F", "X") else []
    found: set[Formula] = set()
    for part in later:
        inner = _last(part)
        if part.operator == "F" or part.children[0].operator == "F":
            found |= {inner, *inner.children} if inner.operator == "&" else {inner}
        later.extend(one for one in inner.children if one.operator in ("F", "X"))
    return found


def _cannot_be(formula: Formula, vocabulary: Vocabulary) -> bool:
    """Whether something is and is not so at one step, or one thing is at two places ("over a and over b")."""
    for goal in formula.subformulas():
        if goal.operator not in ("F", "X"):
            continue
        atoms = _atoms(goal.children[0])
        places = [_place(vocabulary[one.name]) for one in atoms if one.operator == "atom"]
        known = [place for place in places if place]
        if len({*known}) < len(known):
            return True
    denied = (_atoms(part) for part in formula.subformulas() if part.operator == "&")
    return any(one.operator == "!" and one.children[0] in atoms for atoms in denied for one in atoms)


def _atoms(formula: Formula) -> set[Formula]:
    """What holds and does not hold at the step of a conjunction."""
    if formula.operator != "&":
        return {formula} if not formula.is_temporal else set()
    return set().union(*(_atoms(one) for one in formula.children))


@lru_cache(maxsize=4096)
def _place(sentence: str) -> str:
    """Subject and preposition of "the drone is over the field"; empty if a sentence tells no place."""
    text = [word.text for word in tokenize(sentence)]
    at = text.index("is") if "is" in text[:-1] else 0
    return " ".join(text[: at + 2]) if at and text[at + 1] in _PLACED else ""


def _says_nothing(said: str, formula: Formula) -> bool:
    """Whether a part of a formula is met by itself, such as "after a, a", or says the same twice."""
    for part in formula.subformulas():
        if part.operator == "->" and _last(part.children[1]) is part.children[0]:
            return True
        kept = part.operator == "->" and part.children[1].operator == "G"
        if kept and part.children[1].children[0] is part.children[0] and not _KEPT & set(said.split()):
            return True
        goals = {one.children[0] for one in part.children if one.operator == "F"}
        if part.operator == "&" and goals & set(part.children):
            return True
    return False


def _last(formula: Formula) -> Formula:
    while formula.operator in ("F", "X", "N") and len(formula.children) == 1:
        formula = formula.children[0]
    return formula
