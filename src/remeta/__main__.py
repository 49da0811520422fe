"""`python -m remeta` is `remeta`."""

import sys

from remeta.cli import main

sys.exit(main())
