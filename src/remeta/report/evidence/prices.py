"""What panels that nobody has run would cost, as `remeta price` has measured it."""

import json
from pathlib import Path

from remeta.frozen import Advice

PRICES = Path("results/prices.json")


def core_hours(path: Path, profile: str) -> dict[str, float]:
    """By the ids of panels; empty where none was measured."""
    try:
        known = json.loads(path.read_text()) if path.exists() else {}
        return {id: float(found["hours"]) for id, found in known.get(profile, {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise Advice(f"{path} has no prices ({broken}); run `remeta price` anew.") from broken
