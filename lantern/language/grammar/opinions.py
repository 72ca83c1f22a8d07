"""Two readings of one text: the grammar's, and that of the reader, who knows nothing of the grammar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.errors import FormulaError
from lantern.language.types import Reading, Readings
from lantern.logic import DFA, compile

# The question that two readings make, and its answers.
POINT = "reading"
FIRST, SECOND = "first", "second"
# Small automata decide whether two readings agree; what needs more is left to the grammar.
MAX_STATES = 2_000
MAX_SECONDS = 2.0
ALONE = "The text was hard to read, and understood word by word: compare the paraphrase with what you mean."


def agreed(first: Readings, second: Sequence[Reading]) -> Readings:
    """The grammar's readings, and beside them the reader's first if none of the reader's is like theirs.

    Parameters
    ----------
    first : Readings
        What the grammar made of the text.
    second : sequence of Reading
        What the reader made of it, the preferred first; empty if it was not sure.
    """
    preferred = first.readings[0]
    if not second or any(one.formula == preferred.formula for one in second):
        return first
    try:
        automaton = _automaton(preferred)
        others = [_automaton(one) for one in second]
    except FormulaError:
        return first
    if any(automaton.equivalent(other) for other in others):
        return first
    told = tuple(replace(one, choices={**one.choices, POINT: FIRST}) for one in first.readings)
    told = (replace(told[0], because=_as("clause by clause", told[0])), *told[1:])
    other = replace(
        second[0], choices={**preferred.choices, POINT: SECOND}, because=_as("word by word", second[0])
    )
    return replace(first, readings=(*told, other))


def _automaton(reading: Reading) -> DFA:
    return compile(reading.formula, max_states=MAX_STATES, timeout=MAX_SECONDS)


def _as(how: str, reading: Reading) -> str:
    said = f" ({reading.because})" if reading.because else ""
    return f"read {how}{said}: {reading.text.rstrip('.')}"
