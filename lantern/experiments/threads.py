"""One thread for each process: what to set before numpy or torch is imported.

Two workers with torch's default threads are five times slower than with one thread each, and the small
matrices of our statistics take twice the time where several threads wait for each other.
"""

from __future__ import annotations

ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
    )
}
