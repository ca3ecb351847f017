"""What is asked for: the same for every server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["json", "binary"]


@dataclass(frozen=True)
class Case:
    """Rows to be encoded, in one of two forms."""

    name: str
    form: Form
    rows: int


@dataclass(frozen=True)
class View:
    """One of latentd's own routes, which no other server has: asked for its sake alone."""

    name: str
    method: str
    path: str
    accept: str


JSON_1 = Case("JSON, 1 row", "json", 1)
JSON_64 = Case("JSON, 64 rows", "json", 64)
BINARY_1 = Case("binary, 1 row", "binary", 1)
BINARY_64 = Case("binary, 64 rows", "binary", 64)
CASES = (JSON_1, JSON_64, BINARY_1, BINARY_64)

DECODE_JSON = View("/decode, 1 latent to JSON", "POST", "/decode", "application/json")
DECODE_PNG = View("/decode, 1 latent to PNG", "POST", "/decode", "image/png")
GRID = View("/grid, 20×20 to PNG", "GET", "/grid?rows=20&cols=20", "image/png")
VIEWS = (DECODE_JSON, DECODE_PNG, GRID)

Asked = Case | View
