"""Units of measured quantities: enough to read a limit in one unit and a sensor in another."""

from __future__ import annotations

import math

from lantern.content import nearest

#: Unit -> (dimension, factor, offset): a value v of the unit is ``factor * v + offset`` in the base unit.
UNITS: dict[str, tuple[str, float, float]] = {
    "m": ("length", 1.0, 0.0),
    "mm": ("length", 1e-3, 0.0),
    "cm": ("length", 1e-2, 0.0),
    "km": ("length", 1e3, 0.0),
    "s": ("time", 1.0, 0.0),
    "ms": ("time", 1e-3, 0.0),
    "min": ("time", 60.0, 0.0),
    "h": ("time", 3600.0, 0.0),
    "d": ("time", 86400.0, 0.0),
    "m/s": ("speed", 1.0, 0.0),
    "km/h": ("speed", 1 / 3.6, 0.0),
    "rad": ("angle", 1.0, 0.0),
    "deg": ("angle", math.pi / 180, 0.0),
    "rad/s": ("angular speed", 1.0, 0.0),
    "deg/s": ("angular speed", math.pi / 180, 0.0),
    "K": ("temperature", 1.0, 0.0),
    "degC": ("temperature", 1.0, 273.15),
    "Pa": ("pressure", 1.0, 0.0),
    "kPa": ("pressure", 1e3, 0.0),
    "bar": ("pressure", 1e5, 0.0),
    "kg": ("mass", 1.0, 0.0),
    "g": ("mass", 1e-3, 0.0),
    "mg": ("mass", 1e-6, 0.0),
    "t": ("mass", 1e3, 0.0),
    "kg/m3": ("density", 1.0, 0.0),
    "g/m3": ("density", 1e-3, 0.0),
    "mg/m3": ("density", 1e-6, 0.0),
    "g/m2": ("mass per area", 1e-3, 0.0),
    "kg/m2": ("mass per area", 1.0, 0.0),
    "mol/m3": ("concentration", 1.0, 0.0),
    "mol/L": ("concentration", 1e3, 0.0),
    "kmol/m3": ("concentration", 1e3, 0.0),
    "ppm": ("share", 1e-6, 0.0),
    "%": ("share", 1e-2, 0.0),
    "1": ("share", 1.0, 0.0),
    "W": ("power", 1.0, 0.0),
    "kW": ("power", 1e3, 0.0),
    "MW": ("power", 1e6, 0.0),
}


def convert(value: float, unit: str, to: str) -> float:
    """Convert a value between units of one dimension.

    Raises
    ------
    ValueError
        If a unit is unknown, or the units measure different things.

    Examples
    --------
    >>> convert(850, "degC", "K")
    1123.15
    """
    if unit == to:
        return value
    dimension, factor, offset = _unit(unit)
    other, other_factor, other_offset = _unit(to)
    if dimension != other:
        raise ValueError(
            f"{unit!r} measures {dimension} but {to!r} measures {other}. Use one unit of {other}."
        )
    return (factor * value + offset - other_offset) / other_factor


def _unit(name: str) -> tuple[str, float, float]:
    if name not in UNITS:
        raise ValueError(f"the unit {name!r} is not known. {nearest(name, UNITS)}")
    return UNITS[name]
