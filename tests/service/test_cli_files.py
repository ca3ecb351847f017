"""encode, decode, reconstruct and grid on the command line: the options, and that they give what HTTP gives."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from bundles import TOY, TOY_VAE
from latentd.cli import main
from latentd.inference import Autoencoder, Registry
from servers import PATIENCE, environment, run_latentd
from tables import read_table, write_pictures

Run = Callable[..., str]


@pytest.fixture
def run(
    models_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run a command in a folder with inputs of both toys; gives what is said on stderr."""
    monkeypatch.chdir(tmp_path)
    np.save("in.npy", TOY.inputs(20))

    def latentd(*arguments: str, status: int = 0) -> str:
        assert main([*arguments, "--models", str(models_folder)]) == status
        printed, complaint = capsys.readouterr()
        assert printed == ""
        return complaint

    return latentd


@pytest.fixture
def vae(registry: Registry) -> Autoencoder:
    return registry.get("toy-vae")


@pytest.mark.parametrize("command", ["encode", "decode", "reconstruct", "grid"])
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: latentd {command}" in capsys.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    script = "import sys, latentd.cli; print([m for m in sys.modules if m in {'numpy', 'pydantic', 'onnxruntime'}])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["encode"],
        ["encode", "in.npy", "-o", "out.npy", "--model", "toy", "--batch-size", "0"],
        ["encode", "in.npy", "-o", "out.npy", "--model", "toy", "--version", "0"],
        ["encode", "in.npy", "-o", "out.npy", "--model", "toy", "--fit", "stretch"],
        ["decode", "in.npy", "-o", "out.npy", "--model", "toy", "--sample"],
        ["grid", "-o", "grid.png", "--model", "toy", "--spacing", "log"],
    ],
)
def test_a_wrong_command_line_ends_with_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: latentd" in capsys.readouterr().err


def test_the_highest_version_is_run_unless_another_is_named(run: Run, registry: Registry) -> None:
    for options, version in (([], 2), (["--version", "1"], 1)):
        assert run("encode", "in.npy", "-o", "out.npy", "--model", "toy", *options) == ""
        expected = registry.get("toy", version).encode(TOY.inputs(20))
        np.testing.assert_allclose(np.load("out.npy"), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--model", "none"], "no model is named 'none'; there are colours, sensors, toy, toy-vae"),
        (["--model", "toy", "--version", "9"], "model 'toy' has no version 9; there are 1, 2"),
        (["--model", "toy", "--sample"], "model 'toy' has no posterior to draw from"),
        (["--model", "toy-vae", "--seed", "1"], "--seed goes with --sample"),
        (["--model", "toy-vae", "--sample", "--seed", "-1"], "expected a seed from 0 to 9223372036854775807; got -1"),
    ],
)
def test_what_the_model_does_not_have_is_refused(run: Run, options: list[str], complaint: str) -> None:
    assert run("encode", "in.npy", "-o", "out.npy", *options, status=1).startswith(f"latentd: {complaint}")
    assert not Path("out.npy").exists()


