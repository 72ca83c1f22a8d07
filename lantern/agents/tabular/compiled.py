"""How functions are compiled: cached on disk, IEEE division, small ones always inlined."""

from __future__ import annotations

from numba import njit

compiled = njit(cache=True, error_model="numpy")
inlined = njit(cache=True, error_model="numpy", forceinline=True)
