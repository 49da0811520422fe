"""Files of panels, read and checked, and what is measured of them by seed and by task."""
