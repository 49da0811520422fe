"""How sure we are: intervals over redraws and over few seeds, ratios of costs, several tests."""
