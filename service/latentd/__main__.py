"""python -m latentd."""

import sys

from latentd.cli import main

if __name__ == "__main__":
    sys.exit(main())
