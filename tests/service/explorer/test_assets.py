"""What browsers get: every file that they need, and a digest that changes with any of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from latentd.explorer.assets import FOLDER, Assets, media_type

MODULES = [path for path in FOLDER.rglob("*.js") if "vendor" not in path.parts]
IMPORT = re.compile(r'^(?:import|export)\b[^"();=]*"([^"]+)";$', re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "map.js").write_text("export const map = 1;\n")
    (tmp_path / "index.html").write_text("<!doctype html>\n")
    (tmp_path / "LICENSE").write_text("not for browsers\n")
    return tmp_path


def test_files_are_known_by_their_paths_below_the_folder(folder: Path) -> None:
    assets = Assets.read(folder)
    assert dict(assets.files) == {"index.html": b"<!doctype html>\n", "map/map.js": b"export const map = 1;\n"}
    assert assets.modules == ["map/map.js"]


def test_the_build_is_another_when_a_file_or_its_name_changes(folder: Path) -> None:
    builds = [Assets.read(folder).build]
    (folder / "map" / "map.js").write_text("export const map = 2;\n")
    builds.append(Assets.read(folder).build)
    (folder / "map" / "map.js").rename(folder / "map" / "maps.js")
    builds.append(Assets.read(folder).build)
    assert len(set(builds)) == 3
    assert builds[-1] == Assets.read(folder).build


def test_modules_are_javascript() -> None:
    assert media_type("map/map.js") == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_module_imports_files_of_the_folder_alone(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in IMPORT.findall(text):
        assert target.startswith("."), target
        assert (path.parent / target).resolve().is_relative_to(FOLDER)
        assert (path.parent / target).is_file(), target
    assert "// @ts-check" in text


def test_what_is_vendored_has_its_licence_and_its_version() -> None:
    libraries = [path for path in (FOLDER / "vendor").iterdir() if path.is_dir()]
    assert libraries
    for library in libraries:
        assert (library / "LICENSE").is_file()
        assert "npm" in (library / "VERSION").read_text()


def test_imports_are_found() -> None:
    text = (FOLDER / "element.js").read_text("utf-8")
    assert len(IMPORT.findall(text)) == len(re.findall("^import ", text, re.MULTILINE)) > 3
