"""Tables, figures, verdicts and pages: from results/ alone, and always the same bytes."""
