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
from latentd.bundle.graph import check_graph
from latentd.bundle.held_out import HeldOutLatents
from latentd.bundle.limits import LIMITS, BundleLimits
from latentd.bundle.listed_files import MAX_BYTES, check_sizes, read_listed_file, read_manifest_file, unlisted_files
from latentd.bundle.manifest import (
    CARD_FILE,
    DECODER_FILE,
    ENCODER_FILE,
    EXAMPLES_FILE,
    FORMAT_VERSION,
    GOLDEN_FILE,
    LATENTS_FILE,
    MANIFEST,
    MANIFEST_FILE,
    PATTERNS,
    Manifest,
)
from latentd.errors import (
    BundleFileCorruptError,
    BundleMissingError,
    GoldenMismatchError,
    GraphInvalidError,
    ManifestInvalidError,
)

logger = logging.getLogger(__name__)

MAX_GOLDEN_BYTES = 16 * 1024 * 1024
MAX_CARD_BYTES = 256 * 1024
_MAX_BYTES = {GOLDEN_FILE: MAX_GOLDEN_BYTES, CARD_FILE: MAX_CARD_BYTES}

_PARSED_FILES = (GOLDEN_FILE, LATENTS_FILE, EXAMPLES_FILE)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle: its manifest, what was read from some of the files, and the bytes of all the others.

    `digest` is the SHA-256 of the manifest, which lists those of all the other files: it stands for the whole bundle.
    `examples` is None where the bundle has none. `most_rows` is with how many rows each graph may be run at once.
    """

    folder: Path
    manifest: Manifest
    digest: str
    golden: Golden
    held_out: HeldOutLatents
    examples: Examples | None
    files: Mapping[str, bytes]
    most_rows: Mapping[str, int]


def read_bundle(folder: Path, limits: BundleLimits = LIMITS) -> Bundle:
    """Read and verify the bundle in `folder` (models/<name>/<version>).

    Each file is read once, and the bytes that were digested are the bytes that are handed on. A file that the manifest
    does not list is never read; a warning in the log names it. Where the files have more bytes than the `limits` allow,
    none is.

    Raises:
        BundleMissingError: there is no manifest.
        ManifestInvalidError: the manifest is not one that this version reads, or names another model or version.
        BundleFileMissingError, BundleFileCorruptError: a file is not there, or not what the manifest says.
        GraphInvalidError, GoldenMismatchError: a graph is not of standard operators and its own weights alone, or
            computes more than the `limits` allow, or the golden rows are not of the model's width.
    """
    content = read_manifest_file(folder)
    manifest = _parse_manifest(folder, content)
    check_sizes(folder, manifest, limits.bytes)
    golden = _read_golden(folder, manifest)
    held_out = _read_held_out(folder, manifest)
    examples = _read_examples(folder, manifest, len(held_out.latents))
    files = {name: _read_file(folder, manifest, name) for name in manifest.files if name not in _PARSED_FILES}
    most_rows = {name: _most_rows(folder, name, files[name], limits) for name in (ENCODER_FILE, DECODER_FILE)}
    for name in unlisted_files(folder, manifest):
        logger.warning("bundle %s: %s: the manifest does not list it, and it is not used", folder, name)
    digest = hashlib.sha256(content).hexdigest()
    return Bundle(folder, manifest, digest, golden, held_out, examples, files, most_rows)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in `folder` alone, without the files that it lists. Raises as `read_bundle` does."""
    return _parse_manifest(folder, read_manifest_file(folder))


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
    names = sorted(path for path in _folders_in(models) if not path.name.startswith("."))
    return [version for name in names for version in _versions(name)]


def _folders_in(folder: Path) -> list[Path]:
    """Those that may be looked into; a volume has others too, such as lost+found."""
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError as error:
        logger.warning("%s: %s, and so it is passed over", folder, error.strerror)
        return []


def latest_bundle(model: Path) -> Path:
    """The highest version in models/<name>; `model` itself when it is a bundle. Raises BundleMissingError."""
    if (model / MANIFEST_FILE).is_file():
        return model
    versions = _versions(model) if model.is_dir() else []
    if not versions:
        raise BundleMissingError(model, MANIFEST_FILE, "there is no such file here or in a folder named by a version")
    return versions[-1]


def _versions(model: Path) -> list[Path]:
    folders = [path for path in _folders_in(model) if path.name.isascii() and path.name.isdigit()]
    return sorted(folders, key=lambda path: int(path.name))


def _other_format(content: bytes) -> str:
    """Why it cannot be a manifest of the format that this version reads; "" where it says that it is."""
    try:
        peek = from_json(content)
    except ValueError as error:
        return f"it is not JSON: {error}"
    stated = peek.get("format_version") if isinstance(peek, dict) else None
    return "" if stated == FORMAT_VERSION else f"its format_version is {stated!r}; this latentd reads {FORMAT_VERSION}"


def _read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    return read_listed_file(folder, manifest, name, _MAX_BYTES.get(name, MAX_BYTES))


def _most_rows(folder: Path, name: str, content: bytes, limits: BundleLimits) -> int:
    try:
        return check_graph(content, limits.values)
    except ValueError as error:
        raise GraphInvalidError(folder, name, str(error)) from None


def _read_golden(folder: Path, manifest: Manifest) -> Golden:
    content = _read_file(folder, manifest, GOLDEN_FILE)
    try:
        golden = Golden.model_validate_json(content)
    except ValidationError as error:
        raise BundleFileCorruptError(folder, GOLDEN_FILE, _describe(error)) from None
    if (len(golden.inputs[0]), len(golden.latents[0])) != (manifest.input_dim, manifest.latent_dim):
        reason = f"its rows are not {manifest.input_dim} inputs and {manifest.latent_dim} latents long"
        raise GoldenMismatchError(folder, GOLDEN_FILE, reason)
    return golden


def _read_held_out(folder: Path, manifest: Manifest) -> HeldOutLatents:
    content = _read_file(folder, manifest, LATENTS_FILE)
    try:
        return HeldOutLatents.from_npz(content, manifest.latent_dim)
    except ValueError as error:
        raise BundleFileCorruptError(folder, LATENTS_FILE, str(error)) from None


def _read_examples(folder: Path, manifest: Manifest, held_out_rows: int) -> Examples | None:
    if EXAMPLES_FILE not in manifest.files:
        return None
    content = _read_file(folder, manifest, EXAMPLES_FILE)
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
