"""A second reader of task English, which knows nothing of the grammar: where the two differ, the user is asked."""

from lantern.language.reader.reader import Reader

__all__ = ["Reader"]
