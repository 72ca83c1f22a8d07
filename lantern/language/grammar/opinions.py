"""Two readings of one text: the grammar's, and that of the reader, who knows nothing of the grammar.

Where both make one thing of a text it is taken, where they differ the user is asked. A doubt of the grammar's
own is settled by a reader who has none; and what only one of them understands is checked for what the words
leave in any right formula (:mod:`lantern.language.grammar.evidence`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lantern.errors import FormulaError
from lantern.language.grammar.evidence import doubt
from lantern.language.types import Reading, Readings
from lantern.logic import DFA, Vocabulary, compile

# The question that two readings make, and its answers.
POINT = "reading"
FIRST, SECOND = "first", "second"
# Small automata decide whether two readings agree; what needs more is left to the grammar.
MAX_STATES = 2_000
MAX_SECONDS = 2.0
# Answers to the grammar's doubts that the reader gives for a reason; others it takes without weighing them.
WEIGHED = {("order", "in order"), ("each", "once"), ("each", "every time")}
# Share of the answers without a trace of what was said that were right nevertheless, about one in two.
SUSPECT = 0.5
HARD = "The text was hard to read: compare the paraphrase with what you mean."
# Share of answers by one of the two alone that were right, for sentences that nobody had developed on.
SHARE_ALONE = 0.87


def agreed(
    first: Readings, second: Sequence[Reading], suspect: Callable[[Reading], bool] = lambda _: False
) -> Readings | None:
    """What grammar and reader make of a text together; None if the reader has nothing to say to it.

    Parameters
    ----------
    first : Readings
        What the grammar made of the text.
    second : sequence of Reading
        What the reader made of it, the preferred first; empty if it was not sure.
    suspect : callable
        Whether the text says something of which a reading shows no trace. Where the two differ, one that is
        suspect gives way to one that is not.

    Returns
    -------
    Readings or None
        The grammar's if the reader's are like them; those that the reader shares if the grammar was in doubt
        and the reader is not; the reader's if the grammar found the text hard to read; else the grammar's,
        and beside them the reader's first.
    """
    if not second:
        return None
    try:
        known = [_automaton(one) for one in first.readings]
        others = [_automaton(one) for one in second]
    except FormulaError:
        return None
    like = [any(one.equivalent(other) for other in others) for one in known]
    hard = not first.sure and HARD in first.warnings
    doubted = hard or any(not known[0].equivalent(one) for one in known[1:])
    certain = all(others[0].equivalent(one) for one in others[1:])
    if doubted and certain and any(like) and _settled(first.readings, like):
        shared = tuple(one for one, same in zip(first.readings, like, strict=True) if same)
        return replace(first, readings=shared, sure=True, warnings=_without_doubt(first))
    if like[0]:
        return first
    if hard and certain:
        return lone(replace(first, readings=tuple(second), sure=True))
    weak = [suspect(one) for one in (first.readings[0], second[0])]
    if weak == [True, False] and certain:
        return lone(replace(first, readings=tuple(second), sure=True))
    return lone(first) if weak == [False, True] and not doubted else _both(first, second[0])


def checked(readings: Readings, text: str, vocabulary: Vocabulary) -> Readings:
    """Readings of one part alone; not sure if the text says what the preferred shows no trace of."""
    note = doubt(text, readings.readings[0].formula, vocabulary)
    if not note or not readings.sure:
        return readings
    found = tuple(replace(one, confidence=one.confidence * SUSPECT) for one in readings.readings)
    return replace(readings, readings=found, sure=False, warnings=(*_without_doubt(readings), note))


def lone(readings: Readings) -> Readings:
    """Readings that only one of the two stands by; what is asked needs no warning."""
    if not readings.sure:
        return readings
    found = tuple(replace(one, confidence=one.confidence * SHARE_ALONE) for one in readings.readings)
    return replace(readings, readings=found, lone=True, warnings=_without_doubt(readings))


def _settled(readings: Sequence[Reading], like: Sequence[bool]) -> bool:
    """Whether those readings that the reader shares answer every doubt in a way that the reader weighs."""
    choices = [dict(one.choices) for one in readings]
    doubts = {point for one in choices for point in one if len({other.get(point) for other in choices}) > 1}
    shared = [one for one, same in zip(choices, like, strict=True) if same]
    return all((point, one[point]) in WEIGHED for one in shared for point in doubts & one.keys())


def _both(first: Readings, second: Reading) -> Readings:
    preferred = first.readings[0]
    told = [replace(one, choices={**one.choices, POINT: FIRST}) for one in first.readings]
    told[0] = replace(told[0], because=_meant(preferred))
    other = replace(second, choices={**preferred.choices, POINT: SECOND}, because=_meant(second))
    return replace(first, readings=(*told, other))


def _automaton(reading: Reading) -> DFA:
    return compile(reading.formula, max_states=MAX_STATES, timeout=MAX_SECONDS)


def _without_doubt(readings: Readings) -> tuple[str, ...]:
    return tuple(note for note in readings.warnings if note != HARD)


def _meant(reading: Reading) -> str:
    """All that a reading means where it has doubts of its own; else a question shows clauses that differ."""
    return f"{reading.text.rstrip('.')} ({reading.because})" if reading.because else ""
