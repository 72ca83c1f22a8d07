"""Sweeps, their stores and backends, statistics and reports."""
