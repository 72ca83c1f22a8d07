"""Numbers that turn the signals of an alignment into chances; ``python benchmarks/calibration.py --fit``."""

from __future__ import annotations

from typing import NamedTuple


class Fitted(NamedTuple):
    """A fit for one encoder.

    Attributes
    ----------
    coefficients : tuple of float
        Intercept, then one for each of `lantern.transfer.alignment.features`.
    knots : pair of tuples of float
        Scores, and the chances that they stand for: monotone, linear in between.
    """

    coefficients: tuple[float, ...]
    knots: tuple[tuple[float, ...], tuple[float, ...]]


FITTED = {
    "wordllama": Fitted(
        (-1.799, 1.127, 0.0, 1.897, 4.944),
        (
            (0.000, 0.033, 0.070, 0.136, 0.243, 0.438, 0.590, 0.730, 0.859, 0.942, 0.988, 1.000),
            (0.000, 0.032, 0.066, 0.132, 0.267, 0.600, 0.901, 0.901, 0.901, 0.901, 0.961, 1.000),
        ),
    ),
    "ngram": Fitted(
        (-3.995, 0.14, 0.0, 4.087, 7.515),
        (
            (0.000, 0.024, 0.071, 0.140, 0.265, 0.414, 0.582, 0.725, 0.860, 0.943, 0.996, 1.000),
            (0.000, 0.017, 0.073, 0.155, 0.270, 0.422, 0.811, 0.920, 0.920, 0.920, 0.960, 1.000),
        ),
    ),
}
