"""params.yaml: its blocks, the names in it, and the profile that is chosen."""
