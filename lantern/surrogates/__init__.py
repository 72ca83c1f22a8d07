"""Physics-informed models that stand in for a plant.

The names below load on first use; all but records need torch (the extra ``deep`` or ``surrogates``).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.surrogates.domains import DomainSurrogate, train_domains
    from lantern.surrogates.dynamics import (
        FastDynamics,
        load_fast_dynamics,
        save_fast_dynamics,
        train_fast_dynamics,
    )
    from lantern.surrogates.process import (
        INCINERATOR,
        MODES,
        Channels,
        Conservation,
        PlantSurrogate,
        Settings,
        adapt,
        load_surrogate,
        save_surrogate,
        train_surrogate,
    )
    from lantern.surrogates.protocol import Advance, SurrogatePlant
    from lantern.surrogates.record import Record

_LAZY = {
    "Advance": "lantern.surrogates.protocol",
    "Record": "lantern.surrogates.record",
    "SurrogatePlant": "lantern.surrogates.protocol",
    "DomainSurrogate": "lantern.surrogates.domains",
    "train_domains": "lantern.surrogates.domains",
    **dict.fromkeys(
        ("FastDynamics", "load_fast_dynamics", "save_fast_dynamics", "train_fast_dynamics"),
        "lantern.surrogates.dynamics",
    ),
    **dict.fromkeys(
        (
            "INCINERATOR",
            "MODES",
            "Channels",
            "Conservation",
            "PlantSurrogate",
            "Settings",
            "adapt",
            "load_surrogate",
            "save_surrogate",
            "train_surrogate",
        ),
        "lantern.surrogates.process",
    ),
}

__all__ = [
    "INCINERATOR",
    "MODES",
    "Advance",
    "Channels",
    "Conservation",
    "DomainSurrogate",
    "FastDynamics",
    "PlantSurrogate",
    "Record",
    "Settings",
    "SurrogatePlant",
    "adapt",
    "load_fast_dynamics",
    "load_surrogate",
    "save_fast_dynamics",
    "save_surrogate",
    "train_domains",
    "train_fast_dynamics",
    "train_surrogate",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module 'lantern.surrogates' has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(_LAZY[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        from lantern.errors import SurrogateError

        raise SurrogateError(
            "Surrogates need torch. Install it with: pip install 'lantern-rl[surrogates]'"
        ) from None
