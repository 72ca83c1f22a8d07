"""Translation by a language model, through any server that speaks OpenAI's chat completions."""

from __future__ import annotations

from lantern.language.llm.settings import LLMSettings, load_settings
from lantern.language.llm.translator import LLMTranslator

__all__ = ["LLMSettings", "LLMTranslator", "load_settings"]
