"""--url: the command line drives a server, with the same files in and out as without one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bundles import TOY, TOY_VAE
from latentd.cli import main
from servers import Server, run_latentd
from tables import ENDINGS, read_table, write_pictures, write_table
from unreliable import Drop, Reply, Unreliable, unreliable

KEY = "sesame"

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder of its own; gives what it says."""
    monkeypatch.chdir(tmp_path)

    def latentd(*arguments: str, status: int = 0) -> str:
        assert main(arguments) == status
        printed, complaint = capsys.readouterr()
        return complaint or printed

    return latentd


@pytest.fixture
def proxy(server: Server) -> object:
    with unreliable(server.url) as state:
        yield state


COMMANDS = [
    ["encode", "inputs", "--model", "toy"],
    ["encode", "inputs", "--model", "toy", "--version", "1", "--batch-size", "7"],
    ["encode", "inputs", "--model", "toy-vae"],
    ["encode", "inputs", "--model", "toy-vae", "--sample", "--seed", "7", "--batch-size", "3"],
    ["decode", "latents", "--model", "toy"],
    ["reconstruct", "inputs", "--model", "toy", "--threshold", "50"],
    ["reconstruct", "inputs", "--model", "toy", "--batch-size", "1"],
]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_files_are_the_same_from_a_server(
    run: Run, server: Server, models_folder: Path, command: list[str], ending: str
) -> None:
    name, field, *options = command
    rows = TOY.inputs(20) if field == "inputs" else TOY.encode(TOY.inputs(20))
    source = write_table(Path(f"in{ending}"), field, rows)
    run(name, str(source), "-o", f"here{ending}", "--models", str(models_folder), *options)
    run(name, str(source), "-o", f"there{ending}", "--url", server.url, *options)
    here, there = read_table(Path(f"here{ending}")), read_table(Path(f"there{ending}"))
    assert list(here) == list(there)
    for column, values in here.items():
        if values.dtype.kind == "U":
            assert (there[column] == values).all(), column
            continue
        np.testing.assert_allclose(there[column], values, atol=2e-5, strict=True, err_msg=column)


def test_pictures_go_there_and_back(run: Run, server: Server, models_folder: Path) -> None:
    drawings = np.full((3, 30, 40), 230, np.uint8)
    for left, drawing in enumerate(drawings, 15):
        drawing[6:24, left : left + 6] = 20
    folder = write_pictures(Path("photos"), drawings, ["a.png", "b.jpg", "c.png"])
    for place, where in (("here", ["--models", str(models_folder)]), ("there", ["--url", server.url])):
        options = ["--model", "toy", *where]
        run("reconstruct", str(folder), "-o", f"{place}.png", "--invert", "--fit", "center", *options)
        run("decode", str(write_table(Path("in.npy"), "latents", np.zeros((3, 2)))), "-o", f"{place}/", *options)
    assert Path("here.png").read_bytes() == Path("there.png").read_bytes()
    assert {path.name for path in Path("there").iterdir()} == {"000000.png", "000001.png", "000002.png"}


def test_what_the_server_lists_is_listed(run: Run, server: Server, models_folder: Path) -> None:
    assert run("models", "--url", server.url) == run("models", "--models", str(models_folder))


@pytest.mark.parametrize("ending", [".png", ".npy", ".json"])
def test_a_grid_is_fetched(run: Run, server: Server, models_folder: Path, ending: str) -> None:
    options = ["--model", "toy-vae", "--rows", "3", "--cols=4", "--dims=1,0", "--base=0,1,2,3,4", "--low=0.2"]
    run("grid", "-o", f"here{ending}", "--models", str(models_folder), *options)
    run("grid", "-o", f"there{ending}", "--url", server.url, *options)
    here, there = (Path(f"{place}{ending}").read_bytes() for place in ("here", "there"))
    if ending == ".npy":
        np.testing.assert_allclose(np.load(io.BytesIO(there)), np.load(io.BytesIO(here)), atol=1e-6)
    elif ending == ".json":
        assert there[:300] == here[:300]
    else:
        ours, theirs = (np.asarray(Image.open(io.BytesIO(each)), int) for each in (here, there))
        np.testing.assert_allclose(ours, theirs, atol=1)


def test_without_a_name_the_default_model_of_the_server_runs(run: Run, server: Server) -> None:
    np.save("in.npy", TOY.inputs(2))
    run("encode", "in.npy", "-o", "out.npy", "--url", server.url)
    assert np.load("out.npy").shape == (2, 2)


def test_a_server_that_recovers_is_not_noticed(run: Run, proxy: Unreliable) -> None:
    np.save("in.npy", TOY.inputs(100))
    proxy.script += [("/models", Reply(503)), ("/encode", Drop()), ("/encode", Reply(502))]
    run("encode", "in.npy", "-o", "out.npy", "--url", proxy.url, "--model", "toy", "--batch-size", "30")
    assert np.load("out.npy").shape == (100, 2)


