"""What is checked of every reading, whoever made it: errors that refuse it, warnings that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lantern.content import nearest
from lantern.errors import FormulaError, TranslationError
from lantern.language.examples import describe_trace
from lantern.language.types import Clause, Reading, Trace
from lantern.logic import DFA, Formula, Vocabulary, build, compile, conjunction, proposition

Code = Literal[
    "unknown",
    "unused",
    "too_large",
    "unsatisfiable",
    "always_true",
    "example",
    "idle",
    "irrelevant",
    "infinite",
    "never_seen",
]


@dataclass(frozen=True)
class Problem:
    """Something wrong with a reading.

    Attributes
    ----------
    code : str
        What kind of problem.
    message : str
        One or two sentences for the user: what, and what to do.
    fatal : bool
        Whether the reading must be refused.
    trace : tuple of frozenset of str, or None
        A trace that shows the problem.
    """

    code: Code
    message: str
    fatal: bool = True
    trace: Trace | None = None


@dataclass(frozen=True)
class Checked:
    """A reading with its automaton (None if it cannot be built) and what is wrong with it."""

    reading: Reading
    dfa: DFA | None
    problems: tuple[Problem, ...] = ()

    @property
    def fatal(self) -> Problem | None:
        """The first problem that refuses the reading, if there is one."""
        return next((problem for problem in self.problems if problem.fatal), None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Messages of the other problems."""
        return tuple(problem.message for problem in self.problems if not problem.fatal)


@dataclass(frozen=True)
class Checks:
    """What readings are checked against.

    Attributes
    ----------
    vocabulary : Vocabulary
        The propositions that exist.
    occurrences : mapping of str to float, optional
        How often each proposition has been seen in the environment; 0 for never.
    accepted, rejected : tuple of Trace
        Traces on whose verdict the user has decided.
    max_states, timeout
        Caps of the compiler.
    """

    vocabulary: Vocabulary
    occurrences: Mapping[str, float] | None = None
    accepted: tuple[Trace, ...] = ()
    rejected: tuple[Trace, ...] = ()
    max_states: int = 20_000
    timeout: float = 30.0

    def __call__(self, reading: Reading) -> Checked:
        """Check one reading."""
        if unknown := list(_unknown(reading.formula, self.vocabulary)):
            return Checked(reading, None, tuple(unknown))
        try:
            dfa = compile(reading.formula, self.vocabulary, max_states=self.max_states, timeout=self.timeout)
        except FormulaError as error:
            message = f"The task is too large for an automaton. {error} Split it into smaller tasks."
            return Checked(reading, None, (Problem("too_large", message),))
        problems = [
            *_unused(reading),
            *_contradiction(reading, dfa),
            *_always_true(dfa),
            *_examples(dfa, self),
            *_idle(dfa),
            *_irrelevant(reading.formula, dfa),
            *_infinite(reading.formula),
            *_never_seen(reading.formula, dfa, self),
        ]
        return Checked(reading, dfa, tuple(problems))


def refuse(text: str, problem: Problem) -> TranslationError:
    """Error for a text all of whose readings are refused."""
    return TranslationError(f"The task {shorten(text)!r} cannot be used: {problem.message}")


