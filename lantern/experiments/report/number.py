"""Numbers as a report writes them: rounded to what is known, with their unit and interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

Interval = tuple[float, float] | None


def known(value: float | None) -> bool:
    """Tell whether there is a finite number."""
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """Write a whole number with thousands separated, or a dash where there is none.

    >>> count(21934.0)
    '21,934'
    """
    return f"{round(value):,}" if value is not None and math.isfinite(value) else "–"


def percent(value: float | None, digits: int | None = None) -> str:
    """Write a share as per cent: one decimal below 10 %, none above, unless told otherwise.

    >>> percent(0.1742), percent(0.034)
    ('17 %', '3.4 %')
    """
    if value is None or not math.isfinite(value):
        return "–"
    return f"{_points(value, digits)} %"


def _points(value: float, digits: int | None = None) -> str:
    points = 100.0 * value
    if digits is None:
        digits = 1 if 0 < abs(points) < 9.95 else 0
    text = f"{points:,.{digits}f}"
    return text.removesuffix(".0") if float(text.replace(",", "")) == round(points) else text


def count_interval(interval: Sequence[float] | None, beyond: float | None = None) -> str:
    """Write an interval of counts; an end that was not reached within the budget is written as more than it.

    >>> count_interval((120.0, float("inf")), beyond=1000)
    '[120, > 1,000]'
    """
    if interval is None:
        return ""
    low, high = (_end(value, beyond) for value in interval)
    return f"[{low}, {high}]"


def _end(value: float, beyond: float | None) -> str:
    if math.isfinite(value):
        return count(value)
    return f"> {count(beyond)}" if beyond is not None else "∞"


def percent_interval(interval: Sequence[float] | None) -> str:
    """Write an interval of shares in per cent, without the sign.

    >>> percent_interval((0.151, 0.204))
    '[15, 20]'
    """
    if interval is None:
        return ""
    low, high = (_points(value) if math.isfinite(value) else "∞" for value in interval)
    return f"[{low}, {high}]"


def listing(items: Sequence[str]) -> str:
    """Join names as English does: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
