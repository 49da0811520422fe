"""Four papers on agents that learn quickly, reproduced end to end with intervals and verdicts."""

__version__ = "0.1.0"
