"""How functions are compiled: cached on disk, IEEE division, small ones always inlined."""

from __future__ import annotations

from lantern.compiled import njit

compiled = njit(error_model="numpy")
inlined = njit(error_model="numpy", forceinline=True)
