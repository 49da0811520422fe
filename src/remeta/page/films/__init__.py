"""Films of runs as they adapt: a few kilobytes of poses in results/, drawn where they are shown."""
