"""Units of what plants measure: which may be met, how they convert, and how a wrong one shows itself."""

from __future__ import annotations

import numpy as np

from lantern.envs.incinerator.layout import Floats

PLAUSIBLE = {
    "feed": (0.0, 100.0),
    "primary": (0.0, 500.0),
    "secondary": (0.0, 300.0),
    "ammonia": (0.0, 500.0),
    "lime": (0.0, 5000.0),
    "furnace": (100.0, 1500.0),
    "oxygen": (0.0, 21.0),
    "steam": (0.0, 300.0),
    "gas": (0.0, 800.0),
    "co": (0.0, 10_000.0),
    "nox": (0.0, 2000.0),
    "so2": (0.0, 5000.0),
    "hcl": (0.0, 5000.0),
    "dust": (0.0, 2000.0),
    "co2": (0.0, 21.0),
    "nh3": (0.0, 1000.0),
    "n2o": (0.0, 1000.0),
}
"""Least and greatest value of each quantity, in the units of ``sensors.UNITS``, at any plant in any state."""

_GASES = {"co": 28.010, "nox": 46.006, "so2": 64.064, "hcl": 36.458, "nh3": 17.031, "n2o": 44.013}  # kg/kmol
_NORMAL = 22.414

# Units that may be met, to ours: factor and offset.
_MASS = {"t/h": (1.0, 0.0), "kg/h": (1e-3, 0.0), "kg/s": (3.6, 0.0), "t/d": (1 / 24.0, 0.0)}
_DOSE = {"kg/h": (1.0, 0.0), "t/h": (1000.0, 0.0), "kg/s": (3600.0, 0.0), "g/s": (3.6, 0.0)}
_FLOW = {"kNm3/h": (1.0, 0.0), "Nm3/h": (1e-3, 0.0), "Nm3/s": (3.6, 0.0), "m3/h": (1e-3, 0.0)}
_SHARE = {"%": (1.0, 0.0), "share": (100.0, 0.0), "1": (100.0, 0.0), "ppm": (1e-4, 0.0)}
_HEAT = {"MW": (1.0, 0.0), "kW": (1e-3, 0.0), "GJ/h": (1 / 3.6, 0.0)}
_WARMTH = {"C": (1.0, 0.0), "K": (1.0, -273.15), "F": (5.0 / 9.0, -160.0 / 9.0)}
_CONTENT = {"mg/Nm3": (1.0, 0.0), "g/Nm3": (1000.0, 0.0), "ug/Nm3": (1e-3, 0.0)}

_UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "feed": _MASS,
    **{name: _FLOW for name in ("primary", "secondary", "gas")},
    **{name: _DOSE for name in ("ammonia", "lime")},
    **{name: _SHARE for name in ("oxygen", "co2")},
    **{
        name: {**_CONTENT, "ppm": (mass / _NORMAL, 0.0), "ppb": (mass / _NORMAL / 1000.0, 0.0)}
        for name, mass in _GASES.items()
    },
    "dust": _CONTENT,
    "furnace": _WARMTH,
    "steam": _HEAT,
}
_SPELLINGS = {
    "°c": "C", "degc": "C", "c": "C", "deg c": "C", "celsius": "C", "k": "K", "kelvin": "K", "°f": "F",
    "f": "F", "% dry": "%", "vol%": "%", "vol-%": "%", "percent": "%", "fraction": "share", "-": "share",
    "mg/m3": "mg/Nm3", "mg/m³": "mg/Nm3", "mg/nm3": "mg/Nm3", "mg/nm³": "mg/Nm3", "g/m3": "g/Nm3",
    "g/nm3": "g/Nm3", "µg/m3": "ug/Nm3", "ug/m3": "ug/Nm3", "ppmv": "ppm", "nm3/h": "Nm3/h",
    "nm³/h": "Nm3/h", "knm3/h": "kNm3/h", "nm3/s": "Nm3/s", "mw": "MW", "kw": "kW", "gj/h": "GJ/h",
}  # fmt: skip

# Where the median of a healthy plant lies, and units that are met in its place and show by their size.
_USUAL = {
    "feed": (3.0, 70.0),
    "primary": (10.0, 300.0),
    "secondary": (3.0, 200.0),
    "furnace": (800.0, 1120.0),
    "oxygen": (3.0, 14.0),
    "steam": (5.0, 200.0),
    "gas": (15.0, 500.0),
    "co2": (4.0, 16.0),
}
_AMBIGUITY = 0.1  # how near the ratio to a reference must be to a conversion, on the logarithm


def to_own_unit(name: str, unit: str) -> tuple[float, float] | None:
    """Factor and offset from a unit to ours; None where the unit is not known for this quantity."""
    short = unit.strip()
    return _UNITS[name].get(_SPELLINGS.get(short.lower(), short))


def looks_like(name: str, known: Floats, reference: float | None = None) -> tuple[str, float, float] | None:
    """Unit that values show although they are said to be in ours.

    A quantity whose median lies where no plant's does, and would lie right in another unit, is taken to be in
    that unit. ppm differ from mg/Nm3 by too little for that: they show beside a reference only, and only for
    NOx, which plants hold at a set-point; other gases differ as much from one week to the next.

    Parameters
    ----------
    name : str
    known : float64[rows]
        Finite values.
    reference : float, optional
        Median of the same line in our unit.

    Returns
    -------
    unit, factor, offset
        Or None where nothing is odd.
    """
    if known.size == 0:
        return None
    median = float(np.median(known))
    others = {unit: change for unit, change in _UNITS[name].items() if change != (1.0, 0.0)}
    if name in _USUAL:
        low, high = _USUAL[name]
        fits = [unit for unit, (factor, offset) in others.items() if low <= median * factor + offset <= high]
        if not low <= median <= high and len(fits) >= 1:
            return (fits[0], *others[fits[0]])
        return None
    if name != "nox" or reference is None or reference <= 0 or median <= 0:
        return None
    if abs(np.log(median / reference)) <= _AMBIGUITY:
        return None
    for unit, (factor, offset) in others.items():
        if abs(np.log((median * factor + offset) / reference)) <= _AMBIGUITY:
            return unit, factor, offset
    return None
