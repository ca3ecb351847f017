"""`python -m latentd_export`, the same as the command `latentd-export`."""

import sys

from latentd_export.cli import main

sys.exit(main())
