"""What translators return, and what the user gets.

A translator turns English into one or several :class:`Reading` objects: formulas with the English they came
from. Everything else (is it satisfiable, do two readings differ, what would be accepted) is decided by code
that all translators share, and ends in a :class:`Translation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from lantern.errors import TranslationError

if TYPE_CHECKING:
    from lantern.logic import DFA, Formula, Vocabulary

Trace = tuple[frozenset[str], ...]


class UnknownWords(TranslationError):
    """Text that names something outside the vocabulary.

    Parameters
    ----------
    message : str
        For the user.
    words : iterable of str
        The words in question. If another translator finds a meaning for them, the user is told to check it.
    """

    def __init__(self, message: str, words: Iterable[str]) -> None:
        super().__init__(message)
        self.words = tuple(words)


@dataclass(frozen=True)
class Tokens:
    """What a language model was paid: tokens read and written, and calls made (cached answers cost none)."""

    input: int = 0
    output: int = 0
    calls: int = 0

    @property
    def total(self) -> int:
        """Tokens read and written together."""
        return self.input + self.output

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.input + other.input, self.output + other.output, self.calls + other.calls)


@dataclass(frozen=True)
class Clause:
    """One part of a task, kept apart so that an error can say which parts contradict each other.

    Attributes
    ----------
    text : str
        The words of the task, or a paraphrase where the words are not known.
    formula : Formula
        What the part means alone.
    """

    text: str
    formula: Formula


@dataclass(frozen=True)
class Reading:
    """One meaning that a translator found in a text.

    Attributes
    ----------
    formula : Formula
        The meaning.
    ast : object, optional
        The typed task AST the formula was made from.
    text : str
        English paraphrase of this meaning; empty if common code is to make it from the formula.
    because : str
        What this reading takes the doubtful words to mean ("the lava is forbidden for ever"), for questions.
    choices : mapping of str to str
        Option taken at each point where the text allows several, for example ``{"avoid-1": "throughout"}``.
        The keys are the ids of the questions that a user sees, so they must not change between runs.
    mentioned : tuple of str
        Propositions that the text names. One that the formula does not use is an error.
    clauses : tuple of Clause
        Parts whose conjunction is the formula, if the task has parts.
    confidence : float
        Between 0 and 1.
    """

    formula: Formula
    ast: Any = None
    text: str = ""
    because: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    mentioned: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True)
class Readings:
    """All meanings that a translator found, the preferred one first.

    Attributes
    ----------
    readings : tuple of Reading
        At least one. They need not differ: equivalent ones are merged by common code.
    translator : str
        Who answered.
    warnings : tuple of str
        Sentences for the user ("'pickaxe' was read as 'the agent holds a pick'").
    sure : bool
        Whether the translator would stand by its first reading without asking; ``auto`` consults the language
        model where it would not.
    lone : bool
        Whether only one of two independent ways of reading understood the text. Such an answer stands, with a
        warning; ``auto`` has the language model look at it, too, where there is one.
    tokens : Tokens
        What it cost.
    """

    readings: tuple[Reading, ...]
    translator: str
    warnings: tuple[str, ...] = ()
    sure: bool = True
    lone: bool = False
    tokens: Tokens = Tokens()


@dataclass(frozen=True)
class Question:
    """A point where two meanings of the text differ, with the shortest trace that tells them apart.

    Attributes
    ----------
    id : str
        What ``answers={id: option}`` (``--answer id=option``) refers to.
    text : str
        The question in English, with the course of events on which the answers differ.
    options : tuple of str
        Names of the answers, in the order of `readings`.
    meanings : tuple of str
        What each answer means in English, without what they have in common.
    readings : tuple of Reading
        The meanings to choose from.
    default : int
        Index of the meaning that is used as long as nobody answers.
    trace : tuple of frozenset of str
        Shortest trace on which the default and an alternative disagree.
    accepts : tuple of bool
        Whether each reading accepts that trace.
    """

    id: str
    text: str
    options: tuple[str, ...]
    meanings: tuple[str, ...]
    readings: tuple[Reading, ...]
    default: int
    trace: Trace
    accepts: tuple[bool, ...]


@dataclass(frozen=True)
class Example:
    """A trace and what it means: `accepted` says whether the task is done by it, `english` tells it."""

    trace: Trace
    accepted: bool
    english: str


@dataclass(frozen=True)
class Translation:
    """A task in English with its verified automaton.

    Attributes
    ----------
    text : str
        The English.
    formula : Formula
        The meaning, as LTLf.
    dfa : DFA
        The minimal automaton of the formula.
    vocabulary : Vocabulary
        What the propositions mean.
    paraphrase : str
        English made from the formula, to compare with the text.
    warnings : tuple of str
        What looks wrong without being an error.
    questions : tuple of Question
        Where the text can be read in ways that differ.
    confidence : float
        Between 0 and 1: share of readings, samples and translators that agree with this formula.
    translator : str
        Who answered: ``grammar``, ``llm``, ``grammar+llm`` (both, and they agree), or an object's name.
    accepted, rejected : tuple of Example
        The two shortest ways to do the task, and two instructive ways to miss it.
    ast : object
        The typed task AST, where the translator made one.
    tokens : Tokens
        What the language model cost.
    answered : mapping of str to str
        Answers that were given to questions.
    """

    text: str
    formula: Formula
    dfa: DFA
    vocabulary: Vocabulary
    paraphrase: str
    warnings: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    confidence: float = 1.0
    translator: str = ""
    accepted: tuple[Example, ...] = ()
    rejected: tuple[Example, ...] = ()
    ast: Any = None
    tokens: Tokens = Tokens()
    answered: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON-safe values, for files and web pages."""
        return {
            "text": self.text,
            "formula": str(self.formula),
            "dfa": self.dfa.to_dict(),
            "vocabulary": dict(self.vocabulary),
            "paraphrase": self.paraphrase,
            "warnings": list(self.warnings),
            "questions": [_question(question) for question in self.questions],
            "confidence": self.confidence,
            "translator": self.translator,
            "accepted": [_example(example) for example in self.accepted],
            "rejected": [_example(example) for example in self.rejected],
            "tokens": {"input": self.tokens.input, "output": self.tokens.output, "calls": self.tokens.calls},
            "answered": dict(self.answered),
        }


@runtime_checkable
class Translator(Protocol):
    """Anything with a name that finds readings of a text; verification is not its business.

    ``translate`` raises TranslationError where it cannot answer, quoting the words in question.
    """

    name: str

    def translate(self, text: str, vocabulary: Vocabulary) -> Readings:
        """Find the readings of a text."""
        ...


def _trace(trace: Trace) -> list[list[str]]:
    return [sorted(label) for label in trace]


def _example(example: Example) -> dict[str, Any]:
    return {"trace": _trace(example.trace), "accepted": example.accepted, "english": example.english}


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "text": question.text,
        "options": list(question.options),
        "meanings": list(question.meanings),
        "readings": [
            {"formula": str(reading.formula), "text": reading.text, "because": reading.because}
            for reading in question.readings
        ],
        "default": question.options[question.default],
        "trace": _trace(question.trace),
        "accepts": list(question.accepts),
    }
