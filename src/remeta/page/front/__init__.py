"""The front door: the first page of the project, in one table and one picture."""
