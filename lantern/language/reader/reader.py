"""The second reader: a text and a vocabulary in, tasks that it would stand by out, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lantern.errors import FormulaError
from lantern.language.ast import Task
from lantern.language.reader.clauses import Clauses
from lantern.language.reader.frames import Frames, frames_of
from lantern.language.reader.mentions import Fits, Mentions
from lantern.language.reader.pieces import Policy
from lantern.language.reader.story import Story
from lantern.language.reader.texts import sentences
from lantern.language.semantics import to_formula
from lantern.logic import Formula, Vocabulary

# Open points beyond which the reader would rather not answer.
MAX_POINTS = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """One meaning: the task, its formula, and the choice at each point that was open."""

    task: Task
    formula: Formula
    choices: tuple[tuple[str, str], ...] = ()


class Reader:
    """Reads task English by frames and connectives, independently of the grammar.

    It answers only if every word of the text has been used, and otherwise stays silent.

    Parameters
    ----------
    renamed : callable, optional
        A text with things called what the vocabulary calls them ("gas station" for "petrol station"), made of
        the text, the vocabulary and the nouns for who acts. It is tried where the text itself says nothing.
    """

    def __init__(self, renamed: Callable[[str, Vocabulary, frozenset[str]], str] | None = None) -> None:
        self._known: dict[Vocabulary, tuple[Frames, Fits]] = {}
        self._renamed = renamed

    def read(self, text: str, vocabulary: Vocabulary) -> tuple[Answer, ...]:
        """Meanings of a text, the preferred first; none where the reader is not sure."""
        asks = text.strip().lower().startswith(("could you", "can you", "would you", "will you"))
        if "?" in (text.rstrip()[:-1] if asks else text):
            return ()
        found = self._read(text, vocabulary)
        if found or self._renamed is None:
            return found
        other = self._renamed(text, vocabulary, self._frames(vocabulary)[0].agents)
        return self._read(other, vocabulary) if other != text else ()

    def _read(self, text: str, vocabulary: Vocabulary) -> tuple[Answer, ...]:
        frames, fits = self._frames(vocabulary)
        lines = sentences(text, frames.words)
        alone = len(lines) == 1 and not {"AND", "THEN", "BUT", ";"} & {*lines[0]}
        first = Policy(alone=alone)
        task = _task(lines, Mentions(frames, fits), first)
        if task is None or len(first.asked) > MAX_POINTS:
            return ()
        found: dict[Task, tuple[tuple[str, str], ...]] = {}
        found[task] = tuple((point, options[0]) for point, options in first.asked.items())
        for point, options in first.asked.items():
            for option in options[1:]:
                other = _task(lines, Mentions(frames, fits), Policy({point: option}, alone=alone))
                if other is not None:
                    found.setdefault(other, ((point, option),))
        try:
            answers = tuple(Answer(one, to_formula(one), choices) for one, choices in found.items())
        except FormulaError:
            return ()
        return tuple({answer.formula: answer for answer in reversed(answers)}.values())[::-1]

    def _frames(self, vocabulary: Vocabulary) -> tuple[Frames, Fits]:
        if vocabulary not in self._known:
            if len(self._known) > 16:
                self._known.clear()
            self._known[vocabulary] = (frames_of(vocabulary), {})
        return self._known[vocabulary]


def _task(lines: list[list[str]], mentions: Mentions, policy: Policy) -> Task | None:
    clauses = Clauses(mentions, policy)
    story = Story(policy)
    for line in lines:
        tokens = [token for token in line if token not in ("ANYORDER", "INORDER", "NOTBOTH")]
        back = "BEFORETHAT" in tokens
        tokens = [token for token in tokens if token != "BEFORETHAT"]
        read = clauses.sentence(tokens) if any(token != "," for token in tokens) else []
        if read is None:
            return None
        if back:
            if len(read) != 1 or line.count("BEFORETHAT") > 1:
                return None
            read = [(read[0][0], replace(read[0][1], back=True))]
        if not story.add(
            read, any_order="ANYORDER" in line, in_order="INORDER" in line and "ANYORDER" not in line
        ):
            return None
        if "NOTBOTH" in line and not story.not_both():
            return None
    return story.task()
