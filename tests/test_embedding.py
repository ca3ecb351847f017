"""docs/embedding.md: each example is run, and prints what stands below it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from servers import PATIENCE, Server, environment, running, serving

REPOSITORY = Path(__file__).parents[1]
GUIDE = (REPOSITORY / "docs" / "embedding.md").read_text("utf-8")
ADDRESS, HOST_ADDRESS = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Example:
    """A block of code and what it prints; a file that another one runs prints nothing."""

    language: str
    code: str
    printed: str

    @property
    def name(self) -> str:
        """The file that a first line such as `# host.py` names."""
        found = re.match(r"# (\w+\.py)\n", self.code)
        return found[1] if found else ""


EXAMPLES = [
    Example(*found) for found in re.findall(r"```(sh|python|js)\n(.*?)```(?:\n+```text\n(.*?)```)?", GUIDE, re.DOTALL)
]
PRINTING = [example for example in EXAMPLES if example.printed]
FILES = {example.name: example.code for example in EXAMPLES if example.name}

INTERPRETERS = {
    "sh": ["bash", "-euc"],
    "python": [sys.executable, "-W", "error", "-c"],
    "js": ["node", "--input-type=module", "-e"],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(REPOSITORY / "models", tmp_path_factory.mktemp("embedding") / "log") as process:
        yield process


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a user stands: the examples, the models, and the files that the guide shows."""
    folder = tmp_path_factory.mktemp("workplace")
    for name in ("examples", "models"):
        (folder / name).symlink_to(REPOSITORY / name)
    for name, code in FILES.items():
        (folder / name).write_text(code)
    return folder


@pytest.fixture(scope="module")
def host(workplace: Path) -> Iterator[Server]:
    """The guide's own FastAPI app, with latentd in it."""
    with hosted(workplace, "host") as process:
        yield process


def hosted(workplace: Path, module: str, ready: str = "ready") -> AbstractContextManager[Server]:
    command = [sys.executable, "-m", "uvicorn", f"{module}:app", "--port", "0"]
    return running(command, workplace / f"{module}.log", {}, workplace, f"/latentd/health/{ready}")


def run(example: Example, folder: Path, addresses: dict[str, str]) -> str:
    code = example.code
    for shown, actual in addresses.items():
        code = code.replace(shown, actual)
    command = [*INTERPRETERS[example.language], code]
    done = subprocess.run(
        command, cwd=folder, env=environment({}), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]


@pytest.mark.parametrize("example", PRINTING, ids=lambda example: f"{example.language}: {example.code[:40]!r}")
def test_an_example_prints_what_stands_below_it(
    example: Example, server: Server, host: Server, workplace: Path
) -> None:
    printed = run(example, workplace, {ADDRESS: server.url, HOST_ADDRESS: host.url})
    assert NUMBER.sub("#", printed.strip()) == NUMBER.sub("#", example.printed.strip())
    # Another processor adds up in another order.
    assert numbers(printed) == pytest.approx(numbers(example.printed), abs=2e-4)


def test_a_host_with_a_lifespan_of_its_own_serves_too(workplace: Path) -> None:
    with hosted(workplace, "host_with_a_lifespan") as host:
        assert httpx.get(f"{host.url}/latentd/models").json()["default"] == "ae-mnist"


def test_a_host_without_the_line_is_told_which_one_is_missing(workplace: Path) -> None:
    line = "app = FastAPI(lifespan=latentd.lifespan)"
    assert line in FILES["host.py"]
    (workplace / "forgetful.py").write_text(FILES["host.py"].replace(line, "app = FastAPI()"))
    with hosted(workplace, "forgetful", ready="live") as host:
        answer = httpx.get(f"{host.url}/latentd/health/ready")
        assert answer.status_code == 503
        assert "`FastAPI(lifespan=latentd.lifespan)`" in answer.json()["detail"]
        httpx.get(f"{host.url}/latentd/models")
        assert host.log().count("FastAPI(lifespan=latentd.lifespan)") == 1


def test_pages_of_the_origins_that_the_guide_names_may_ask(workplace: Path) -> None:
    (line,) = [example.code for example in EXAMPLES if "latentd serve" in example.code]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # where `latentd` has been installed
    command = ["bash", "-euc", line.replace("latentd serve", "exec latentd serve --port 0")]
    with running(command, workplace / "cors.log", {"PATH": path}, workplace) as server:
        for origin in ("https://app.example.org", "http://localhost:3000"):
            assert preflight(server, origin).headers["access-control-allow-origin"] == origin
        assert "access-control-allow-origin" not in preflight(server, "https://elsewhere.example.org").headers


def preflight(server: Server, origin: str) -> httpx.Response:
    """What a browser asks before it lets a page of that origin send its key."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    return httpx.options(f"{server.url}/encode", headers={"Origin": origin, **asked})


def test_every_kind_of_embedding_has_an_example() -> None:
    assert [example.language for example in PRINTING] == [
        "sh",
        "sh",
        "python",
        "python",
        "python",
        "js",
        "python",
        "sh",
    ]
    assert set(FILES) == {"host.py", "host_with_a_lifespan.py"}
    assert shutil.which("node", path=os.environ["PATH"]), "the JavaScript of the guide is run by Node: install nodejs"