def shorten(text: str, length: int = 160) -> str:
    """Text on one line, cut to a length for messages."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 3] + "..."


def _unknown(formula: Formula, vocabulary: Vocabulary) -> Iterator[Problem]:
    for name in formula.propositions:
        if name not in vocabulary:
            hint = nearest(name, vocabulary.names)
            yield Problem("unknown", f"There is no proposition {name!r}. {hint}")


def _unused(reading: Reading) -> Iterator[Problem]:
    used = reading.formula.propositions
    missing = [name for name in reading.mentioned if name not in used]
    if missing:
        listed = ", ".join(repr(name) for name in missing)
        yield Problem(
            "unused", f"The text names {listed}, but the formula {reading.formula} does not use it."
        )


def _first_states(dfa: DFA) -> list[int]:
    """States after the first label (an episode always has its first observation)."""
    return [state for state, _ in dfa.transitions.successors(dfa.initial)]


def satisfiable(dfa: DFA) -> bool:
    """Whether some trace of one step or more is accepted."""
    return any(dfa.live[state] for state in _first_states(dfa))


def _contradiction(reading: Reading, dfa: DFA) -> Iterator[Problem]:
    if satisfiable(dfa):
        return
    core = minimal_contradiction(reading.clauses or split(reading.formula))
    # A clause may itself be a list ("get a, b and c") of which only one part is to blame.
    parts = [Clause(one.text, part.formula) for one in core for part in split(one.formula)]
    core = minimal_contradiction(parts)
    if len(core) == 1:
        hint = " On a finite trace there is always a last step, where 'X' fails; 'N' does not." * (
            "X" in {part.operator for part in core[0].formula.subformulas()}
        )
        yield Problem("unsatisfiable", f"Nothing can satisfy {core[0].text!r} ({core[0].formula}).{hint}")
        return
    told = " and ".join(f"{clause.text!r} ({clause.formula})" for clause in core)
    yield Problem("unsatisfiable", f"These parts contradict each other: {told}. Change one of them.")


def split(formula: Formula) -> tuple[Clause, ...]:
    """Conjuncts of a formula as clauses, for a translator that gives none."""
    if formula.operator != "&":
        return (Clause(str(formula), formula),)
    left, right = formula.children
    return (*split(left), *split(right))


def minimal_contradiction(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Smallest-by-inclusion set of clauses that cannot be satisfied together (deletion-based).

    Returns all clauses if together they can be satisfied.
    """
    kept = list(clauses)
    for clause in clauses:
        rest = [other for other in kept if other is not clause]
        if rest and not _together(rest):
            kept = rest
    return tuple(kept)


def _together(clauses: Iterable[Clause]) -> bool:
    try:
        return satisfiable(compile(conjunction(clause.formula for clause in clauses)))
    except FormulaError:  # too large to tell: keep the clause that was to be left out
        return True


def _always_true(dfa: DFA) -> Iterator[Problem]:
    if all(dfa.settled[state] for state in _first_states(dfa)):
        yield Problem(
            "always_true",
            "Every behaviour satisfies it, so there is nothing to learn. Say what has to happen.",
        )


def _examples(dfa: DFA, checks: Checks) -> Iterator[Problem]:
    for wanted, traces in ((True, checks.accepted), (False, checks.rejected)):
        for trace in traces:
            if dfa.accepts(trace) != wanted:
                told = describe_trace(trace, checks.vocabulary)
                verb = "be accepted, but is not" if wanted else "be rejected, but is accepted"
                yield Problem("example", f"The example ({told}) should {verb}.", trace=trace)


def _idle(dfa: DFA) -> Iterator[Problem]:
    """Warn if episodes of any length in which no proposition ever holds are accepted."""
    seen, state = set(), dfa.step(dfa.initial, ())
    while state not in seen:
        if not dfa.accepting[state]:
            return
        seen.add(state)
        state = dfa.step(state, ())
    yield Problem(
        "idle",
        "Doing nothing satisfies this task. If something has to be reached, say so.",
        fatal=False,
        trace=(frozenset(),),
    )


def _irrelevant(formula: Formula, dfa: DFA) -> Iterator[Problem]:
    for name in formula.propositions:
        if dfa.support and name not in dfa.support:
            yield Problem(
                "irrelevant", f"Whether {name!r} holds makes no difference to this task.", fatal=False
            )


def _infinite(formula: Formula) -> Iterator[Problem]:
    """Warn of shapes that say 'again and again' on infinite traces and collapse on finite ones."""
    for part in formula.subformulas():
        child = part.children[0] if len(part.children) == 1 else None
        if child is not None and (part.operator, child.operator) in (("G", "F"), ("F", "G")):
            yield Problem(
                "infinite",
                f"'{part}' speaks of infinite behaviour. An episode ends, and there it only says that "
                f"'{child.children[0]}' holds at the last step.",
                fatal=False,
            )


def _never_seen(formula: Formula, dfa: DFA, checks: Checks) -> Iterator[Problem]:
    """Warn of propositions that the environment has never shown, more loudly where the task needs them."""
    if checks.occurrences is None or not satisfiable(dfa):
        return
    for name in formula.propositions:
        if checks.occurrences.get(name, 0) > 0:
            continue
        without = compile(formula & build("G", ~proposition(name)))
        meaning = f"{name!r} ({checks.vocabulary[name]})"
        if satisfiable(without):
            message = f"The environment has never shown {meaning}."
        else:
            message = (
                f"The task needs {meaning}, which the environment has never shown: it may be impossible."
            )
        yield Problem("never_seen", message, fatal=False)
