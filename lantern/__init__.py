"""LANTERN: tasks in English become verified automata, and earlier tasks help as far as experience supports.

The names below are the public interface. They load on first use, so that ``import lantern`` stays fast.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from lantern.errors import (
    ContentError,
    FormulaError,
    LabelError,
    LanternError,
    TeacherError,
    TranslationError,
)

if TYPE_CHECKING:
    from lantern.agents import make_agent
    from lantern.envs import TaskEnv, label, make_env
    from lantern.experiments import sweep
    from lantern.language import translate
    from lantern.logic import DFA, Formula, Vocabulary, compile, parse
    from lantern.transfer import Teacher

__version__ = "0.1.0"

_LAZY = {
    "DFA": "lantern.logic",
    "Formula": "lantern.logic",
    "TaskEnv": "lantern.envs",
    "Teacher": "lantern.transfer",
    "Vocabulary": "lantern.logic",
    "compile": "lantern.logic",
    "label": "lantern.envs",
    "make_agent": "lantern.agents",
    "make_env": "lantern.envs",
    "parse": "lantern.logic",
    "sweep": "lantern.experiments",
    "translate": "lantern.language",
}

__all__ = [
    "DFA",
    "ContentError",
    "Formula",
    "FormulaError",
    "LabelError",
    "LanternError",
    "TaskEnv",
    "Teacher",
    "TeacherError",
    "TranslationError",
    "Vocabulary",
    "compile",
    "label",
    "make_agent",
    "make_env",
    "parse",
    "sweep",
    "translate",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module 'lantern' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


# The shipped environments enter Gymnasium's registry, whichever of the two is imported first.
importlib.import_module("lantern.envs.registration").register_on_import()
