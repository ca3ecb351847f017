"""The files in a bundle's folder: read once each, no further than allowed, and never through a link that leads out."""

from __future__ import annotations

import hashlib
from pathlib import Path

from latentd.bundle.manifest import MANIFEST_FILE, Manifest
from latentd.errors import BundleFileCorruptError, BundleFileMissingError, BundleMissingError, ManifestInvalidError

MAX_MANIFEST_BYTES = 16 * 1024 * 1024
MAX_BYTES = 512 * 1024 * 1024
BYTES_SETTING = "LATENTD_MAX_BUNDLE_BYTES"


def read_manifest_file(folder: Path) -> bytes:
    """The bytes of the manifest. Raises BundleMissingError or ManifestInvalidError."""
    path = folder / MANIFEST_FILE
    try:
        if not path.is_file():
            raise BundleMissingError(folder, MANIFEST_FILE, "there is no such file")
        content = _read(path, MAX_MANIFEST_BYTES)
    except (OSError, _LinkError) as error:
        raise ManifestInvalidError(folder, MANIFEST_FILE, _why(error)) from None
    if len(content) > MAX_MANIFEST_BYTES:
        raise ManifestInvalidError(folder, MANIFEST_FILE, f"it is larger than {MAX_MANIFEST_BYTES} bytes")
    return content


def check_sizes(folder: Path, manifest: Manifest, most_bytes: int) -> None:
    """Raise ManifestInvalidError where the files that it lists have more bytes than are read."""
    size = sum(record.bytes for record in manifest.files.values())
    if size > most_bytes:
        reason = f"files: they have {size} bytes; the limit that {BYTES_SETTING} sets is {most_bytes}"
        raise ManifestInvalidError(folder, MANIFEST_FILE, reason)


def read_listed_file(folder: Path, manifest: Manifest, name: str, most_bytes: int = MAX_BYTES) -> bytes:
    """The bytes that the manifest promises. Raises BundleFileMissingError or BundleFileCorruptError."""
    path, stated = folder / name, manifest.files[name]
    if stated.bytes > most_bytes:
        raise BundleFileCorruptError(folder, name, f"it has {stated.bytes} bytes; at most {most_bytes} are read")
    try:
        if not path.is_file():
            raise BundleFileMissingError(folder, name, "the manifest lists it, but it is not there")
        if (size := path.stat().st_size) != stated.bytes:
            raise BundleFileCorruptError(folder, name, f"it has {size} bytes; the manifest says {stated.bytes}")
        content = _read(path, stated.bytes)
    except (OSError, _LinkError) as error:
        raise BundleFileCorruptError(folder, name, _why(error)) from None
    if (digest := hashlib.sha256(content).hexdigest()) != stated.sha256:
        raise BundleFileCorruptError(folder, name, f"its SHA-256 is {digest}; the manifest says {stated.sha256}")
    return content


def unlisted_files(folder: Path, manifest: Manifest) -> list[str]:
    """Files that lie in the bundle without being of it, but for hidden ones, which systems and editors leave behind."""
    known = {MANIFEST_FILE, *manifest.files}
    files = (path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return sorted(name for name in files if name not in known)


class _LinkError(Exception):
    """A link that leads out of the bundle."""


def _read(path: Path, most_bytes: int) -> bytes:
    """The file's bytes, and at most one more than should be there."""
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise _LinkError
    with path.open("rb") as file:
        return file.read(most_bytes + 1)


def _why(error: OSError | _LinkError) -> str:
    if isinstance(error, OSError):
        return f"it cannot be read: {error.strerror}"
    return "it is a link that leads out of the bundle"
