"""latentd keys: a key is printed once, listed without it, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentd.cli import main
from latentd.security.keys import KeyRing, KeysFile

Output = pytest.CaptureFixture[str]


def run(capsys: Output, *words: str, status: int = 0) -> tuple[str, str]:
    assert main(["keys", *words]) == status
    return capsys.readouterr()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENTD_API_KEYS_FILE", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_new_key_is_printed_alone_and_good(capsys: Output, file: Path) -> None:
    printed, told = run(capsys, "new", "web-shop")
    token = printed.removesuffix("\n")
    assert token not in told + file.read_text()
    key = KeyRing(file).find(token.encode())
    assert key is not None
    assert (key.name, key.rights) == ("web-shop", frozenset({"infer"}))


def test_rights_are_chosen(capsys: Output, file: Path) -> None:
    run(capsys, "new", "operator", "--rights", "metrics,control")
    listed, _ = run(capsys, "list")
    (key,) = KeysFile(file).read()
    assert listed == f"operator  control,metrics  {key.made}\n"
    assert key.digest.hex() not in listed


def test_a_key_is_taken_back(capsys: Output, file: Path) -> None:
    for name in ("a", "b"):
        run(capsys, "new", name)
    run(capsys, "revoke", "a")
    assert [key.name for key in KeysFile(file).read()] == ["b"]
    _, complaint = run(capsys, "revoke", "a", status=1)
    assert complaint == f"latentd: the file of API keys {file}: no key is named 'a'; there are b\n"


def test_the_file_may_be_an_option(capsys: Output, tmp_path: Path) -> None:
    run(capsys, "new", "a", "--file", str(tmp_path / "other"))
    assert run(capsys, "list", "--file", str(tmp_path / "other"))[0].startswith("a  infer  ")


def test_without_a_file_it_says_how_to_name_one(capsys: Output) -> None:
    _, complaint = run(capsys, "list", status=1)
    assert (
        complaint == "latentd: expected the file of API keys, in LATENTD_API_KEYS_FILE or as --file; there is neither\n"
    )


@pytest.mark.parametrize("words", [["new", "two words"], ["new", "a", "--rights", "all"], [], ["new"]])
def test_a_wrong_command_line_makes_no_file(capsys: Output, file: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["keys", *words])
    assert ended.value.code == 2
    assert "usage: latentd keys" in capsys.readouterr().err
    assert not file.exists()
