"""English to a verified automaton, through whichever translators there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lantern.content import nearest
from lantern.errors import FormulaError, TranslationError
from lantern.language.examples import accepted_examples, rejected_examples
from lantern.language.questions import (
    CONFIRM,
    MEANING,
    Group,
    answer,
    ask,
    check_answers,
    confirm,
    difference,
    group,
    pick,
)
from lantern.language.types import (
    Question,
    Reading,
    Readings,
    Tokens,
    Trace,
    Translation,
    Translator,
    UnknownWords,
)
from lantern.language.verify import Checks, refuse, shorten
from lantern.logic import Formula, Vocabulary, parse

KINDS = ("auto", "grammar", "llm")
_LONGEST = 4000
# Two independent translators that agree were right in all cases measured so far, which were few.
_AGREED = 0.95
# Of answers to sentences that nobody had developed on, 12 % were wrong of those by one way of reading alone,
# and 1 % of those by both (docs/english.md).
LONE = (
    "Only one of two ways of reading understood this text, and one in eight such answers is wrong: "
    "compare the paraphrase with what you mean."
)


@dataclass(frozen=True)
class _Answered:
    """Readings after verification: groups that differ, the preferred first; whether two translators agree."""

    groups: list[Group]
    readings: Readings
    agreed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the translator leaves no doubt."""
        return self.readings.sure and len(self.groups) == 1


def translate(
    text: str,
    vocabulary: Vocabulary | Mapping[str, Any],
    translator: str | Translator = "auto",
    *,
    answers: Mapping[str, str] | None = None,
    conventions: Any = None,
    occurrences: Mapping[str, float] | None = None,
    accepted: Iterable[Iterable[Iterable[str]]] = (),
    rejected: Iterable[Iterable[Iterable[str]]] = (),
    max_states: int = 20_000,
    max_seconds: float = 30.0,
    **llm: Any,
) -> Translation:
    """Translate a task in English into a formula and a verified automaton.

    Parameters
    ----------
    text : str
        The task.
    vocabulary : Vocabulary or mapping of str to str
        The propositions that the environment can show, each with an English sentence.
    translator : {"auto", "grammar", "llm"} or object
        Who translates. ``auto`` asks the grammar, and where that abstains or is unsure the language model,
        if one is configured; where both answer, equivalence of their automata decides, and a disagreement
        becomes a question. An object needs a `name` and a method ``translate(text, vocabulary)``.
    answers : mapping of str to str, optional
        Answers to questions of an earlier translation, by id.
    conventions : lantern.language.grammar.Conventions, optional
        How doubtful words are read unless the text says otherwise.
    occurrences : mapping of str to float, optional
        How often each proposition has been seen in the environment; 0 for never. Gives warnings.
    accepted, rejected : iterable of traces, optional
        Traces on whose verdict the user has decided; readings that disagree are refused.
    max_states, max_seconds
        Caps of the compiler: states before minimisation, and seconds.
    **llm
        Fields of :class:`lantern.language.llm.LLMSettings`, such as `model`, `base_url` and `timeout`.

    Raises
    ------
    TranslationError
        If the text cannot be understood, names something outside the vocabulary, contradicts itself, is
        always true, or the language model that was asked for fails. The message quotes the words in question.

    Examples
    --------
    >>> import lantern
    >>> words = {"key": "the agent picks up the key", "door": "the agent opens the door"}
    >>> task = lantern.translate("First pick up the key, then open the door.", words)
    >>> task.dfa.accepts([{"key"}, set(), {"door"}]), task.dfa.accepts([{"door"}, {"key"}])
    (True, False)
    """
    known = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
    _check_text(text, known)
    checks = Checks(known, occurrences, traces(accepted), traces(rejected), max_states, max_seconds)
    job = _Job(text, known, checks, dict(answers or {}), conventions, llm)
    if not isinstance(translator, str):
        return job.finish(job.ask(translator))
    if translator == "auto":
        return job.finish(job.auto())
    if translator not in KINDS:
        raise TranslationError(f"There is no translator {translator!r}. {nearest(translator, KINDS)}")
    return job.finish(job.ask(job.grammar() if translator == "grammar" else job.llm()))


