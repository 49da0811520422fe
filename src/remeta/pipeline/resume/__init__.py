"""How far a long stage is, and how it goes on after a kill."""
