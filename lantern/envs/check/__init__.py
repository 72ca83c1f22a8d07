"""Check an environment before training in it: `check_env` returns findings, each with what to do."""

from __future__ import annotations

from lantern.envs.check.findings import Finding
from lantern.envs.check.run import check_env

__all__ = ["Finding", "check_env"]