def traces(given: Iterable[Iterable[Iterable[str]]]) -> tuple[Trace, ...]:
    """Traces as tuples of sets of names."""
    return tuple(tuple(frozenset(label) for label in trace) for trace in given)


def _check_text(text: str, vocabulary: Vocabulary) -> None:
    if not isinstance(text, str) or not text.strip():
        raise TranslationError("There is no text to translate. Say in English what the agent has to do.")
    if len(text) > _LONGEST:
        raise TranslationError(
            f"The text has {len(text)} characters; at most {_LONGEST} are read. Describe one task only."
        )
    if not vocabulary:
        raise TranslationError("The vocabulary is empty. A task needs at least one proposition to speak of.")


@dataclass
class _Job:
    """One text on its way through translators and verification."""

    text: str
    vocabulary: Vocabulary
    checks: Checks
    answers: dict[str, str]
    conventions: Any
    settings: dict[str, Any]

    def grammar(self) -> Translator:
        """The offline translator."""
        from lantern.language.grammar import GrammarTranslator

        return GrammarTranslator() if self.conventions is None else GrammarTranslator(self.conventions)

    def llm(self) -> Translator:
        """The language model; TranslationError if none is configured."""
        from lantern.language.llm import LLMTranslator

        return LLMTranslator(checks=self.checks, conventions=self.conventions, **self.settings)

    def ask(self, translator: Translator) -> _Answered:
        """Readings of a translator, verified; TranslationError if none can be used."""
        found = as_readings(translator.translate(self.text, self.vocabulary), translator, self.vocabulary)
        return self.verified(found)

    def verified(self, found: Readings) -> _Answered:
        """Verify readings and group those that can be used."""
        checked = [self.checks(reading) for reading in found.readings]
        sound = [one for one in checked if one.fatal is None]
        if not sound:
            problem = checked[0].fatal
            assert problem is not None  # no reading is sound
            raise refuse(self.text, problem)
        wanted = {id(reading) for reading in answer([one.reading for one in sound], self.answers)}
        return _Answered(group([one for one in sound if id(one.reading) in wanted]), found)

    def auto(self) -> _Answered:
        """Grammar first; the language model where that is not enough and there is one."""
        from lantern.language.llm import load_settings

        grammar: _Answered | None = None
        refusal: TranslationError | None = None
        try:
            grammar = self.ask(self.grammar())
        except TranslationError as error:
            refusal = error
        certain = grammar is not None and grammar.settled and not grammar.readings.lone
        if certain or not load_settings(**self.settings).configured:
            if grammar is None:
                assert refusal is not None  # either an answer or an error
                raise refusal
            return grammar
        try:
            model = self.ask(self.llm())
        except TranslationError as error:
            if grammar is None:
                raise TranslationError(f"{refusal} The language model did not help either: {error}") from None
            return _warn(grammar, f"Only the grammar answered: {error}")
        if grammar is not None:
            return self.together(grammar, model)
        if isinstance(refusal, UnknownWords):
            words = ", ".join(map(repr, refusal.words))
            return _warn(model, f"The grammar found nothing in the vocabulary for {words}; the model did.")
        return model

    def together(self, grammar: _Answered, model: _Answered) -> _Answered:
        """What two translators say together: agreement settles, disagreement becomes a question."""
        both = replace(
            grammar.readings,
            readings=(*grammar.readings.readings, *model.readings.readings),
            translator=f"{grammar.readings.translator}+{model.readings.translator}",
            warnings=(*grammar.readings.warnings, *model.readings.warnings),
            tokens=grammar.readings.tokens + model.readings.tokens,
        )
        choice = model.groups[0]
        for place, known in enumerate(grammar.groups):
            # The grammar's first reading needs the model's support, another one its unanimous support.
            if (place == 0 or model.settled) and difference(known.dfa, choice.dfa) is None:
                agreed = Group((*known.members, *choice.members))
                # What is doubtful about the model's answer alone is not, once the grammar has found it too.
                settled = replace(both, sure=True, lone=False, warnings=grammar.readings.warnings)
                return _Answered([agreed], settled, agreed=True)
        merged = group([one for known in (*grammar.groups, *model.groups) for one in known.members])
        return _Answered(merged, replace(both, sure=False))

    def questions(self, found: _Answered) -> tuple[Question, ...]:
        """What to ask: which of several meanings, or whether an unsure translator's only one is right."""
        if (
            len(found.groups) == 1
            and not found.readings.sure
            and not {CONFIRM, MEANING} & self.answers.keys()
        ):
            return (confirm(found.groups[0], self.vocabulary),)
        return ask(found.groups, self.vocabulary)

    def finish(self, found: _Answered) -> Translation:
        """Everything the user is shown of the preferred meaning."""
        check_answers(found.readings.readings, len(found.groups), self.answers)
        found = replace(found, groups=pick(found.groups, self.answers))
        best = found.groups[0]
        dfa, reading = best.dfa, best.reading
        done = accepted_examples(dfa, self.vocabulary)
        alone = (LONE,) if found.readings.lone else ()
        warnings = dict.fromkeys((*alone, *found.readings.warnings, *best.members[0].warnings))
        return Translation(
            text=self.text,
            formula=reading.formula,
            dfa=dfa,
            vocabulary=self.vocabulary,
            paraphrase=_paraphrase(reading, best, self.vocabulary),
            warnings=tuple(warnings),
            questions=self.questions(found),
            confidence=_confidence(found),
            translator=found.readings.translator,
            accepted=done,
            rejected=rejected_examples(dfa, self.vocabulary, done),
            ast=reading.ast,
            tokens=found.readings.tokens,
            answered=self.answers,
        )


