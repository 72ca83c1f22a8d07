"""How the files of our own worlds say what can be true: a sentence, or a sentence and more."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from lantern.logic.vocabulary import Proposition, Vocabulary


class Said(BaseModel):
    """A proposition in English.

    Parameters
    ----------
    sentence : str
        What it says.
    synonyms : tuple of str
        Other ways of saying it.
    opposite : str, optional
        What one says where it does not hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sentence: str = Field(min_length=3)
    synonyms: tuple[str, ...] = ()
    opposite: str | None = None


def short_form(value: object) -> object:
    """A bare sentence is short for a proposition of which nothing else is said."""
    if not isinstance(value, dict):
        return value
    return {name: {"sentence": said} if isinstance(said, str) else said for name, said in value.items()}


def vocabulary(propositions: Mapping[str, Said]) -> Vocabulary:
    """The vocabulary of a file, in the order of its propositions."""
    return Vocabulary(
        {name: Proposition(p.sentence, p.synonyms, p.opposite) for name, p in propositions.items()}
    )
