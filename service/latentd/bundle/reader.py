"""From a folder to a Bundle whose every byte is the one that its manifest promises."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from latentd.bundle.examples import Examples
from latentd.bundle.golden import Golden
from latentd.bundle.held_out import HeldOutLatents
from latentd.bundle.manifest import (
    EXAMPLES_FILE,
    FORMAT_VERSION,
    GOLDEN_FILE,
    LATENTS_FILE,
    MANIFEST,
    MANIFEST_FILE,
    PATTERNS,
    Manifest,
)
from latentd.errors import BundleFileCorruptError, BundleFileMissingError, BundleMissingError, ManifestInvalidError

logger = logging.getLogger(__name__)

MAX_MANIFEST_BYTES = 16 * 1024 * 1024

_PARSED_FILES = (GOLDEN_FILE, LATENTS_FILE, EXAMPLES_FILE)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle: its manifest, what was read from some of the files, and the bytes of all the others.

    `digest` is the SHA-256 of the manifest, which lists those of all the other files: it stands for the whole bundle.
    `examples` is None where the bundle has none.
    """

    folder: Path
    manifest: Manifest
    digest: str
    golden: Golden
    held_out: HeldOutLatents
    examples: Examples | None
    files: Mapping[str, bytes]


def read_bundle(folder: Path) -> Bundle:
    """Read and verify the bundle in `folder` (models/<name>/<version>).

    Each file is read once, and the bytes that were digested are the bytes that are handed on. A file that the manifest
    does not list is never read; a warning in the log names it.

    Raises:
        BundleMissingError: there is no manifest.
        ManifestInvalidError: the manifest is not one that this version reads, or names another model or version.
        BundleFileMissingError, BundleFileCorruptError: a file is not there, or not what the manifest says.
    """
    content = _read_manifest_file(folder)
    manifest = _parse_manifest(folder, content)
    golden = _read_golden(folder, manifest)
    held_out = _read_held_out(folder, manifest)
    examples = _read_examples(folder, manifest, len(held_out.latents))
    files = {name: _read_listed_file(folder, manifest, name) for name in manifest.files if name not in _PARSED_FILES}
    for name in _unlisted_files(folder, manifest):
        logger.warning("bundle %s: %s: the manifest does not list it, and it is not used", folder, name)
    return Bundle(folder, manifest, hashlib.sha256(content).hexdigest(), golden, held_out, examples, files)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in `folder` alone, without the files that it lists. Raises as `read_bundle` does."""
    return _parse_manifest(folder, _read_manifest_file(folder))


def _read_manifest_file(folder: Path) -> bytes:
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise BundleMissingError(folder, MANIFEST_FILE, "there is no such file")
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise ManifestInvalidError(folder, MANIFEST_FILE, f"it is larger than {MAX_MANIFEST_BYTES} bytes")
    return path.read_bytes()


def _parse_manifest(folder: Path, content: bytes) -> Manifest:
    try:
        manifest = MANIFEST.validate_json(content)
    except ValidationError as error:
        reason = _other_format(content) or _describe(error)  # in another format everything may look wrong
        raise ManifestInvalidError(folder, MANIFEST_FILE, reason) from None
    if "format_version" not in manifest.model_fields_set:
        raise ManifestInvalidError(folder, MANIFEST_FILE, _other_format(content))
    place = folder.absolute()
    if (manifest.name, str(manifest.version)) != (place.parent.name, place.name):
        reason = f"it describes {manifest.name}/{manifest.version}, but lies in {place.parent.name}/{place.name}"
        raise ManifestInvalidError(folder, MANIFEST_FILE, reason)
    return manifest


def find_bundles(models: Path) -> list[Path]:
    """The folders models/<name>/<version> that hold or should hold a bundle, by name and version.

    A version is a whole number; what has another name (a README, a half-written neighbour) is not looked at.
    Raises BundleMissingError where there is no such folder, or where it is a model's own folder or a bundle.
    """
    if not models.is_dir():
        raise BundleMissingError(models, "", "there is no such models folder")
    if any((place / MANIFEST_FILE).is_file() for place in (models, *_versions(models))):
        raise BundleMissingError(models, "", "it is a model itself; the models folder holds <name>/<version>")
    names = sorted(path for path in models.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [version for name in names for version in _versions(name)]


def latest_bundle(model: Path) -> Path:
    """The highest version in models/<name>; `model` itself when it is a bundle. Raises BundleMissingError."""
    if (model / MANIFEST_FILE).is_file():
        return model
    versions = _versions(model) if model.is_dir() else []
    if not versions:
        raise BundleMissingError(model, MANIFEST_FILE, "there is no such file here or in a folder named by a version")
    return versions[-1]


def _versions(model: Path) -> list[Path]:
    folders = [path for path in model.iterdir() if path.is_dir() and path.name.isascii() and path.name.isdigit()]
    return sorted(folders, key=lambda path: int(path.name))


def _other_format(content: bytes) -> str:
    """Why it cannot be a manifest of the format that this version reads; "" where it says that it is."""
    try:
        peek = from_json(content)
    except ValueError as error:
        return f"it is not JSON: {error}"
    stated = peek.get("format_version") if isinstance(peek, dict) else None
    return "" if stated == FORMAT_VERSION else f"its format_version is {stated!r}; this latentd reads {FORMAT_VERSION}"


def _read_listed_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    path, stated = folder / name, manifest.files[name]
    if not path.is_file():
        raise BundleFileMissingError(folder, name, "the manifest lists it, but it is not there")
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise BundleFileCorruptError(folder, name, "it is a link that leads out of the bundle")
    if (size := path.stat().st_size) != stated.bytes:
        raise BundleFileCorruptError(folder, name, f"it has {size} bytes; the manifest says {stated.bytes}")
    content = path.read_bytes()
    if (digest := hashlib.sha256(content).hexdigest()) != stated.sha256:
        raise BundleFileCorruptError(folder, name, f"its SHA-256 is {digest}; the manifest says {stated.sha256}")
    return content


def _unlisted_files(folder: Path, manifest: Manifest) -> list[str]:
    """Files that lie in the bundle without being of it, but for hidden ones, which systems and editors leave behind."""
    known = {MANIFEST_FILE, *manifest.files}
    files = (path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return sorted(name for name in files if name not in known)


def _read_golden(folder: Path, manifest: Manifest) -> Golden:
    content = _read_listed_file(folder, manifest, GOLDEN_FILE)
    try:
        return Golden.model_validate_json(content)
    except ValidationError as error:
        raise BundleFileCorruptError(folder, GOLDEN_FILE, _describe(error)) from None


def _read_held_out(folder: Path, manifest: Manifest) -> HeldOutLatents:
    content = _read_listed_file(folder, manifest, LATENTS_FILE)
    try:
        return HeldOutLatents.from_npz(content, manifest.latent_dim)
    except ValueError as error:
        raise BundleFileCorruptError(folder, LATENTS_FILE, str(error)) from None


def _read_examples(folder: Path, manifest: Manifest, held_out_rows: int) -> Examples | None:
    if EXAMPLES_FILE not in manifest.files:
        return None
    content = _read_listed_file(folder, manifest, EXAMPLES_FILE)
    try:
        return Examples.from_npz(content, manifest.input_dim, held_out_rows)
    except ValueError as error:
        raise BundleFileCorruptError(folder, EXAMPLES_FILE, str(error)) from None


def _describe(error: ValidationError) -> str:
    """The first faults of a validation, each with its place, in one line."""
    faults = [_in_words(fault) for fault in error.errors(include_url=False)]
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(faults[:3]) + more


def _in_words(fault: ErrorDetails) -> str:
    place = ".".join(str(part) for part in fault["loc"] if part != "[key]") or "the whole"
    meaning = PATTERNS.get(fault.get("ctx", {}).get("pattern", ""))
    return f"{place}: {fault['msg']}" if meaning is None else f"{place}: expected {meaning}; got {fault['input']!r}"
