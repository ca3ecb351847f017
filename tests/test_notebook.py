"""examples/latentd.ipynb: executed anew, it comes out as it is stored, pictures included."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

from servers import PATIENCE, Server, serving

REPOSITORY = Path(__file__).parents[1]
NOTEBOOK = REPOSITORY / "examples" / "latentd.ipynb"
ADDRESS = "http://127.0.0.1:8000"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
LARGEST = 256 * 1024  # bytes: it is read by people, and lies in the repository


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(REPOSITORY / "models", tmp_path_factory.mktemp("notebook") / "log") as process:
        yield process


def read_notebook() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def cells_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_of(cell: Any) -> str:
    """What a cell prints, and what its last line is where that is no picture."""
    shown = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return "".join(text for text in shown if not text.startswith("<Picture"))


def pictures_of(cell: Any) -> list[Any]:
    found = (output.get("data", {}).get("image/png") for output in cell.outputs)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))), np.int16) for picture in found if picture]


def test_the_notebook_comes_out_as_it_is_stored(server: Server) -> None:
    stored, executed = read_notebook(), read_notebook()
    for cell in cells_of(executed):
        cell.source, cell.outputs = cell.source.replace(ADDRESS, server.url), []
    NotebookClient(executed, timeout=PATIENCE, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    for expected, found in zip(cells_of(stored), cells_of(executed), strict=True):
        assert NUMBER.sub("#", text_of(found)) == NUMBER.sub("#", text_of(expected)), expected.source
        # Another processor adds up in another order; a step of grey is the most that can make.
        ours, theirs = ([float(number) for number in NUMBER.findall(text_of(cell))] for cell in (found, expected))
        assert ours == pytest.approx(theirs, abs=0.02), expected.source
        for drawn, shown in zip(pictures_of(found), pictures_of(expected), strict=True):
            assert drawn.shape == shown.shape
            assert np.abs(drawn - shown).max() <= 2


def test_it_is_stored_with_its_pictures_and_is_small() -> None:
    notebook = read_notebook()
    nbformat.validate(notebook)
    assert sum(len(pictures_of(cell)) for cell in cells_of(notebook)) == 4
    assert NOTEBOOK.stat().st_size < LARGEST
    assert not [cell for cell in cells_of(notebook) if "error" in {output.output_type for output in cell.outputs}]
