"""Two sets of results side by side: which verdicts, effects and curves moved."""
