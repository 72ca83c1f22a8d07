"""The studio: a local page for people who would rather look than type. Needs the extra ``studio``."""

from __future__ import annotations

from typing import Any

__all__ = ["serve"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562): the web framework is an extra."""
    if name not in __all__:
        raise AttributeError(f"module 'lantern.studio' has no attribute {name!r}")
    from lantern.studio.server import serve

    return serve
