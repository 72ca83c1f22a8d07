"""Propositions of Gymnasium's Taxi: where it is, and where its passenger is."""

from __future__ import annotations

#: Row and column of the four coloured squares: red, green, yellow, blue.
STANDS = ((0, 0), (0, 4), (4, 0), (4, 3))
_ABOARD = 4


def taxi(observation: int) -> list[str]:
    """Propositions of a Taxi state, which is ((row * 5 + column) * 5 + passenger) * 4 + destination.

    Parameters
    ----------
    observation : int
        State of Taxi, 0 to 499.

    Returns
    -------
    list of str
        Of ``at_red``, ``at_green``, ``at_yellow``, ``at_blue``, ``aboard`` and ``delivered``.
    """
    rest, destination = divmod(int(observation), 4)
    place, passenger = divmod(rest, 5)
    cell = divmod(place, 5)
    names = [
        name
        for name, stand in zip(("at_red", "at_green", "at_yellow", "at_blue"), STANDS, strict=True)
        if cell == stand
    ]
    if passenger == _ABOARD:
        names.append("aboard")
    elif passenger == destination:
        names.append("delivered")
    return names
