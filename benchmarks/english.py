"""How well English is translated: right, asked, refused and silently wrong, per data set and translator.

An answer is *right* if its automaton is equivalent to the reference (or to one of them, where a sentence has
several meanings), *asked* if it comes with a question, *refused* if the translator raised TranslationError
or what it found cannot be satisfied (right where the reference says so), and *wrong* otherwise; *silently
wrong* if it is wrong and came without the warning that only one of the grammar's two ways of reading
understood it. *Warned* is the share of answers, right or wrong, that came with this warning. The public data
sets are not part of this repository; the guides tell where to get them. The sentences of
``tests/language/data`` are. No label of lang2ltl_osm_berg has a negation, although many of its sentences say
"avoid"; its second row therefore compares what is to be reached alone.

``auto`` and ``llm`` ask the language model that ``LANTERN_LLM_MODEL`` and its like name; answers are stored,
so that an interrupted run goes on where it stopped.

Usage: python benchmarks/english.py [--data DIR] [--sets NAME,NAME] [--translators grammar,auto,llm]
       [--show wrong,asked,refused]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import lantern
from lantern.errors import TranslationError
from lantern.language.ast import AllOf, Clause, Never, OneOf, Reach, Sequence, Task
from lantern.language.grammar import Conventions, GrammarTranslator
from lantern.language.semantics import to_formula
from lantern.language.types import Reading, Readings, Translator
from lantern.language.verify import satisfiable
from lantern.logic import DFA, Formula, Vocabulary, compile, parse

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests" / "language" / "data"
DATA = ROOT.parent / "shared" / "data" / "nl2ltl"

# How the authors of a data set label phrases on which people differ; found in its documentation and formulas.
CONVENTIONS = {
    "lang2ltl_lifted_dev": Conventions(
        until="strong",
        next="strong",
        visits="visit",
        origin="visit",
        order="any",
        each="every",
        goal="done",
    ),
    "lang2ltl_cleanup_gopalan": Conventions(
        order="text", origin="start", only="order", before="order", instead="free"
    ),
    "lang2ltl_osm_berg": Conventions(order="text", before="order"),
    "fret_templates": Conventions(),
    "rl_developed": Conventions(),
    "rl_unseen": Conventions(),
    "rl_fresh": Conventions(),
    "rl_second_developed": Conventions(),
    "rl_second_unseen": Conventions(),
    "rl_third_developed": Conventions(),
    "rl_third_unseen": Conventions(),
    "rl_fourth_developed": Conventions(),
    "rl_fourth_unseen": Conventions(),
    "rl_fifth_unseen": Conventions(),
    "rl_sixth_developed": Conventions(),
    "rl_sixth_unseen": Conventions(),
    "rl_seventh_unseen": Conventions(),
    "rl_eighth_unseen": Conventions(),
}
# Sets whose labels leave out what a sentence forbids.
WITHOUT_BANS = ("lang2ltl_osm_berg",)
# Sets whose sentences name places of a whole map, not only those of their formula.
ONE_VOCABULARY = ("lang2ltl_cleanup_gopalan", "lang2ltl_osm_berg")
OUTCOMES = ("right", "asked", "refused", "wrong")
COLUMNS = (*OUTCOMES, "silent", "warned")


@dataclass(frozen=True)
class Row:
    """One sentence; `meanings` are formulas any of which is right, none if it must be refused."""

    text: str
    meanings: tuple[str, ...]
    vocabulary: Vocabulary


@dataclass
class Score:
    """What came out for one data set and translator."""

    outcomes: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    warned: int = 0
    seconds: list[float] = field(default_factory=list)
    tokens: int = 0

    def line(self, name: str) -> str:
        """One row of the table."""
        total = sum(self.outcomes.values())
        counts = (*(self.outcomes[outcome] for outcome in OUTCOMES), self.silent, self.warned)
        shares = "".join(f"{100 * count / total:9.1f}" for count in counts)
        ordered = sorted(self.seconds)
        median, worst = 1000 * ordered[total // 2], 1000 * ordered[-1]
        return f"{name:34}{total:6}{shares}{median:10.2f}{worst:10.1f}{self.tokens / total:9.0f}"


def rows(name: str, folder: Path) -> Iterator[Row]:
    """Sentences of a data set."""
    if name.startswith("rl_"):
        vocabularies = {
            key: Vocabulary.from_dict(value)
            for key, value in json.loads((OWN / "vocabularies.json").read_text()).items()
        }
        for entry in _lines(OWN / f"{name}.jsonl"):
            yield Row(entry["text"], tuple(entry.get("ltl", ())), vocabularies[entry["vocabulary"]])
        return
    entries = list(_lines(folder / f"{name}.jsonl"))
    everything = sorted({ap for entry in entries for ap in entry["aps"]})
    made: dict[tuple[str, ...], Vocabulary] = {}
    for entry in entries:
        names = tuple(everything if name in ONE_VOCABULARY else entry["aps"])
        if names not in made:
            made[names] = Vocabulary({ap: ap.replace("_", " ") for ap in names})
        yield Row(entry["text"], (entry["ltl"],), made[names])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def outcome(readings: Readings | None, row: Row, bans: bool = True) -> str:
    """Judge one answer by exact equivalence of automata; without `bans`, by its goals alone."""
    if readings is None:
        return "right" if not row.meanings else "refused"
    found = [compile(reading.formula if bans else goals(reading)) for reading in readings.readings]
    if not satisfiable(found[0]):
        return "refused" if row.meanings else "right"  # contradictions are refused by the common verification
    if not readings.sure or any(not found[0].equivalent(other) for other in found[1:]):
        return "asked"
    return "right" if any(found[0].equivalent(_automaton(text)) for text in row.meanings) else "wrong"


def goals(reading: Reading) -> Formula:
    """Formula of a reading without what it forbids, throughout or on the way to a goal."""
    kept = tuple(_unhindered(clause) for clause in reading.ast.clauses if not isinstance(clause, Never))
    return to_formula(Task(kept)) if kept else reading.formula


def _unhindered(clause: Clause) -> Clause:
    """A clause whose goals may be reached in any way."""
    if isinstance(clause, Reach):
        return replace(clause, avoiding=None)
    if isinstance(clause, Sequence | AllOf | OneOf):
        return replace(clause, parts=tuple(map(_unhindered, clause.parts)))
    return clause


def _automaton(text: str) -> DFA:
    return compile(parse(text))


def measure(
    name: str, folder: Path, translator: Translator, show: frozenset[str], bans: bool = True
) -> Score:
    """Run a translator over a data set."""
    score = Score()
    # A model works in another process; the grammar's own time is steadier on a busy machine.
    clock = time.process_time if translator.name == "grammar" else time.perf_counter
    for row in rows(name, folder):
        start = clock()
        try:
            readings = translator.translate(row.text, row.vocabulary)
            score.tokens += readings.tokens.total
        except TranslationError:
            readings = None
        score.seconds.append(clock() - start)
        result = outcome(readings, row, bans)
        score.outcomes[result] += 1
        lone = readings is not None and readings.lone
        score.warned += lone and result in ("right", "wrong")
        score.silent += result == "wrong" and not lone
        if result in show:
            formula = readings.readings[0].formula if readings else ""
            print(f"    {result}: {row.text}\n        {formula}\n        {row.meanings}")
    return score


def _grammar(name: str) -> Translator:
    return GrammarTranslator(CONVENTIONS[name])


class _Verified:
    """The whole of `lantern.translate`, as a translator: with verification, and a model if one is set."""

    def __init__(self, name: str, conventions: Conventions) -> None:
        self.name = name
        self._conventions = conventions

    def translate(self, text: str, vocabulary: Vocabulary) -> Readings:
        """The preferred reading, and the others if there are questions."""
        found = lantern.translate(text, vocabulary, self.name, conventions=self._conventions)
        asked = tuple(reading for question in found.questions for reading in question.readings)
        sure = not found.questions
        return Readings((Reading(found.formula), *asked), self.name, sure=sure, tokens=found.tokens)


def _verified(translator: str) -> Callable[[str], Translator]:
    return lambda name: _Verified(translator, CONVENTIONS[name])


TRANSLATORS: dict[str, Callable[[str], Translator]] = {
    "grammar": _grammar,
    "auto": _verified("auto"),
    "llm": _verified("llm"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the public data sets")
    parser.add_argument("--sets", default=",".join(CONVENTIONS), help="which data sets")
    parser.add_argument("--translators", default="grammar", help=f"among {', '.join(TRANSLATORS)}")
    parser.add_argument("--show", default="", help="print the sentences with these outcomes")
    options = parser.parse_args()
    print(f"{'data set, translator':34}{'n':>6}" + "".join(f"{o + ' %':>9}" for o in COLUMNS), end="")
    print(f"{'ms med.':>10}{'ms max':>10}{'tokens':>9}")
    for name in options.sets.split(","):
        if not name.startswith("rl_") and not (options.data / f"{name}.jsonl").is_file():
            print(f"{name}: not in {options.data}")
            continue
        for translator in options.translators.split(","):
            show = frozenset(options.show.split(","))
            score = measure(name, options.data, TRANSLATORS[translator](name), show)
            print(score.line(f"{name}, {translator}"))
            if name in WITHOUT_BANS and translator == "grammar":
                score = measure(name, options.data, TRANSLATORS[translator](name), frozenset(), bans=False)
                print(score.line("    its goals alone, grammar"))


if __name__ == "__main__":
    main()