def as_readings(found: object, translator: Translator, vocabulary: Vocabulary) -> Readings:
    """What a translator object returned, which may be a single reading, a formula or its text."""
    if isinstance(found, Readings):
        if found.readings:
            return found
        raise TranslationError(f"The translator {translator.name!r} found no reading. Rephrase the text.")
    if isinstance(found, Reading):
        return Readings((found,), translator.name)
    if isinstance(found, str):
        try:
            return Readings((Reading(parse(found, vocabulary)),), translator.name)
        except FormulaError as error:
            raise TranslationError(f"The translator {translator.name!r} gave no formula: {error}") from None
    if isinstance(found, Formula):
        return Readings((Reading(found),), translator.name)
    if isinstance(found, Sequence) and found and all(isinstance(one, Reading) for one in found):
        return Readings(tuple(found), translator.name)
    raise TranslationError(
        f"The translator {translator.name!r} returned {type(found).__name__}. "
        "Return a Formula, a Reading or Readings of lantern.language."
    )


def _warn(found: _Answered, message: str) -> _Answered:
    readings = replace(found.readings, warnings=(*found.readings.warnings, shorten(message, 400)))
    return replace(found, readings=readings)


def _confidence(found: _Answered) -> float:
    """Share of the weight that agrees with the preferred meaning; capped unless two translators agree."""
    total = sum(known.weight for known in found.groups)
    share = found.groups[0].weight / total if total else 0.0
    best = max(one.reading.confidence for one in found.groups[0].members)
    if found.agreed:
        return max(_AGREED, best)
    return round(min(share, best), 4)


def _paraphrase(reading: Reading, best: Group, vocabulary: Vocabulary) -> str:
    """English of a meaning: the translator's, else made from the typed task, else from the automaton."""
    if reading.text:
        return reading.text
    if reading.ast is not None:
        from lantern.language.paraphrase import paraphrase

        return paraphrase(reading.ast, vocabulary)
    return best.dfa.sentence(best.dfa.initial)


__all__ = ["KINDS", "Tokens", "as_readings", "traces", "translate"]
