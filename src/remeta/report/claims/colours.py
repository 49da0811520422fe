"""The colours of verdicts, in whatever picture: those of the page in light."""

from remeta.report.claims.outcome import CONTRADICTED, INCONCLUSIVE, SUPPORTED

COLOURS = {SUPPORTED: "#0b5fa5", CONTRADICTED: "#a63d00", INCONCLUSIVE: "#5f666e"}
