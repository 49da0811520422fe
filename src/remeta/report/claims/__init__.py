"""Claims put to the test: outcomes of tests, verdicts, conditions, and what else they hold by."""
