"""The only place where a policy meets a world."""
