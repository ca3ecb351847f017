"""The picture formats that bodies come in: their media types, and what Pillow calls them."""

from __future__ import annotations

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
