"""The grammar as a translator: text and vocabulary in, readings out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lantern.errors import FormulaError, TranslationError
from lantern.language.ast import AllOf, Task, propositions
from lantern.language.grammar.actions import actions
from lantern.language.grammar.chart import Chart, Grammar
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.discourse import compose
from lantern.language.grammar.doubts import Choices, alternatives, because
from lantern.language.grammar.evidence import doubt
from lantern.language.grammar.lexer import Lexer
from lantern.language.grammar.lexicon import lexicon
from lantern.language.grammar.opinions import HARD, agreed, checked, lone
from lantern.language.grammar.phrases import Draft
from lantern.language.grammar.renaming import renamed
from lantern.language.grammar.story import Item, Link
from lantern.language.grammar.tokens import Token
from lantern.language.grammar.unsaid import OtherwiseSaid
from lantern.language.paraphrase import paraphrase
from lantern.language.reader import reader as second
from lantern.language.semantics import to_formula
from lantern.language.types import Clause, Reading, Readings
from lantern.logic import Vocabulary

LINKS = frozenset(
    {
        "COMMA",
        "BREAK",
        "AND",
        "OR",
        "BUT",
        "ALSO",
        "THEN",
        "ONLYTHEN",
        "FINALLY",
        "FIRST",
        "COLON",
        "ONEOF",
        "EITHER",
        "ALLDONE",
    }
    | {"ONWAY", "PREVIOUSLY", "INCASE"}
)
TRAILING = frozenset({"COMMA", "BREAK", "COLON"})
# Cost of clauses that nothing joins.
NO_LINK_COST = 0.4
MAX_PATHS = 12
# Cost beyond one for each unit, in all and for each unit, from which a reading is not to be trusted.
DOUBTFUL = 1.25
DOUBTFUL_EACH = 0.5
TIE = 0.05
# Words after which the same is said again; whether more is meant nobody can tell.
# A question about how things are asks for nothing; "can you open the door?" does.
_QUESTION = re.compile(
    r"(?:^|[.;!?]\s+)(?:is|are|was|were|does|did|has|have|had|where|why|who|when|how)\b[^.;:,!?]*\?\s*$",
    re.IGNORECASE,
)
# Requirements in FRET's language, which the reader does not know, have one meaning.
_FORMAL = re.compile(r"\bshall\b.*\bsatisfy\b", re.IGNORECASE | re.DOTALL)
_RESTATES = re.compile(r"\bi\.\s?e\.|\bthat is to say\b|\bin other words\b")


@cache
def grammar() -> Grammar:
    """The grammar of this package, read once."""
    return Grammar((files(__package__) / "task.grammar").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Path:
    """Units that cover the tokens from the first to some position."""

    cost: float
    items: tuple[Item, ...] = ()


class GrammarTranslator:
    """Translates task English without a language model.

    Parameters
    ----------
    conventions : Conventions
        How phrases are read on which people differ.

    Examples
    --------
    >>> from lantern.logic import Vocabulary
    >>> vocabulary = Vocabulary({"key": "the agent picks up the key", "door": "the agent opens the door"})
    >>> readings = GrammarTranslator().translate("Grab the key, then open the door.", vocabulary)
    >>> str(readings.readings[0].formula)
    'F(key & F door)'
    """

    name = "grammar"

    def __init__(self, conventions: Conventions = Conventions()) -> None:  # noqa: B008 (frozen)
        self.conventions = conventions
        self._lexers: dict[Vocabulary, Lexer] = {}
        self._reader = second.Reader(renamed)

    def translate(self, text: str, vocabulary: Vocabulary) -> Readings:
        """All readings of a text that the grammar allows, the preferred one first.

        Raises
        ------
        TranslationError
            If words are unknown, or the text is not task English; the message quotes the place.
        """
        second = self._second(text, vocabulary)
        try:
            first = self._first(text, vocabulary)
        except TranslationError as error:
            unsaid = error.name if isinstance(error, OtherwiseSaid) else ""
            if not second or any(unsaid in propositions(one.ast) for one in second):
                raise
            return lone(checked(Readings(second, self.name), text, vocabulary))
        if self.conventions != Conventions():
            return first  # those of others leave other traces
        together = agreed(first, second, lambda one: bool(doubt(text, one.formula, vocabulary)))
        if together is not None:
            return together
        alone = checked(first, text, vocabulary)
        return alone if _FORMAL.search(text) else lone(alone)

    def _first(self, text: str, vocabulary: Vocabulary) -> Readings:
        """What the grammar makes of a text."""
        try:
            return self._translate(text, vocabulary, loose=False)
        except TranslationError as strict:
            try:  # other words than the declared ones, where those were not found
                return self._translate(text, vocabulary, loose=True)
            except TranslationError:
                raise strict from None

    def _second(self, text: str, vocabulary: Vocabulary) -> tuple[Reading, ...]:
        """What the reader makes of a text; nothing under conventions of others, which it does not know."""
        if self.conventions != Conventions():
            return ()
        answers = self._reader.read(text, vocabulary)
        made = (_reading(one.task, one.choices, propositions(one.task), vocabulary) for one in answers)
        return tuple(reading for reading in made if reading is not None)

    def _translate(self, text: str, vocabulary: Vocabulary, *, loose: bool) -> Readings:
        if _QUESTION.search(text):
            raise TranslationError(f"'{text}' ends in a question. Say what is to be done, and when.")
        lifted = self._lexer(vocabulary)(text, loose)
        paths = self._paths(lifted.tokens, text)
        tasks = self._tasks(paths)
        if not tasks:
            raise TranslationError(_no_task(text))
        mentioned = tuple(dict.fromkeys(name for t in lifted.tokens if t.condition for name in t.candidates))
        readings = [_reading(task, choices, mentioned, vocabulary) for task, choices in tasks]
        found = tuple(reading for reading in readings if reading is not None)
        if not found:
            raise TranslationError(_no_task(text))
        unused = _unused(paths[0], lifted.tokens, text)
        notes = [*lifted.notes, *unused]
        units = len(paths[0].items)
        sure = not lifted.doubtful and paths[0].cost - units <= max(DOUBTFUL, units * DOUBTFUL_EACH)
        if not sure:
            notes.append(HARD)
        parts = sum(len(one.parts) if isinstance(one, AllOf) else 1 for one in tasks[0][0].clauses)
        if min(units, parts) > 1 and _RESTATES.search(text.lower()):
            notes.append("What stands after 'i.e.' was read as something more: compare the paraphrase.")
            sure = False
        return Readings(found, self.name, tuple(notes), sure)

    def _lexer(self, vocabulary: Vocabulary) -> Lexer:
        if vocabulary not in self._lexers:
            if len(self._lexers) > 16:
                self._lexers.clear()
            self._lexers[vocabulary] = Lexer(vocabulary, lexicon())
        return self._lexers[vocabulary]

    def _paths(self, tokens: Sequence[Token], text: str) -> list[Path]:
        """Cheapest ways to cover all tokens with units."""
        chart = Chart(grammar(), tokens, actions(tokens, self.conventions))
        best: dict[int, list[Path]] = {0: [Path(0.0)]}
        done: list[Path] = []
        for at in range(len(tokens) + 1):
            for path in best.get(at, ()):
                after, link = _link(tokens, at)
                if after == len(tokens):
                    if path.items and link <= TRAILING:
                        done.append(path)
                    continue
                if at and not link and tokens[after].text in ("is", "are", "was", "were"):
                    continue  # its subject was read as something else
                for end, drafts in chart.parse("unit", after).items():
                    for draft, cost in drafts.items():
                        if at and not link and _needs_link(path, draft):
                            continue
                        joined = NO_LINK_COST if at and not link else 0.0
                        longer = Path(path.cost + cost + joined, (*path.items, Item(link, draft)))
                        best.setdefault(end, []).append(longer)
            best = {end: _cheapest(paths) if end > at else paths for end, paths in best.items()}
        if not done:
            raise TranslationError(_not_understood(tokens, text, best, chart))
        return _cheapest(done)

    def _tasks(self, paths: Sequence[Path]) -> list[tuple[Task, Choices]]:
        tasks: dict[Task, Choices] = {}
        limit = min(path.cost for path in paths) + TIE
        for path in sorted(paths, key=lambda path: path.cost):
            if path.cost <= limit:
                chosen = tuple(choice for item in path.items for choice in item.draft.choices)
                for task, choices in compose(path.items, self.conventions):
                    tasks.setdefault(task, (*chosen, *choices))
        _first_only(tasks)
        _settled(tasks)
        found = (alternatives(task, choices, self.conventions) for task, choices in tasks.items())
        return [reading for several in found for reading in several]


def _needs_link(path: Path, draft: Draft) -> bool:
    """Whether a clause cannot follow another one without a word between: a name without a verb does not."""
    if draft.marks & {"bare", "gerund", "goes_until"}:
        return True
    named = bool(path.items) and "bare" in path.items[-1].draft.marks
    if named and draft.marks & {"recount", "recount_not", "not_back"}:
        return True  # "zombies must not hit you more than twice" is one clause
    ruled = "ban" in draft.marks and len(path.items) == 1  # "an overloaded lift must never go up"
    return named and (ruled or ("act" in draft.marks and not draft.marks & {"must", "may"}))


def _first_only(tasks: dict[Task, Choices]) -> None:
    """Where one reading extends a "not" to two verbs, say of the others that they do not."""
    if any(point == "scope" for choices in tasks.values() for point, _ in choices):
        for task, choices in tasks.items():
            if all(point != "scope" for point, _ in choices):
                tasks[task] = (*choices, ("scope", "first"))


def _settled(tasks: dict[Task, Choices]) -> None:
    """Forget doubts of which one answer alone makes a task."""
    answers: dict[str, set[str]] = {}
    for choices in tasks.values():
        for point, answer in choices:
            answers.setdefault(point, set()).add(answer)
    for task, choices in tasks.items():
        tasks[task] = tuple(choice for choice in choices if len(answers[choice[0]]) > 1)


def _cheapest(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.cost)[:MAX_PATHS]


def _unused(path: Path, tokens: Sequence[Token], text: str) -> list[str]:
    """Notes on words that say nothing about the propositions."""
    marks = [mark for item in path.items for mark in item.draft.marks if mark.startswith("unused ")]
    places = [tokens[int(mark.split()[1])] for mark in marks]
    return [f"'{text[token.start : token.end]}' names no proposition and was not used." for token in places]


def _link(tokens: Sequence[Token], at: int) -> tuple[int, Link]:
    """Words that join clauses, from a position on."""
    kinds: set[str] = set()
    start = at
    while at < len(tokens) and (found := tokens[at].types.keys() & LINKS):
        if at == start > 0 and (found == {"FIRST"} or tokens[at].text in ("too", "beforehand")):
            break  # "first" and "too" right after a clause belong to that clause
        kinds |= found
        at += 1
    return at, frozenset(kinds)


def _reading(
    task: Task, choices: Choices, mentioned: tuple[str, ...], vocabulary: Vocabulary
) -> Reading | None:
    try:
        formula = to_formula(task)
        clauses = tuple(
            Clause(paraphrase(clause, vocabulary).rstrip("."), to_formula(clause)) for clause in task.clauses
        )
    except FormulaError:
        return None
    return Reading(
        formula,
        task,
        paraphrase(task, vocabulary),
        because(choices),
        dict(choices),
        mentioned=tuple(name for name in mentioned if name in propositions(task)) or mentioned,
        clauses=clauses,
    )


def _no_task(text: str) -> str:
    return (
        f"No task could be made of '{text}'. Say what is to be reached, in which order, "
        f"and what is to be avoided, in one sentence each."
    )


def _not_understood(tokens: Sequence[Token], text: str, best: dict[int, list[Path]], chart: Chart) -> str:
    reached = max((end for end, paths in best.items() if paths), default=0)
    start, _ = _link(tokens, reached)
    if start >= len(tokens):
        return _no_task(text)
    stuck = text[tokens[start].start : tokens[min(max(chart.furthest, start), len(tokens) - 1)].end]
    return (
        f"'{stuck}' could not be understood as part of a task. Say it in other words, in sentences "
        f"of the kind 'First a, then b', 'never c', 'do not d before e', 'whenever f, eventually g'."
    )
