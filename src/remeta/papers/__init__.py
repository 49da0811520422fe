"""What each paper shows and says, as data: panels, protocols, claims."""
