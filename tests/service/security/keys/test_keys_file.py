"""The file of keys: for its owner alone, replaced as a whole, and kept as it is where it cannot be changed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from latentd.errors import KeysFileError
from latentd.security.keys import Key, KeysFile, new_token


def key(name: str) -> Key:
    return Key.of(new_token(), name, ["infer"])


@pytest.fixture
def file(tmp_path: Path) -> KeysFile:
    return KeysFile(tmp_path / "keys")


def test_keys_are_added_in_order_and_taken_out(file: KeysFile) -> None:
    keys = [key("a"), key("b"), key("c")]
    for each in keys:
        file.add(each)
    assert file.read() == tuple(keys)
    file.revoke("b")
    assert file.read() == (keys[0], keys[2])


def test_it_is_for_its_owner_alone_whatever_the_umask(file: KeysFile) -> None:
    mask = os.umask(0)
    try:
        file.add(key("a"))
        file.path.chmod(0o666)
        file.add(key("b"))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_it_is_replaced_and_nothing_is_left_beside_it(file: KeysFile) -> None:
    file.add(key("a"))
    with file.path.open() as opened:
        before = opened.read()
        file.add(key("b"))
        opened.seek(0)
        assert opened.read() == before  # whoever reads it has all of the old one
    assert [path.name for path in file.path.parent.iterdir()] == ["keys"]


def test_comments_and_empty_lines_stay(file: KeysFile) -> None:
    one = key("one")
    file.path.write_text(f"# ours\n\n   # theirs\n{one.line()}\n")
    file.add(key("two"))
    file.revoke("two")
    assert file.path.read_text() == f"# ours\n\n   # theirs\n{one.line()}\n"


def test_a_link_stays_a_link(file: KeysFile, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    file.path.symlink_to(tmp_path / "elsewhere" / "keys")
    file.add(key("a"))
    assert file.path.is_symlink()
    assert [each.name for each in KeysFile(tmp_path / "elsewhere" / "keys").read()] == ["a"]


def test_a_name_stands_once_and_has_to_be_there_to_be_revoked(file: KeysFile) -> None:
    file.add(key("a"))
    before = file.path.read_bytes()
    with pytest.raises(KeysFileError, match="there is a key named 'a' already"):
        file.add(key("a"))
    with pytest.raises(KeysFileError, match="no key is named 'b'; there are a"):
        file.revoke("b")
    assert file.path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\n# a comment\nsecret\n", "line 3: expected a name, rights"),
        (b"\xff", "is no text in UTF-8"),
        ((key("a").line() + "\n" + key("a").line()).encode(), "line 2: the name or the digest is that of 'a'"),
    ],
)
def test_what_is_no_file_of_keys_is_refused_with_its_place(file: KeysFile, content: bytes, complaint: str) -> None:
    file.path.write_bytes(content)
    with pytest.raises(KeysFileError, match=complaint) as raised:
        file.read()
    assert str(file.path) in str(raised.value)
    assert "secret" not in str(raised.value)


def test_two_names_do_not_share_a_key(file: KeysFile) -> None:
    one = key("one")
    file.path.write_text(f"{one.line()}\n{one.line().replace('one', 'two', 1)}\n")
    with pytest.raises(KeysFileError, match=r"line 2: .* that of 'one'"):
        file.read()


def test_what_is_not_there_or_no_file_is_told(file: KeysFile) -> None:
    with pytest.raises(KeysFileError, match="cannot be read: No such file"):
        file.read()
    with pytest.raises(KeysFileError, match="cannot be read: Is a directory"):
        KeysFile(file.path.parent).read()
    with pytest.raises(KeysFileError, match="cannot be written: No such file"):
        KeysFile(file.path / "below").add(key("a"))


def test_those_who_add_at_the_same_time_all_do(file: KeysFile) -> None:
    add = "import sys; from pathlib import Path; from latentd.security.keys import *;"
    add += "[KeysFile(Path(sys.argv[1])).add(Key.of(new_token(), f'{sys.argv[2]}-{i}', ['infer'])) for i in range(20)]"
    adding = [subprocess.Popen([sys.executable, "-c", add, str(file.path), name]) for name in "abc"]
    assert [process.wait() for process in adding] == [0, 0, 0]
    assert len(file.read()) == 60
