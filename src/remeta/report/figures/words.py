"""Sentences that captions share."""

from remeta.papers.panel import Panel


def bands(seeds: int) -> str:
    return f"bands: 95 % interval over {seeds} seeds" if seeds > 1 else "one seed, hence no band"


def choices(panel: Panel) -> str:
    """The world's options and the nets."""
    options = [
        f"{name.replace('_', ' ')} {value}" for name, value in panel.data.options + panel.options
    ]
    return "; ".join(", ".join(part) for part in (options, [panel.nets]) if any(part))
