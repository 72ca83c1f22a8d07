"""Task files: the English is the source, and the automaton recorded beside it shows when that changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantern.content import find, load_yaml, validate
from lantern.errors import ContentError, FormulaError, LanternError, TranslationError
from lantern.language.examples import describe_trace
from lantern.language.fingerprint import fingerprint
from lantern.language.questions import difference
from lantern.language.translate import translate
from lantern.language.types import Trace, Translation
from lantern.logic import DFA, Formula, Vocabulary, compile, parse

Labels = list[list[str]]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sentence(_Model):
    """What one proposition means, with other words for it."""

    sentence: str
    synonyms: tuple[str, ...] = ()
    opposite: str | None = None


class Examples(_Model):
    """Traces on whose verdict the author has decided: each a list of steps, a step a list of propositions."""

    accepted: list[Labels] = Field(default_factory=list)
    rejected: list[Labels] = Field(default_factory=list)


class Recorded(_Model):
    """What the English meant when the file was last saved; written by LANTERN.

    Attributes
    ----------
    formula : str
        The formula.
    dfa : str
        Fingerprint of its automaton.
    english : str
        Fingerprint of the text, to tell an edited text from a changed translator.
    translator : str
        Who answered.
    """

    formula: str
    dfa: str
    english: str
    translator: str


class Rewards(_Model):
    """Rewards of acceptance, of failure and of every step; weight of the environment's own."""

    accept: float = 1.0
    fail: float = 0.0
    step: float = 0.0
    env: float = 0.0


class TaskFile(_Model):
    """Content of ``tasks/NAME.yaml``.

    Attributes
    ----------
    text : str, optional
        The task in English. Either this or `formula` must be given.
    formula : str, optional
        The task as LTLf, for those who would rather write that.
    env : str, optional
        Environment whose propositions the task speaks of.
    vocabulary : mapping of str to (str or Sentence), optional
        The propositions, for a task that names no environment.
    translator : {"auto", "grammar", "llm"}
        Who translates.
    answers : mapping of str to str
        Answers to questions that the text raises.
    end : {"auto", "accept", "episode"}
        When an episode of the task ends (see `lantern.envs.TaskEnv`).
    rewards : Rewards
        What the agent is paid.
    examples : Examples
        Traces that the automaton must accept or reject.
    recorded : Recorded, optional
        What the text meant when the file was saved.
    """

    text: str | None = None
    formula: str | None = None
    env: str | None = None
    vocabulary: dict[str, str | Sentence] | None = None
    translator: Literal["auto", "grammar", "llm"] = "auto"
    answers: dict[str, str] = Field(default_factory=dict)
    end: Literal["auto", "accept", "episode"] = "auto"
    rewards: Rewards = Field(default_factory=Rewards)
    examples: Examples = Field(default_factory=Examples)
    recorded: Recorded | None = None

    @model_validator(mode="after")
    def _one_source(self) -> TaskFile:
        if (self.text is None) == (self.formula is None):
            raise ValueError("give the task either as 'text' (English) or as 'formula' (LTLf)")
        return self


@dataclass(frozen=True)
class Change:
    """A task that no longer means what its file records: in words, and by a shortest trace that shows it."""

    message: str
    trace: Trace
    accepted: bool
    before: Formula
    after: Formula


@dataclass(frozen=True)
class Task:
    """A task that has been read and verified.

    Attributes
    ----------
    name : str
        Name of the file, or the text of a task without one.
    translation : Translation
        The verified meaning.
    path : Path or None
        Where it was read.
    env : str or None
        Environment that the file names.
    change : Change or None
        How its meaning differs from what the file records.
    options : mapping
        What the file says of the product: keyword arguments of `lantern.envs.TaskEnv`.
    """

    name: str
    translation: Translation
    path: Path | None = None
    env: str | None = None
    change: Change | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The English, or the formula where there is no English."""
        return self.translation.text

    @property
    def formula(self) -> Formula:
        """The meaning."""
        return self.translation.formula

    @property
    def dfa(self) -> DFA:
        """Its minimal automaton."""
        return self.translation.dfa

    @property
    def vocabulary(self) -> Vocabulary:
        """What the propositions mean."""
        return self.translation.vocabulary

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings of the translation, after the change of meaning if there is one."""
        change = () if self.change is None else (self.change.message,)
        return (*change, *self.translation.warnings)


class _Fixed:
    """A translator that knows its formula: of a task given as a formula, or recorded in a file."""

    def __init__(self, name: str, formula: Formula) -> None:
        self.name = name
        self._formula = formula

    def translate(self, text: str, vocabulary: Vocabulary) -> Any:
        """The formula."""
        return self._formula


def read_task(
    task: str | Path | Mapping[str, Any], where: Path | str = "task"
) -> tuple[TaskFile, Path | None]:
    """Read a task's file, or the mapping that stands for one in a sweep, without translating it.

    Parameters
    ----------
    task : str, Path or mapping
        Name, path, or ``{"text": ...}`` or ``{"formula": ...}``.
    where : Path or str
        What errors about a mapping name as its place.

    Returns
    -------
    file : TaskFile
        What it holds; `env` tells which environment's vocabulary is meant.
    path : Path or None
        Where it was found.

    Raises
    ------
    ContentError
        Naming file, line, key and what was expected.
    """
    if isinstance(task, Mapping):
        return validate(task, TaskFile, where), None
    path = find("tasks", task)
    data, lines = load_yaml(path)
    return validate(data, TaskFile, path, lines), path


