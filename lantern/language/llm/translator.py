"""The language model as a translator: samples, checked and repaired, grouped by exact equivalence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lantern.errors import FormulaError, TranslationError
from lantern.language import ast
from lantern.language.examples import describe_trace
from lantern.language.llm.cache import Answer
from lantern.language.llm.client import Chat
from lantern.language.llm.convert import to_task
from lantern.language.llm.focus import focus
from lantern.language.llm.plan import Plan, PlanError, read_plan, schema
from lantern.language.llm.prompt import conversation, repair
from lantern.language.llm.settings import LLMSettings, load_settings
from lantern.language.llm.words import counting_words, named, related
from lantern.language.paraphrase import paraphrase
from lantern.language.questions import Group, group
from lantern.language.semantics import to_formula
from lantern.language.types import Clause, Reading, Readings, UnknownWords
from lantern.language.verify import Checked, Checks, Problem, shorten
from lantern.logic import Vocabulary

# Samples of one model make the same mistakes: of answers on which all agreed, about this share was right.
_UNANIMOUS = 0.85


@dataclass(frozen=True)
class _Sample:
    """One answer of the model, after repairs: a checked reading, or why there is none."""

    checked: Checked | None = None
    unknown: tuple[str, ...] = ()
    problem: str = ""


class LLMTranslator:
    """Translates with any server that speaks OpenAI's chat completions.

    Parameters
    ----------
    settings : LLMSettings, optional
        Which model, and all limits; from the environment and ``lantern.toml`` by default.
    checks : Checks, optional
        What answers are checked against before they are accepted; the vocabulary alone by default.
    conventions : lantern.language.grammar.Conventions, optional
        How doubtful words are read.
    **overrides
        Single settings.

    Raises
    ------
    TranslationError
        If no model is configured.
    """

    name = "llm"

    def __init__(
        self,
        settings: LLMSettings | None = None,
        *,
        checks: Checks | None = None,
        conventions: Any = None,
        **overrides: Any,
    ) -> None:
        self.settings = settings or load_settings(**overrides)
        self.settings.require()
        self.conventions = conventions
        self._checks = checks

    def translate(self, text: str, vocabulary: Vocabulary) -> Readings:
        """Readings of a text by votes of the samples, the most voted first.

        Raises
        ------
        TranslationError
            If the server fails, the model refuses, finds words outside the vocabulary, or gives no usable
            answer in any sample.
        """
        chat = Chat(self.settings)
        checks = replace(self._checks, vocabulary=vocabulary) if self._checks else Checks(vocabulary)
        dialogue = _Dialogue(chat, checks, text, self.conventions, focus(text, vocabulary))
        samples: list[_Sample] = []
        warnings: list[str] = []
        for seed in range(self.settings.samples):
            try:
                samples.append(dialogue.sample(seed))
            except TranslationError as error:
                if not any(sample.checked for sample in samples):
                    raise
                warnings.append(f"Only {len(samples)} of {self.settings.samples} answers were had: {error}")
                break
        return _count(samples, warnings, chat, dialogue)


@dataclass
class _Dialogue:
    """Asks for one plan until it passes the checks or the repairs are used up."""

    chat: Chat
    checks: Checks
    text: str
    conventions: Any
    shown: Vocabulary  # the part of the vocabulary that the model may use

    def sample(self, seed: int) -> _Sample:
        """One sample; the first is asked for without randomness."""
        settings = self.chat.settings
        temperature = settings.temperature if seed else 0.0
        start = conversation(self.text, self.shown, settings.examples)
        messages, best = start, _Sample(problem="The model gave no answer.")
        form, last = schema(self.shown), None
        for _ in range(settings.repairs + 1):
            answer = self.chat.ask(messages, form, temperature, seed)
            if answer.content == last:
                break  # a model that repeats itself will not change its mind
            if answer.refusal or answer.finish == "content_filter":
                said = shorten(answer.refusal or "filtered by the server").rstrip(".")
                raise TranslationError(f"The language model declined the task: {said}. Rephrase the text.")
            found = self._read(answer)
            if found.checked and not found.checked.fatal:
                best = found
            if not found.problem:
                return found
            if not best.checked:
                best = found
            last = answer.content
            messages = repair(start, last, found.problem)
        return best

    def _read(self, answer: Answer) -> _Sample:
        try:
            plan = read_plan(answer.content, self.shown)
        except PlanError as error:
            if error.against_schema and answer.finish != "length":
                self.chat.distrust_schema()
            return _Sample(problem=str(error))
        if unknown := self._unknown(plan):
            return _Sample(unknown=unknown)
        try:
            reading = self._reading(to_task(plan, self.conventions))
        except FormulaError as error:
            return _Sample(problem=str(error))
        checked = self.checks(reading)
        if checked.fatal:
            return _Sample(checked, problem=_told(checked.fatal, self.checks.vocabulary))
        return _Sample(checked, problem=next(self._omissions(reading), ""))

    def _unknown(self, plan: Plan) -> tuple[str, ...]:
        """Words that the model calls unknown and that do stand in the text."""
        text = " ".join(self.text.lower().split())
        return tuple(words for words in plan.unknown if words.strip() and words.lower().strip() in text)

    def _reading(self, task: ast.Task) -> Reading:
        vocabulary = self.checks.vocabulary
        clauses = tuple(Clause(paraphrase(part, vocabulary), to_formula(part)) for part in task.clauses)
        said = paraphrase(task, vocabulary)
        return Reading(to_formula(task), task, said, because=said, clauses=clauses)

    def _omissions(self, reading: Reading) -> Iterator[str]:
        """Complaints about what the text says in plain words and the answer leaves out."""
        if left := self.left_out(reading):
            yield f"The task names {', '.join(map(repr, left))}, and your answer does not use it."
        if words := self.uncounted(reading):
            yield f"The task says {words[0]!r}, and your answer counts nothing."

    def uncounted(self, reading: Reading) -> tuple[str, ...]:
        """Words of the text that count, if the reading counts nothing."""
        counts = any(isinstance(node, ast.Count) for node in ast.walk(reading.ast))
        return () if counts else counting_words(self.text)

    def left_out(self, reading: Reading) -> list[str]:
        """Propositions that the text names word for word and the reading does not use."""
        used = reading.formula.propositions
        return [name for name in named(self.text, self.checks.vocabulary) if name not in used]

    def doubts(self, reading: Reading) -> Iterator[str]:
        """Warnings about the choice of propositions."""
        for name in self.left_out(reading):
            yield f"The text names {name!r}, but the task does not depend on it."
        for words in self.uncounted(reading):
            yield f"The text says {words!r}, but the task counts nothing."
        for name in reading.formula.propositions:
            if not related(self.text, name, self.checks.vocabulary):
                meaning = self.checks.vocabulary[name]
                yield f"The model brought in {name!r} ({meaning}), which no word of the text resembles."


def _told(problem: Problem, vocabulary: Vocabulary) -> str:
    """A problem in words for the model, with the trace that shows it."""
    if problem.trace is None:
        return problem.message
    return f"{problem.message} Look at this course of events: {describe_trace(problem.trace, vocabulary)}."


def _count(samples: list[_Sample], warnings: list[str], chat: Chat, dialogue: _Dialogue) -> Readings:
    """Readings by votes; an error if most samples found no meaning."""
    usable = [sample.checked for sample in samples if sample.checked and not sample.checked.fatal]
    refusals = [sample.unknown for sample in samples if sample.unknown]
    if len(refusals) > len(usable) or (refusals and not usable):
        words = tuple(dict.fromkeys(word for unknown in refusals for word in unknown))
        raise UnknownWords(
            f"Nothing in the vocabulary stands for {', '.join(map(repr, words))}. "
            f"Propositions: {', '.join(dialogue.checks.vocabulary.names)}. Rephrase, or add a proposition.",
            words,
        )
    if not usable:
        problem = shorten(samples[0].problem, 300)
        raise TranslationError(
            f"The language model {chat.settings.model!r} gave no usable answer to {shorten(dialogue.text)!r}."
            f" The last problem: {problem} Rephrase the text or use a stronger model."
        )
    groups = sorted(group(usable), key=lambda known: -len(known.members))
    warnings += dialogue.doubts(groups[0].reading)
    if 0 < len(usable) < len(samples):
        lost = len(samples) - len(usable)
        warnings.append(f"{lost} of {len(samples)} answers of the model could not be used.")
    if len(samples) == 1:
        warnings.append("Only one answer of the model was asked for; nothing checks its meaning.")
    return Readings(
        tuple(_voted(known, len(samples)) for known in groups),
        LLMTranslator.name,
        tuple(warnings),
        sure=len(groups[0].members) == len(samples) and not warnings,
        tokens=chat.tokens,
    )


def _voted(known: Group, samples: int) -> Reading:
    """Reading that stands for its group, with the share of votes as confidence."""
    return replace(known.reading, confidence=_UNANIMOUS * len(known.members) / samples)
