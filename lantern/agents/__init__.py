"""Learners and baselines."""
