"""How fast and how large: every claim of speed as a ratio of two sides measured in turns."""