def load_task(
    task: str | Path | Mapping[str, Any],
    vocabulary: Vocabulary | Mapping[str, Any] | None = None,
    *,
    translator: Any = None,
    where: Path | str = "task",
    **options: Any,
) -> Task:
    """Read a task and translate it.

    Parameters
    ----------
    task : str, Path or mapping
        Name of a file in ``tasks/``, a path, or a mapping with ``text`` or ``formula``.
    vocabulary : Vocabulary or mapping, optional
        The environment's propositions; needed unless the file has its own.
    translator : str or object, optional
        Who translates, instead of whom the file names. Asking for one also translates again a text whose
        meaning was recorded from a language model; otherwise that record is used, so that a sweep neither
        needs a model nor changes with its moods.
    where : Path or str
        What errors about a mapping name as its place.
    **options
        Passed on to :func:`lantern.language.translate`.

    Raises
    ------
    ContentError
        If the file is wrong or its record is damaged.
    TranslationError
        If the text cannot be translated or contradicts the file's examples.
    """
    file, path = read_task(task, where)
    known = _vocabulary(file, path or where, vocabulary)
    recorded = _recorded(file, path or where, known)
    name = str(task) if path else (file.text or file.formula or "")
    asked = translator or _translator(file, recorded, known, path or where)
    examples = {"accepted": file.examples.accepted, "rejected": file.examples.rejected}
    try:
        translation = translate(
            file.text or file.formula or "", known, asked, **{"answers": file.answers, **examples, **options}
        )
    except LanternError as error:
        if path is None:
            raise
        raise _placed(error, path) from None
    change = None if recorded is None else _change(recorded, translation, file)
    return Task(name, translation, path, file.env, change, _options(file))


def _vocabulary(file: TaskFile, where: Path | str, given: Any) -> Vocabulary:
    if given is not None:
        return given if isinstance(given, Vocabulary) else Vocabulary(given)
    if file.vocabulary:
        return Vocabulary.from_dict(file.model_dump(include={"vocabulary"})["vocabulary"])
    raise ContentError(
        f"{where}: the task has no vocabulary. Name an environment (env: NAME) and pass its vocabulary, or "
        "list the propositions under 'vocabulary:'."
    )


def _recorded(file: TaskFile, where: Path | str, vocabulary: Vocabulary) -> DFA | None:
    """Automaton of the recorded formula, which must have the recorded fingerprint."""
    if file.recorded is None:
        return None
    try:
        dfa = compile(parse(file.recorded.formula))
    except FormulaError as error:
        raise ContentError(f"{where}: the recorded formula cannot be read: {error}") from None
    if fingerprint(dfa) != file.recorded.dfa:
        raise ContentError(
            f"{where}: the recorded formula and the recorded dfa do not belong together. "
            "Do not edit 'recorded:'; delete it, or save the task again."
        )
    return dfa


def _translator(file: TaskFile, recorded: DFA | None, vocabulary: Vocabulary, where: Path | str) -> Any:
    """Who is to translate: nobody if the task is a formula, or a model's record of the same text."""
    try:
        if file.formula is not None:
            return _Fixed("formula", parse(file.formula, vocabulary))
        record = file.recorded
        same_text = (
            record is not None and file.text is not None and record.english == english_fingerprint(file.text)
        )
        if record is not None and same_text and record.translator != "grammar":
            return _Fixed(record.translator, parse(record.formula, vocabulary))
    except FormulaError as error:
        raise ContentError(f"{where}: {error}") from None
    return file.translator


def _placed(error: LanternError, path: Path) -> LanternError:
    """The error with the file's name before it."""
    kind = TranslationError if isinstance(error, TranslationError) else type(error)
    return kind(f"{path}: {error}")


def _options(file: TaskFile) -> dict[str, Any]:
    paid = {f"reward_{name}": getattr(file.rewards, name) for name in file.rewards.model_fields_set}
    return paid if file.end == "auto" else {"end": file.end, **paid}


def english_fingerprint(text: str) -> str:
    """Hash of a text; line breaks and spaces do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def _change(recorded: DFA, translation: Translation, file: TaskFile) -> Change | None:
    assert file.recorded is not None  # the caller compiled it
    trace = difference(recorded, translation.dfa)
    if trace is None:
        return None
    edited = file.text is None or file.recorded.english != english_fingerprint(file.text)
    cause = "The text was edited" if edited else "The translator has changed"
    now = translation.dfa.accepts(trace)
    told = describe_trace(trace, translation.vocabulary)
    verdict = "now does the task and did not before" if now else "no longer does the task"
    before = parse(file.recorded.formula)
    message = (
        f"{cause}, and the task means something else than the file records: {before} has become "
        f"{translation.formula}. For example, this {verdict}: {told}. If that is meant, save the task again."
    )
    return Change(message, trace, now, before, translation.formula)
