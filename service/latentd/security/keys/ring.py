"""The keys that are good now: those of the file, which is looked at again while requests come."""

from __future__ import annotations

import logging
from datetime import date
from hmac import compare_digest
from pathlib import Path
from time import monotonic

from latentd.errors import KeysFileError
from latentd.security.keys.key import Key, digest_of
from latentd.security.keys.keys_file import KeysFile

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How long a key that has been revoked may still be taken."""

MOST_SHOWN = 1024
"""How many tokens that were found to be good are found again without their digests. There are few keys."""

_PREFIX = 8
_NOBODY = Key("nobody", frozenset(), bytes(32), date.min)

State = tuple[int, ...] | None


class KeyRing:
    """Finds a key by its token.

    Where the file has changed it is read anew, at the first request after LOOK_SECONDS; between two looks no call to
    the system is made. A file that cannot be read, or is no file of keys, leaves the keys as they are; the log says so.
    """

    def __init__(self, path: Path) -> None:
        """Raises KeysFileError where the file cannot be read, or holds no keys."""
        self._file = KeysFile(path)
        self._state = _state_of(path)
        keys = self._file.read()
        if not keys:
            raise KeysFileError(path, "holds no keys; `latentd keys new NAME` makes one")
        self._take(keys)
        self._next_look = monotonic() + LOOK_SECONDS

    def _take(self, keys: tuple[Key, ...]) -> None:
        self._keys = {key.digest[:_PREFIX]: key for key in keys}
        self._shown: dict[bytes, Key] = {}  # by tokens, good ones alone

    def find(self, token: bytes) -> Key | None:
        """The key with this token, if there is one.

        Whoever takes the time of it learns nothing of a key: what is looked up is the first part of the token's digest,
        which a guesser knows anyhow but cannot choose, and the whole is compared in constant time. A good token is
        kept, until the file is read again, in a dictionary whose hash nobody knows: decision 14 says why that tells
        nothing either.
        """
        if monotonic() >= self._next_look:
            self._look()
        shown = self._shown.get(token)
        return shown if shown is not None else self._find_by_digest(token)

    def _find_by_digest(self, token: bytes) -> Key | None:
        digest = digest_of(token)
        key = self._keys.get(digest[:_PREFIX], _NOBODY)
        if not compare_digest(key.digest, digest):
            return None
        if len(self._shown) < MOST_SHOWN:
            self._shown[token] = key
        return key

    def _look(self) -> None:
        self._next_look = monotonic() + LOOK_SECONDS
        state = _state_of(self._file.path)
        if state == self._state:
            return
        self._state = state  # before it is read: what changes meanwhile is seen at the next look
        try:
            keys = self._file.read()
        except KeysFileError as error:
            logger.error("API keys stay as they were: %s", error)  # noqa: TRY400 - a traceback tells no more
            return
        self._take(keys)
        logger.info("API keys read again: %s", ", ".join(key.name for key in keys) or "none, so that nobody may ask")


def _state_of(path: Path) -> State:
    """What is another when the file has been written or replaced; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
