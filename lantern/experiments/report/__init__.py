"""Reports: one self-contained HTML page, figures and tables from the results of a sweep."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.experiments.report.measured import Measured, measured_table
    from lantern.experiments.report.table import TableRows, table_rows
    from lantern.experiments.report.writer import write_report

__all__ = ["Measured", "TableRows", "measured_table", "table_rows", "write_report"]

_LAZY = {
    "Measured": "lantern.experiments.report.measured",
    "measured_table": "lantern.experiments.report.measured",
    "TableRows": "lantern.experiments.report.table",
    "table_rows": "lantern.experiments.report.table",
    "write_report": "lantern.experiments.report.writer",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562): importing a report costs nothing."""
    if name not in _LAZY:
        raise AttributeError(f"module 'lantern.experiments.report' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
