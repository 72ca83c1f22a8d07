"""Part of a large vocabulary that a text may be about: long lists cost tokens and exceed schema limits."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from lantern.language.llm.words import content_stems, named

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

LIMIT = 60


def focus(text: str, vocabulary: Vocabulary, limit: int = LIMIT) -> Vocabulary:
    """The propositions that a text names, and those that share the rarest words with it.

    Parameters
    ----------
    text : str
        The task.
    vocabulary : Vocabulary
        All propositions; returned as it is if there are no more than `limit`.
    limit : int
        How many to keep.
    """
    if len(vocabulary) <= limit:
        return vocabulary
    said = {name: _words(name, vocabulary) for name in vocabulary.names}
    spread = Counter(stem for stems in said.values() for stem in stems)
    wanted = content_stems(text)

    def score(name: str) -> float:
        shared = said[name] & wanted
        return sum(math.log(1 + len(said) / spread[stem]) for stem in shared)

    ranked = [*named(text, vocabulary), *sorted(vocabulary.names, key=score, reverse=True)]
    kept = set(list(dict.fromkeys(ranked))[:limit])
    return type(vocabulary)({name: vocabulary.proposition(name) for name in vocabulary.names if name in kept})


def _words(name: str, vocabulary: Vocabulary) -> set[str]:
    entry = vocabulary.proposition(name)
    return content_stems(" ".join((name.replace("_", " "), entry.sentence, *entry.synonyms)))
