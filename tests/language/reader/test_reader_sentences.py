"""The second reader alone (``reader.txt``, ``clauses.txt``): what it answers, and where it stays silent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantern.language.grammar.renaming import renamed
from lantern.language.reader.reader import Reader
from lantern.logic import Vocabulary, compile

READER = Reader(renamed)
FILES = ("reader.txt", "clauses.txt")
VOCABULARIES: dict[str, Vocabulary] = {}


def _sentences() -> Iterator[tuple[str, str, list[str]]]:
    texts = [path.read_text(encoding="utf-8") for path in map(Path(__file__).parent.joinpath, FILES)]
    for line in "".join(texts).splitlines():
        if line.startswith("#"):
            continue
        if " | " not in line and not line.endswith(" |"):
            name, _, rest = line.partition(":")
            pairs = (part.split(" = ") for part in rest.split(";"))
            VOCABULARIES[name] = Vocabulary({key.strip(): said.strip() for key, said in pairs})
            continue
        vocabulary, text, formulas = (part.strip() for part in (line + " ").split(" | ", 2))
        yield vocabulary, text, [formula.strip() for formula in formulas.split("||") if formula.strip()]


SENTENCES = list(_sentences())


@pytest.mark.parametrize(("name", "text", "formulas"), SENTENCES, ids=[text for _, text, _ in SENTENCES])
def test_reader(name: str, text: str, formulas: list[str]) -> None:
    found = [compile(answer.formula) for answer in READER.read(text, VOCABULARIES[name])]
    wanted = [compile(formula) for formula in formulas]
    assert len(found) == len(wanted)
    assert all(one.equivalent(other) for one, other in zip(found, wanted, strict=True))


def test_no_text_breaks_it() -> None:
    """Shuffled and cut sentences are answered or not, but never end in an error."""
    words = [word for _, text, _ in SENTENCES for word in text.split()]
    words += [
        "only",
        "until",
        "unless",
        "either",
        "not",
        "twice",
        "within",
        "3",
        "steps",
        "(",
        ")",
        "once",
        "both",
    ]
    maker = random.Random(5)
    answered = 0
    for _ in range(600):
        text = " ".join(maker.choices(words, k=maker.randint(1, 14)))
        answered += bool(READER.read(text, VOCABULARIES["house"]))
    assert answered < 60  # heaps of words are seldom a task


@pytest.mark.parametrize("sentence", ["x", "on", "the the", "it is", "is", "robot", "a b c", "no"])
def test_odd_vocabularies_break_nothing(sentence: str) -> None:
    vocabulary = Vocabulary({"one": sentence, "two_": "the robot is at two"})
    assert isinstance(READER.read("Go to two and then one; never one.", vocabulary), tuple)
