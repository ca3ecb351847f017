"""One key as the service knows it: a name, what it gives the right to, and a digest of its token."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Literal, Self, get_args

Right = Literal["infer", "control", "metrics"]
RIGHTS: tuple[Right, ...] = get_args(Right)

TOKEN_BYTES = 32
TOKEN_PREFIX = "latentd_"  # noqa: S105 - no secret: scanners of sources find by it what should not be there
ALGORITHM = "sha256"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST = re.compile(rf"{ALGORITHM}:([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Key:
    """Who holds it, which rights it gives, the SHA-256 of its token, and the day on which it was made."""

    name: str
    rights: frozenset[Right]
    digest: bytes
    made: date

    @classmethod
    def of(cls, token: str, name: str, rights: Iterable[Right]) -> Self:
        """A key made today. Raises ValueError for a name that is none."""
        return cls(check_name(name), frozenset(rights), digest_of(token.encode()), datetime.now(UTC).date())

    @classmethod
    def parse(cls, line: str) -> Self:
        """A line of the file. Raises ValueError, which repeats nothing of it: somebody may have put a token there."""
        columns = line.split()
        if len(columns) != 4:
            raise ValueError(f"expected a name, rights, {ALGORITHM}:… and a day; got {len(columns)} columns")
        name, rights, digest, made = columns
        found = _DIGEST.fullmatch(digest)
        if found is None:
            raise ValueError(f"expected {ALGORITHM}: and 64 hexadecimal digits in the third column")
        try:
            day = date.fromisoformat(made)
        except ValueError:
            raise ValueError("expected a day such as 2026-01-31 in the fourth column") from None
        return cls(check_name(name), parse_rights(rights), bytes.fromhex(found[1]), day)

    def line(self) -> str:
        """The key as a line of the file, without its end."""
        return f"{self.name}  {self.listed_rights}  {ALGORITHM}:{self.digest.hex()}  {self.made.isoformat()}"

    @property
    def listed_rights(self) -> str:
        """The rights with commas between them, always in the same order."""
        return ",".join(right for right in RIGHTS if right in self.rights)


def new_token() -> str:
    """A token of 256 random bits. It is told once, and kept by nobody here."""
    from secrets import token_urlsafe  # noqa: PLC0415 - the service never makes one

    return TOKEN_PREFIX + token_urlsafe(TOKEN_BYTES)


def digest_of(token: bytes) -> bytes:
    """What is kept of a token. A fast hash will do: nobody can try out 2²⁵⁶ of them (decision 14)."""
    return sha256(token).digest()


def check_name(name: str) -> str:
    """The name. Raises ValueError for one that would not stand in a line of a file or a log."""
    if not _NAME.fullmatch(name):
        raise ValueError("expected a name of up to 64 letters, digits, dots, hyphens and underscores")
    return name


def parse_rights(text: str) -> frozenset[Right]:
    """Rights with commas between them. Raises ValueError for what is none."""
    names = text.split(",")
    if not set(names) <= set(RIGHTS):
        raise ValueError(f"expected rights among {', '.join(RIGHTS)}, with commas and no spaces between them")
    return frozenset(right for right in RIGHTS if right in names)
