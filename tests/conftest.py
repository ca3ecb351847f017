"""What many tests share. Nothing here needs torch, nor the network where the MNIST files are at hand."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, newer, write_bundle
from latentd.inference import Registry
from servers import Server, serving
from turns import Turns

hypothesis.settings.register_profile("latentd", deadline=None)  # nothing here passes or fails by how fast it is
hypothesis.settings.load_profile("latentd")

REPOSITORY = Path(__file__).parents[1]
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # for tests and benchmarks that import onnxruntime without latentd
MODELS = (TOY, TOY_VAE, SENSORS, COLOURS, newer(TOY))
BODY_LIMIT = 1024 * 1024
TURNS = Turns(room=Path(__file__), door=Path(__file__).with_name("turns.py"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Have nothing run beside a test that is marked `alone`, in other processes of `pytest -n` either."""
    with TURNS.alone() if item.get_closest_marker("alone") else TURNS.beside_others():
        return (yield)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No LATENTD_* variable of whoever runs the tests reaches them, but for where the datasets lie."""
    for name in [name for name in os.environ if name.startswith("LATENTD_") and name != "LATENTD_DATA_DIR"]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up bundles: pictures, no pictures, colours, a VAE, and one model in two versions. Not to be changed."""
    folder = tmp_path_factory.mktemp("models")
    for blueprint in MODELS:
        write_bundle(folder, blueprint)
    return folder


@pytest.fixture
def toy_folder(tmp_path: Path) -> Path:
    """The bundle TOY, to be damaged."""
    return write_bundle(tmp_path / "models", TOY)


@pytest.fixture(scope="session")
def registry(models_folder: Path) -> Registry:
    return Registry.load(models_folder, default="toy", threads=1)


@pytest.fixture(scope="session")
def server(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """latentd as a process of its own. At its end its log must show no traceback."""
    log = tmp_path_factory.mktemp("server") / "log"
    settings = {"LATENTD_DEFAULT_MODEL": "toy", "LATENTD_MAX_BODY_BYTES": str(BODY_LIMIT)}
    with serving(models_folder, log, settings) as process:
        yield process


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as session:
        yield session


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder of the four MNIST files: LATENTD_DATA_DIR, else beside the repository, else (not in CI) fetched."""
    places = [Path(os.environ.get("LATENTD_DATA_DIR", "")), REPOSITORY.parent / "shared" / "data" / "mnist"]
    for place in places:
        if any(place.glob("t10k-images-idx3-ubyte*")):
            return place
    if "CI" in os.environ:
        pytest.fail("the MNIST files are not at hand: set LATENTD_DATA_DIR to their folder")
    from latentd_export.datasets import MNIST  # noqa: PLC0415 - the service's tests need nothing of the offline half
    from latentd_export.sources import locate  # noqa: PLC0415

    return next(iter(locate(MNIST.files, None).values())).parent
