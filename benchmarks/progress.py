"""What is going on, for whoever waits."""

from __future__ import annotations

import sys
from time import monotonic

_BEGUN = monotonic()


def tell(text: str) -> None:
    """One line on stderr, with the seconds since the beginning."""
    print(f"{monotonic() - _BEGUN:6.0f} s  {text}", file=sys.stderr, flush=True)
