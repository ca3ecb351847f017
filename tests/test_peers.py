"""A client's environment is made when there is none, and made anew when its requirements have changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import peers
from peers import Peer


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The requirements of a client that has none, whose environment will be in the same folder."""
    monkeypatch.setattr(peers, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(peers, "ENVIRONMENTS", tmp_path)
    path = tmp_path / "nothing.txt"
    path.write_text("# nothing\n")
    return path


def test_it_is_kept_until_the_requirements_change(requirements: Path) -> None:
    mark = Peer.installed("nothing").folder / "mark"
    mark.touch()
    assert Peer.installed("nothing").folder == mark.parent
    assert mark.exists()
    requirements.write_text("# still nothing\n")
    assert Peer.installed("nothing").run("python", "-c", "print(1)").stdout == "1\n"
    assert not mark.exists()


def test_two_that_need_it_at_once_make_it_once(requirements: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    monkeypatch.setattr(peers, "_install", lambda folder, _: made.append(folder))
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(Peer.installed, ["nothing"] * 2))
    assert made == [peer.folder for peer in both[:1]]
    assert requirements.exists()


def test_an_install_that_fails_is_not_taken_for_one(requirements: Path) -> None:
    requirements.write_text("./no-such-folder\n")
    for _ in range(2):
        with pytest.raises(AssertionError, match=r"nothing\.txt cannot be installed"):
            Peer.installed("nothing")


def test_nothing_of_ours_is_in_it(requirements: Path) -> None:
    assert requirements.exists()
    with pytest.raises(AssertionError, match="No module named 'latentd'"):
        Peer.installed("nothing").run("python", "-c", "import latentd")