def test_the_models_folder_may_come_from_the_environment(
    models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENTD_MODELS", str(models_folder))
    np.save("in.npy", TOY.inputs(3))
    assert main(["encode", "in.npy", "-o", "out.npy", "--model", "toy"]) == 0
    assert np.load("out.npy").shape == (3, 2)


@pytest.mark.parametrize("batch_size", ["1", "7", "1000"])
def test_a_draw_is_that_of_http_whatever_the_batches(run: Run, client: httpx.Client, batch_size: str) -> None:
    options = ["--model", "toy-vae", "--sample", "--seed", "7", "--batch-size", batch_size]
    assert run("encode", "in.npy", "-o", "out.csv", *options) == ""
    answer = client.post("/encode?model=toy-vae&sample=true&seed=7", json={"inputs": TOY.inputs(20).tolist()}).json()
    found = read_table(Path("out.csv"))
    np.testing.assert_allclose(found["latents"], answer["latents"], atol=1e-5)
    np.testing.assert_allclose(found["logvar"], answer["logvar"], atol=1e-5)


def test_a_seed_that_is_made_up_is_told(run: Run, vae: Autoencoder) -> None:
    said = run("encode", "in.npy", "-o", "out.npy", "--model", "toy-vae", "--sample")
    assert said.startswith("seed: ")
    expected = vae.encode_rows(TOY.inputs(20)).sample(int(said.removeprefix("seed: ")))
    np.testing.assert_allclose(np.load("out.npy"), expected, atol=1e-5)


def test_reconstruct_tells_what_http_tells(run: Run, client: httpx.Client) -> None:
    run("reconstruct", "in.npy", "-o", "out.npz", "--model", "toy", "--threshold", "50")
    answer = client.post("/reconstruct?model=toy&threshold=50", json={"inputs": TOY.inputs(20).tolist()}).json()
    for name, values in read_table(Path("out.npz")).items():
        np.testing.assert_allclose(values, answer[name], atol=1e-5)


@pytest.mark.parametrize("threshold", ["-1", "101", "nan"])
def test_a_threshold_is_a_percentile(run: Run, threshold: str) -> None:
    complaint = run("reconstruct", "in.npy", "-o", "out.npz", "--model", "toy", "--threshold", threshold, status=1)
    assert complaint == f"latentd: expected a percentile from 0 to 100; got {threshold}\n"


def test_pictures_are_fitted_as_over_http(run: Run, client: httpx.Client, tmp_path: Path) -> None:
    drawing = np.full((30, 40), 255, np.uint8)
    drawing[5:12, 20:24] = 0
    folder = write_pictures(tmp_path / "pictures", drawing[None], ["a.png"])
    run("encode", str(folder), "-o", "out.csv", "--model", "toy", "--invert", "--fit", "center")
    answer = client.post(
        "/encode?model=toy&invert=true&fit=center",
        content=(folder / "a.png").read_bytes(),
        headers={"Content-Type": "image/png"},
    )
    found = read_table(Path("out.csv"))
    np.testing.assert_allclose(found["latents"], [answer.json()["latents"]], atol=1e-6)
    assert found["label"] == ["a.png"]


def test_latents_are_no_pictures(run: Run, tmp_path: Path) -> None:
    write_pictures(tmp_path / "pictures", np.zeros((1, 3, 4), np.uint8), ["a.png"])
    assert "expected .npy, .npz, .csv, .parquet" in run("decode", "pictures", "-o", "o.npy", "--model", "toy", status=1)


def test_pictures_have_a_limit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_MAX_PIXELS", "100")
    complaint = run("reconstruct", "in.npy", "-o", "out.png", "--model", "toy", status=1)
    assert "the picture has 480 pixels; the limit that LATENTD_MAX_PIXELS sets is 100" in complaint


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ([], "rows=20"),
        (["--rows", "3", "--cols", "5", "--dims", "1,0"], "rows=3&cols=5&dims=1,0"),
        (["--rows", "3", "--spacing=linear", "--low=-1", "--high=2"], "rows=3&spacing=linear&low=-1&high=2"),
        (["--base=0,1,2,3,4", "--dims", "1,3"], "base=0,1,2,3,4&dims=1,3"),
        (["--rows", "3", "--base", "-1,0.5,-2,3,4"], "rows=3&base=-1,0.5,-2,3,4"),
        (
            ["--rows", "3", "--spacing", "linear", "--low", "-2", "--high", "-.5"],
            "rows=3&spacing=linear&low=-2&high=-.5",
        ),
    ],
)
@pytest.mark.parametrize("name", ["grid.png", "grid.npy", "grid.json"])
def test_a_grid_is_that_of_http(run: Run, client: httpx.Client, options: list[str], query: str, name: str) -> None:
    run("grid", "-o", name, "--model", "toy-vae", *options)
    accept = {"grid.png": "image/png", "grid.npy": "application/x-npy", "grid.json": "application/json"}[name]
    answer = client.get(f"/grid?model=toy-vae&{query}", headers={"Accept": accept})
    if name == "grid.json":
        assert Path(name).read_bytes()[:400] == answer.content[:400]
    elif name == "grid.npy":
        np.testing.assert_allclose(np.load(name), np.load(io.BytesIO(answer.content)), atol=1e-6)
    else:
        with Image.open(name) as ours, Image.open(io.BytesIO(answer.content)) as theirs:
            assert ours.text == theirs.text  # type: ignore[attr-defined]  # of a PNG
            np.testing.assert_allclose(np.asarray(ours, int), np.asarray(theirs, int), atol=1)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            ["--rows", "0"],
            "rows: expected a whole number from 1 to 10000, the limit that LATENTD_MAX_ROWS sets; got '0'",
        ),
        (["--rows", "x"], "rows: expected a whole number from 1 to 10000"),
        (["--dims", "0,0"], "different dimensions from 0 to 1; got 0, 0"),
        (["--rows", "1000", "--cols", "1000"], "got rows=1000 times cols=1000, which is 1000000"),
        (["--dims", "-1,0"], "from 0 to"),
        (["--low", "-inf"], "expected levels between 0 and 1"),
        (["-o", "grid.txt"], "grid.txt: a grid cannot be written so; expected .png, .npy, .json"),
        (["-o", "missing/grid.png"], "missing/grid.png: there is no folder missing"),
        (["--model", "sensors"], "grid.png: the outputs of model 'sensors' are no pictures"),
    ],
)
def test_a_wrong_grid_is_refused(run: Run, options: list[str], complaint: str) -> None:
    said = run("grid", "-o", "grid.png", "--model", "toy", *options, status=1)
    assert complaint in said
    assert said.count("\n") == 1
    assert not Path("grid.png").exists()


def on_a_terminal(*arguments: str) -> str:
    """What a command says to a terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    with subprocess.Popen([sys.executable, "-m", "latentd", *arguments], env=environment({}), stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                said += (part := os.read(ours, 4096))
            except OSError:  # how Linux tells that the other end is closed
                break
            if not part:
                break
        assert process.wait(PATIENCE) == 0
    os.close(ours)
    return said.decode()


def test_a_terminal_sees_the_progress(models_folder: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", TOY_VAE.inputs(5000))
    paths = [str(tmp_path / "in.npy"), "-o", str(tmp_path / "out.npy"), "--models", str(models_folder)]
    said = on_a_terminal("encode", "--model", "toy", *paths)
    assert "in.npy: 100%" in said
    assert "5.00k/5.00k" in said
    assert "rows/s" in said
    assert on_a_terminal("encode", "--model", "toy", "--quiet", *paths) == ""


def test_what_is_not_installed_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    said = run("encode", "in.npy", "-o", "out.npy", "--model", "toy", status=1)
    assert said == "latentd: this needs tqdm, which is not installed: pip install 'latentd[serve]'\n"


def test_without_a_name_the_default_model_runs(models_folder: Path, tmp_path: Path) -> None:
    def draw(name: str, *options: str, settings: dict[str, str] | None = None) -> bytes:
        out = tmp_path / f"{name}.npy"
        ran = run_latentd("grid", "-o", str(out), "--models", str(models_folder), *options, settings=settings or {})
        assert ran.returncode == 0, ran.stderr
        return out.read_bytes()

    assert draw("first") == draw("named", "--model", "colours")
    assert draw("configured", settings={"LATENTD_DEFAULT_MODEL": "toy"}) == draw("toy", "--model", "toy")
