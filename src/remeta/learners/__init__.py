"""Learners that several methods and stages use, for one task or for many at once."""
