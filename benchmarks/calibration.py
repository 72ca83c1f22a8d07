"""Whether the weights of an alignment are chances: the reliability of weights on held-back tasks.

Run ``python benchmarks/calibration.py`` (about a minute on one core). Random pairs of tasks with known true
correspondence, from vocabularies that nothing was fitted on; for each range of the weight, the pairs of
states in it, their mean weight, and the share of them that truly correspond. ``--fit`` fits the shipped
numbers anew, on the other vocabularies, and prints what belongs into ``lantern/transfer/fitted.py``.
"""

from __future__ import annotations

import sys

import numpy as np

from lantern.transfer.calibration.fit import draw_sample, fit, reliability
from lantern.transfer.encoders import get_encoder

TASKS = 2_000
EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def main() -> None:
    """Print the table, or the fit."""
    for name in ("wordllama", "ngram"):
        encoder = get_encoder(name)
        if "--fit" in sys.argv[1:]:
            found = fit(draw_sample(np.random.default_rng(0), TASKS, encoder, held_back=False))
            knots = ", ".join(f"({', '.join(f'{number:.3f}' for number in row)})" for row in found.knots)
            print(f'"{name}": Fitted({tuple(round(c, 3) for c in found.coefficients)}, ({knots})),')
            continue
        sample = draw_sample(np.random.default_rng(1), TASKS, encoder, held_back=True)
        print(f"{name}: {len(sample.right):,} pairs of states, {sample.right.mean():.1%} correspond")
        print(f"{'weight':>12}{'pairs':>8}{'mean weight':>13}{'right':>8}")
        for one in reliability(sample.weights(name), sample.right, EDGES):
            print(f"{one.low:>6.1f} - {one.high:.1f}{one.n:>8,}{one.weight:>13.2f}{one.right:>8.2f}")


if __name__ == "__main__":
    main()
