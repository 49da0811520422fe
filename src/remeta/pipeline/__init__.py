"""Stages, the settings they read, and what lets them resume."""