@pytest.mark.parametrize("as_file", [True, False])
def test_the_key_is_sent_and_never_shown(
    run: Run, proxy: Unreliable, monkeypatch: pytest.MonkeyPatch, as_file: bool
) -> None:
    np.save("in.npy", TOY.inputs(3))
    Path("key").write_text(f"{KEY}\n")
    if not as_file:
        monkeypatch.setenv("LATENTD_API_KEY", KEY)
    given = ["--url", proxy.url, *(["--api-key-file", "key"] if as_file else [])]
    said = run("models", *given) + run("encode", "in.npy", "-o", "out.npy", *given) + run("grid", "-o", "g.png", *given)
    assert {each.headers.get("Authorization") for each in proxy.seen} == {f"Bearer {KEY}"}
    assert KEY not in said


def test_a_key_in_the_file_goes_before_that_of_the_environment(
    run: Run, proxy: Unreliable, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("key").write_text("other")
    monkeypatch.setenv("LATENTD_API_KEY", KEY)
    run("models", "--url", proxy.url, "--api-key-file", "key")
    assert {each.headers["Authorization"] for each in proxy.seen} == {"Bearer other"}


def test_an_empty_key_is_none(run: Run, proxy: Unreliable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_API_KEY", "")
    run("models", "--url", proxy.url)
    assert not [each for each in proxy.seen if "Authorization" in each.headers]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--model", "none"], "no model is named 'none'; there are colours, sensors, toy, toy-vae"),
        (["--model", "toy", "--version", "9"], "model 'toy' has no version 9; there are 1, 2"),
        (["--model", "toy", "--sample"], "model 'toy' has no posterior to draw from"),
        (["--model", "sensors"], "in.npy: "),
        (["--api-key-file", "nowhere"], "nowhere: No such file or directory"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(run: Run, server: Server, options: list[str], complaint: str) -> None:
    np.save("in.npy", TOY.inputs(3))
    said = run("encode", "in.npy", "-o", "out.npy", "--url", server.url, *options, status=1)
    assert said.startswith("latentd: ")
    assert complaint in said
    assert said.count("\n") == 1
    assert not Path("out.npy").exists()


def test_a_wrong_row_is_told_by_its_number_in_the_file(run: Run, server: Server) -> None:
    rows = TOY.inputs(50)
    rows[40, 3] = 2
    np.save("in.npy", rows)
    said = run("encode", "in.npy", "-o", "out.npy", "--url", server.url, "--batch-size", "7", status=1)
    assert "in.npy: row 40: expected values from 0 to 1; got 2.0 at column 3" in said


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1/models cannot be reached"),
        ("127.0.0.1:8000", "expected an address such as http://127.0.0.1:8000; got '127.0.0.1:8000'"),
    ],
)
@pytest.mark.parametrize("command", [["models"], ["grid", "-o", "grid.png"]])
def test_a_server_that_is_not_there_is_told_in_one_line(run: Run, url: str, complaint: str, command: list[str]) -> None:
    said = run(*command, "--url", url, status=1)
    assert complaint.replace("/models", "/grid" if command[0] == "grid" else "/models") in said
    assert said.count("\n") == 1


def test_a_server_that_is_no_latentd_is_told(run: Run, proxy: Unreliable) -> None:
    proxy.script += [("/models", Reply(200, {"Content-Type": "text/html"}, b"<html>hello"))]
    assert "expected application/json" in run("models", "--url", proxy.url, status=1)


def test_a_manifest_of_another_time_is_told(run: Run, proxy: Unreliable) -> None:
    np.save("in.npy", TOY.inputs(3))
    manifest = {"name": "toy", "version": 2, "versions": [2], "kind": "new", "description": "", "latent_dim": 2}
    manifest |= {"input_dim": 12, "picture_shape": None, "value_range": None, "parameters": 1, "metrics": []}
    proxy.script += [("/models/toy", Reply(200, {}, str(manifest).replace("'", '"').replace("None", "null").encode()))]
    said = run("encode", "in.npy", "-o", "out.npy", "--url", proxy.url, "--model", "toy", status=1)
    assert "the server describes model 'toy' in another way than this latentd knows" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("command", ["encode", "decode", "reconstruct", "grid", "models"])
def test_a_folder_and_a_server_exclude_each_other(capsys: pytest.CaptureFixture[str], command: str) -> None:
    files = {"models": [], "grid": ["-o", "x.png"]}.get(command, ["in.npy", "-o", "x.npy"])
    with pytest.raises(SystemExit) as ended:
        main([command, *files, "--models", "models", "--url", "http://127.0.0.1:8000"])
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_it_works_as_a_process_of_its_own(tmp_path: Path, server: Server) -> None:
    np.save(tmp_path / "in.npy", TOY_VAE.inputs(3000))
    done = run_latentd(
        *["encode", str(tmp_path / "in.npy"), "-o", str(tmp_path / "out.npz"), "--model", "toy-vae"],
        *["--url", server.url],
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = np.load(tmp_path / "out.npz")
    np.testing.assert_allclose(found["latents"], TOY_VAE.encode(TOY_VAE.inputs(3000)), atol=1e-5)
    np.testing.assert_allclose(found["logvar"], TOY_VAE.logvar(TOY_VAE.inputs(3000)), atol=1e-5)
