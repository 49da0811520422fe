"""The page: all that was found, in one file that opens from disk, with nothing to ask for."""
