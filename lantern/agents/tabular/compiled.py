"""How functions are compiled: cached on disk, IEEE division, small ones always inlined.

Most work on arrays that they are given and make none, so that nothing is to be counted: numba's references
to arrays cost more time in a loop of nanoseconds than the learning itself (a factor of two to three).
"""

from __future__ import annotations

from lantern.compiled import njit

compiled = njit(error_model="numpy", _nrt=False)
inlined = njit(error_model="numpy", _nrt=False, forceinline=True)
allocating = njit(error_model="numpy")
