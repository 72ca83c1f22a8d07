"""Where readings differ: groups of equivalent ones, and questions with the shortest trace that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lantern.content import nearest
from lantern.errors import TranslationError
from lantern.language.examples import describe_trace
from lantern.language.types import Question, Reading, Trace
from lantern.language.verify import Checked
from lantern.logic import DFA, Vocabulary, build, compile

MEANING = "meaning"
CONFIRM = "confirm"
_MOST = 5


@dataclass(frozen=True)
class Group:
    """Readings that mean the same, the preferred one first."""

    members: tuple[Checked, ...]

    @property
    def reading(self) -> Reading:
        """The reading that stands for the group."""
        return self.members[0].reading

    @property
    def dfa(self) -> DFA:
        """Their common automaton."""
        dfa = self.members[0].dfa
        assert dfa is not None  # only readings that compile are grouped
        return dfa

    @property
    def weight(self) -> float:
        """Sum of the members' confidence."""
        return sum(member.reading.confidence for member in self.members)


def difference(first: DFA, second: DFA) -> Trace | None:
    """Shortest trace of one step or more that exactly one of two automata accepts; None if there is none.

    An episode always has a first observation, so automata that differ on the empty trace alone are equal.
    """
    found = first.difference(second)
    if found == []:
        some = compile(build("F", build("true")))
        found = (first & some).difference(second & some)
    return None if found is None else tuple(frozenset(label) for label in found)


def group(checked: Sequence[Checked]) -> list[Group]:
    """Group readings by equivalence of their automata; groups and members keep the order they came in."""
    groups: list[Group] = []
    for one in checked:
        if one.dfa is None:
            continue
        for index, known in enumerate(groups):
            if difference(known.dfa, one.dfa) is None:
                groups[index] = Group((*known.members, one))
                break
        else:
            groups.append(Group((one,)))
    return groups


def answer(readings: Sequence[Reading], answers: Mapping[str, str]) -> list[Reading]:
    """Readings that agree with the answers given to points of choice (see :func:`check_answers`)."""
    kept = [reading for reading in readings if _fits(reading, answers)]
    # A wrong answer fits no reading; it is reported once all translators have been heard.
    return kept or list(readings)


def check_answers(readings: Sequence[Reading], groups: int, answers: Mapping[str, str]) -> None:
    """Refuse an answer to a question that does not arise, or that is not one of its options.

    Parameters
    ----------
    readings : sequence of Reading
        All readings of all translators, before any was dropped.
    groups : int
        Number of groups that remain; more than one, or an answer to ``meaning`` was given in vain.
    answers : mapping of str to str
        Answers by id.

    Raises
    ------
    TranslationError
        Naming the nearest question or option.
    """
    points: dict[str, dict[str, None]] = {
        CONFIRM: {"yes": None},
        MEANING: {str(number): None for number in range(1, groups + 1)},
    }
    for reading in readings:
        for point, option in reading.choices.items():
            points.setdefault(point, {})[option] = None
    for point, option in answers.items():
        if point not in points or (point == MEANING and groups < 2):
            raise TranslationError(
                f"There is no question {point!r} about this text. {nearest(point, points)}"
            )
        if option not in points[point]:
            hint = nearest(option, points[point])
            raise TranslationError(f"{option!r} does not answer the question {point!r}. {hint}")
    if not any(_fits(reading, answers) for reading in readings):
        raise TranslationError("No reading of the text fits all the answers together. Change one of them.")


def _fits(reading: Reading, answers: Mapping[str, str]) -> bool:
    return all(reading.choices.get(point, option) == option for point, option in answers.items())


def pick(groups: list[Group], answers: Mapping[str, str]) -> list[Group]:
    """The group that an answer to ``meaning`` names (from 1, as the question numbers them), else all."""
    given = answers.get(MEANING)
    return groups if given is None else [groups[int(given) - 1]]


def ask(groups: Sequence[Group], vocabulary: Vocabulary) -> tuple[Question, ...]:
    """Questions that decide between groups; the first group is the default.

    A point of choice at which only one thing changes gets its own question. Where these do not reach every
    group, a last question lists the meanings.
    """
    if len(groups) < 2:
        return ()
    default = groups[0].reading
    home = {id(one.reading): place for place, known in enumerate(groups) for one in known.members}
    readings = [one.reading for known in groups for one in known.members]
    questions, reached = [], {0}
    for point in default.choices:
        variants = [default]
        for reading in readings:
            if _differs_only_at(reading, default, point) and home[id(reading)] != 0:
                variants.append(reading)
        chosen = {reading.choices[point]: reading for reading in variants}
        if len(chosen) > 1:
            reached.update(home[id(reading)] for reading in chosen.values())
            differing = [groups[home[id(reading)]] for reading in chosen.values()]
            questions.append(_question(point, list(chosen), differing, vocabulary))
    if len(reached) < len(groups) and not _product_of(questions, groups):
        shown = list(groups[:_MOST])
        numbers = [str(number) for number in range(1, len(shown) + 1)]
        questions.append(_question(MEANING, numbers, shown, vocabulary))
    return tuple(questions)


def confirm(known: Group, vocabulary: Vocabulary) -> Question:
    """The question whether a meaning is right that its translator would not stand by alone."""
    trace = tuple(known.dfa.shortest() or ())
    if not trace:  # accepted without a step; an episode has at least one
        trace = difference(known.dfa, compile(build("false"))) or (frozenset(),)
    told = describe_trace(trace, vocabulary)
    return Question(
        id=CONFIRM,
        text=f"Is this what is meant? It would be done by this: {told}. If not, say it in other words.",
        options=("yes",),
        meanings=_meanings((known.reading,)),
        readings=(known.reading,),
        default=0,
        trace=trace,
        accepts=(True,),
    )


def _differs_only_at(reading: Reading, default: Reading, point: str) -> bool:
    others = {name for name in {*reading.choices, *default.choices} if name != point}
    same = all(reading.choices.get(name) == default.choices.get(name) for name in others)
    return same and point in reading.choices and reading.choices[point] != default.choices[point]


def _product_of(questions: Sequence[Question], groups: Sequence[Group]) -> bool:
    """Whether answers to the questions already tell every group from the default."""
    points = {question.id for question in questions}
    default = groups[0].reading.choices
    return all(
        any(known.reading.choices.get(point, default[point]) != default[point] for point in points)
        for known in groups[1:]
    )


def _question(
    point: str, options: Sequence[str], groups: Sequence[Group], vocabulary: Vocabulary
) -> Question:
    trace = difference(groups[0].dfa, groups[1].dfa)
    assert trace is not None  # groups differ
    readings = tuple(known.reading for known in groups)
    told = describe_trace(trace, vocabulary)
    return Question(
        id=point,
        text=f"Which is meant? The answers differ when {told}.",
        options=tuple(options),
        meanings=_meanings(readings),
        readings=readings,
        default=0,
        trace=trace,
        accepts=tuple(known.dfa.accepts(trace) for known in groups),
    )


def _meanings(readings: Sequence[Reading]) -> tuple[str, ...]:
    """English of each reading: what it takes the words to mean, else the clauses that not all share."""
    shared: set[str] = set()
    if len(readings) > 1:
        shared = set.intersection(*({clause.text for clause in reading.clauses} for reading in readings))
    found = []
    for reading in readings:
        own = [clause.text.rstrip(".") for clause in reading.clauses if clause.text not in shared]
        said = reading.because if reading.because != reading.text else ""
        found.append(said or ". ".join(own) or reading.text or str(reading.formula))
    return tuple(said.rstrip(".") for said in found)
