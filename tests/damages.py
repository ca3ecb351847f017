"""Ways to damage a bundle. Each gives a function that does it to the bundle's folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bundles import rewrite_manifest

Damage = Callable[[Path], None]


def change_manifest(folder: Path, **changes: Any) -> None:
    """Replace top-level fields of manifest.json, and nothing else."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def change_golden(folder: Path, **changes: Any) -> None:
    """Replace top-level fields of golden.json, and make its digest true again."""
    path = folder / "golden.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    rewrite_manifest(folder, json.loads((folder / "manifest.json").read_text()))


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Put other content into a file, and make its digest true again."""
    (folder / name).write_bytes(content)
    rewrite_manifest(folder, json.loads((folder / "manifest.json").read_text()))


def flip_byte(name: str) -> Damage:
    def damage(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)

    return damage


def remove(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def write_manifest(content: bytes) -> Damage:
    def damage(folder: Path) -> None:
        (folder / "manifest.json").write_bytes(content)

    return damage


def change(**fields: Any) -> Damage:
    """Other values for fields of the manifest."""
    return lambda folder: change_manifest(folder, **fields)


def drop(field: str) -> Damage:
    """The manifest without a field."""

    def damage(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        del manifest[field]
        write_manifest(json.dumps(manifest).encode())(folder)

    return damage


def list_file(name: str, **record: Any) -> Damage:
    """Another record for a file in the manifest; without one, that of card.md."""

    def damage(folder: Path) -> None:
        files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        change_manifest(folder, files={**files, name: {**files["card.md"], **record}})

    return damage


def put(name: str, content: bytes) -> Damage:
    """Other content for a file, of which the manifest knows."""
    return lambda folder: replace_file(folder, name, content)


def golden(**fields: Any) -> Damage:
    """Other values for fields of golden.json, of which the manifest knows."""
    return lambda folder: change_golden(folder, **fields)


def cut(name: str) -> Damage:
    """Half a file; if it is not the manifest itself, the manifest knows of it."""

    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        half = content[: len(content) // 2]
        (write_manifest(half) if name == "manifest.json" else put(name, half))(folder)

    return damage


def link_out(name: str) -> Damage:
    def damage(folder: Path) -> None:
        target = (folder / name).rename(folder.parents[2] / name)
        (folder / name).symlink_to(target)

    return damage


def make_folder_of(name: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return damage


def swap_graphs(folder: Path) -> None:
    encoder, decoder = ((folder / name).read_bytes() for name in ("encoder.onnx", "decoder.onnx"))
    replace_file(folder, "encoder.onnx", decoder)
    replace_file(folder, "decoder.onnx", encoder)


def shift_outputs(folder: Path) -> None:
    """Golden outputs that are a little off."""
    outputs = json.loads((folder / "golden.json").read_text("utf-8"))["outputs"]
    outputs[0][0] += 0.01
    change_golden(folder, outputs=outputs)
