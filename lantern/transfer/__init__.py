"""Transfer: teachers, their alignment with a new task, and what they advise there.

Public names load on first use: an import of this package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.transfer.alignment import Alignment, align
    from lantern.transfer.encoders import Encoder, get_encoder
    from lantern.transfer.search import Prospect, load_teachers, would_help
    from lantern.transfer.tactics import Tactics, carry_over
    from lantern.transfer.teacher import EdgeTable, StateTable, Teacher

__all__ = [
    "Alignment",
    "EdgeTable",
    "Encoder",
    "Prospect",
    "StateTable",
    "Tactics",
    "Teacher",
    "align",
    "carry_over",
    "get_encoder",
    "load_teachers",
    "would_help",
]

_LAZY = {
    "Alignment": "alignment",
    "align": "alignment",
    "Encoder": "encoders",
    "get_encoder": "encoders",
    "Prospect": "search",
    "load_teachers": "search",
    "would_help": "search",
    "Tactics": "tactics",
    "carry_over": "tactics",
    "EdgeTable": "teacher",
    "StateTable": "teacher",
    "Teacher": "teacher",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module 'lantern.transfer' has no attribute {name!r}")
    return getattr(importlib.import_module(f"lantern.transfer.{_LAZY[name]}"), name)
