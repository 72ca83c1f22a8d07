"""Worked examples for the prompt: those whose construction is most like the text's.

Similarity is the cosine of tf-idf vectors over character n-grams within words, on texts whose propositions
have been replaced by a sign (Salton and Buckley, Information Processing & Management 24(5), 1988). Examples
are shown with the propositions of the user's vocabulary.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lantern.language.llm.words import lift, order_of_mention

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

_SIZES = (2, 3, 4)
# Examples with the same answer; more of them would crowd out the second-best guess.
_ALIKE = 2
_PLACE = re.compile(r"\b([A-E])\b")


@dataclass(frozen=True)
class Worked:
    """One example of the store: a text and its plan, with A, B, C ... in place of propositions."""

    text: str
    answer: str

    @property
    def places(self) -> int:
        """Propositions that it needs."""
        return max((ord(letter) - ord("A") + 1 for letter in _PLACE.findall(self.text)), default=0)

    def shown(self, names: list[str]) -> tuple[str, str]:
        """Text and answer with these propositions in the places."""
        text = _PLACE.sub(lambda match: names[_index(match)].replace("_", " "), self.text)
        return text, _PLACE.sub(lambda match: names[_index(match)], self.answer)


def _index(match: re.Match[str]) -> int:
    return ord(match.group(1)) - ord("A")


def _grams(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word in text.lower().split():
        padded = f" {word} "
        for size in _SIZES:
            counts.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    # Word pairs see order ("a before b"), which n-grams within words cannot.
    words = text.lower().split()
    counts.update(" ".join(pair) for pair in pairwise(words))
    return counts


def _unit(counts: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    weights = {gram: (1 + math.log(count)) * idf[gram] for gram, count in counts.items() if gram in idf}
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: weight / norm for gram, weight in weights.items()}


@cache
def _store() -> tuple[tuple[Worked, ...], tuple[dict[str, float], ...], dict[str, float]]:
    """Examples, their vectors and the weights of the n-grams."""
    lines = (files(__package__) / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    examples = tuple(Worked(row["text"], compact(row["answer"])) for row in rows)
    bags = [_grams(_PLACE.sub("@", example.text)) for example in examples]
    documents = Counter(gram for bag in bags for gram in bag)
    idf = {gram: math.log((1 + len(bags)) / (1 + count)) + 1 for gram, count in documents.items()}
    return examples, tuple(_unit(bag, idf) for bag in bags), idf


def compact(answer: Any) -> str:
    """JSON as short as it gets, in the field order of the plan."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def retrieve(text: str, vocabulary: Vocabulary, count: int) -> list[tuple[str, str]]:
    """Examples like a text, the most similar last (next to the text in the prompt).

    Parameters
    ----------
    text : str
        What is to be translated.
    vocabulary : Vocabulary
        Whose propositions the examples are to use; examples that need more than it has are left out.
    count : int
        How many, at most.

    Returns
    -------
    list of (str, str)
        Text and JSON answer.
    """
    examples, vectors, idf = _store()
    query = _unit(_grams(lift(text, vocabulary)), idf)
    names = order_of_mention(text, vocabulary)
    scored = [
        (sum(weight * vector.get(gram, 0.0) for gram, weight in query.items()), -number)
        for number, vector in enumerate(vectors)
        if examples[number].places <= len(names)
    ]
    chosen: list[Worked] = []
    shapes: Counter[str] = Counter()
    for _, number in sorted(scored, reverse=True):
        shape = _PLACE.sub("@", examples[-number].answer)
        shapes[shape] += 1
        if len(chosen) < count and shapes[shape] <= _ALIKE:
            chosen.append(examples[-number])
    return [example.shown(names) for example in reversed(chosen)]
