"""Which propositions of cart.yaml hold. A labeller only looks: it changes nothing and remembers nothing."""

from collections.abc import Sequence


def label(observation: Sequence[float]) -> list[str]:
    """Return the names that hold; it may also take (observation, info) or (observation, info, env)."""
    position, _, angle, _ = observation
    names = []
    if position < -0.5:
        names.append("left")
    if position > 0.5:
        names.append("right")
    if abs(angle) > 0.2095:
        names.append("fallen")
    return names
