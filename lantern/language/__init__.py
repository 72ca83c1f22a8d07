"""English to LTLf to a verified automaton."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lantern.language.fingerprint import fingerprint
from lantern.language.savetask import save_task
from lantern.language.show import sections
from lantern.language.taskfile import Task, load_task, read_task
from lantern.language.translate import translate
from lantern.language.types import (
    Clause,
    Example,
    Question,
    Reading,
    Readings,
    Translation,
    Translator,
)

if TYPE_CHECKING:
    from lantern.language.llm import LLMSettings, LLMTranslator

__all__ = [
    "Clause",
    "Example",
    "LLMSettings",
    "LLMTranslator",
    "Question",
    "Reading",
    "Readings",
    "Task",
    "Translation",
    "Translator",
    "fingerprint",
    "load_task",
    "read_task",
    "save_task",
    "sections",
    "translate",
]


def __getattr__(name: str) -> Any:
    """Load the language model translator only when it is asked for (PEP 562)."""
    if name in ("LLMSettings", "LLMTranslator"):
        from lantern.language import llm

        return getattr(llm, name)
    raise AttributeError(f"module 'lantern.language' has no attribute {name!r}")
