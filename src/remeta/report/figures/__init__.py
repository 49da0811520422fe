"""One picture per file; all look alike by `remeta.report.style`."""
