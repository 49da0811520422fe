"""Runs the pipeline's stages in parallel, and records them as DVC itself would."""
