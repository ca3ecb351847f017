"""The ring: finds keys by their tokens, and follows its file without asking the system all the time."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from latentd.errors import KeysFileError
from latentd.security.keys import Key, KeyRing, KeysFile, new_token, ring
from latentd.security.keys.key import digest_of


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that a ring sees, to be moved on."""
    time = [1000.0]
    monkeypatch.setattr(ring, "monotonic", lambda: time[0])
    return time


@pytest.fixture
def file(tmp_path: Path) -> KeysFile:
    return KeysFile(tmp_path / "keys")


def add(file: KeysFile, name: str) -> bytes:
    token = new_token()
    file.add(Key.of(token, name, ["infer"]))
    return token.encode()


def name_of(keys: KeyRing, token: bytes) -> str | None:
    key = keys.find(token)
    return key.name if key else None


def test_each_token_finds_its_key_and_others_find_none(file: KeysFile) -> None:
    tokens = {name: add(file, name) for name in ("a", "b", "c")}
    keys = KeyRing(file.path)
    assert {name: name_of(keys, token) for name, token in tokens.items()} == {name: name for name in tokens}
    for token in (b"", b"latentd_", tokens["a"][:-1], tokens["a"] + b"x", tokens["a"].upper(), b"\xff" * 51):
        assert keys.find(token) is None


def test_a_digest_is_no_token(file: KeysFile) -> None:
    add(file, "a")
    (key,) = file.read()
    keys = KeyRing(file.path)
    assert keys.find(key.digest) is None
    assert keys.find(key.digest.hex().encode()) is None


def test_a_token_whose_digest_only_begins_alike_finds_nothing(file: KeysFile) -> None:
    token = add(file, "a")
    (key,) = file.read()
    begins_alike = key.line().replace(key.digest.hex(), key.digest.hex()[:16] + "0" * 48)
    file.path.write_text(begins_alike + "\n")
    assert KeyRing(file.path).find(token) is None


def test_new_and_revoked_keys_count_after_a_second(file: KeysFile, now: list[float]) -> None:
    old = add(file, "old")
    keys = KeyRing(file.path)
    new = add(file, "new")
    file.revoke("old")
    now[0] += 0.99
    assert (name_of(keys, old), name_of(keys, new)) == ("old", None)
    now[0] += 0.01
    assert (name_of(keys, old), name_of(keys, new)) == (None, "new")


def test_the_last_key_can_be_revoked(file: KeysFile, now: list[float]) -> None:
    token = add(file, "a")
    keys = KeyRing(file.path)
    file.revoke("a")
    now[0] += 1
    assert keys.find(token) is None


def test_between_two_looks_the_system_is_not_asked(
    file: KeysFile, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, token = (add(file, "a"), KeyRing(file.path))[::-1]
    looks: list[Path] = []
    stat = Path.stat

    def look(path: Path, **how: bool) -> os.stat_result:
        looks.append(path)
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", look)
    for _ in range(100):
        keys.find(token)
    assert not looks
    now[0] += 1
    keys.find(token)
    keys.find(token)
    assert looks == [file.path]


@pytest.mark.parametrize("harm", ["gone", "not readable", "no keys file"])
def test_a_file_that_goes_bad_leaves_the_keys_and_is_logged_once(
    file: KeysFile, now: list[float], caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    token = add(file, "a")
    keys = KeyRing(file.path)
    good = file.path.read_text()
    file.path.unlink()
    if harm == "not readable":
        file.path.mkdir()  # root reads whatever its mode is
    elif harm == "no keys file":
        file.path.write_text("half a li")
    for _ in range(3):
        now[0] += 1
        assert name_of(keys, token) == "a"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "API keys stay as they were: the file of API keys" in caplog.text
    if harm == "not readable":
        file.path.rmdir()
    file.path.write_text(good.replace("a  infer", "b  infer"))
    now[0] += 1
    assert name_of(keys, token) == "b"


def test_a_file_of_the_same_size_and_time_is_seen_by_its_inode(file: KeysFile, now: list[float]) -> None:
    token = add(file, "a")
    keys = KeyRing(file.path)
    before = file.path.stat()
    draft = file.path.with_name("draft")
    draft.write_text(file.path.read_text().replace("a  infer", "b  infer"))
    os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))
    draft.replace(file.path)
    now[0] += 1
    assert name_of(keys, token) == "b"


def test_it_begins_with_a_good_file_of_at_least_one_key(file: KeysFile) -> None:
    with pytest.raises(KeysFileError, match="cannot be read"):
        KeyRing(file.path)
    file.path.write_text("# none\n")
    with pytest.raises(KeysFileError, match="holds no keys; `latentd keys new NAME` makes one"):
        KeyRing(file.path)


def test_no_log_holds_a_token(file: KeysFile, now: list[float], caplog: pytest.LogCaptureFixture) -> None:
    token = add(file, "a")
    keys = KeyRing(file.path)
    with caplog.at_level(logging.DEBUG):
        other = add(file, "b")
        now[0] += 1
        assert keys.find(other)
    assert "read again: a, b" in caplog.text
    assert token.decode() not in caplog.text
    assert other.decode() not in caplog.text


def test_a_good_token_is_known_until_the_file_is_read_again(
    file: KeysFile, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = add(file, "a")
    keys = KeyRing(file.path)
    digested: list[bytes] = []

    def note(token: bytes) -> bytes:
        digested.append(token)
        return digest_of(token)

    monkeypatch.setattr(ring, "digest_of", note)
    for shown in (token, token, token[:-1], token[:-1], token):
        keys.find(shown)
    assert digested == [token, token[:-1], token[:-1]], "bad ones are not kept"
    add(file, "b")
    now[0] += 1
    assert name_of(keys, token) == "a"
    assert digested[3:] == [token]


def test_no_more_tokens_are_known_than_there_may_be(file: KeysFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "MOST_SHOWN", 2)
    tokens = [add(file, name) for name in "abc"]
    keys = KeyRing(file.path)
    for _ in range(2):
        assert [name_of(keys, token) for token in tokens] == ["a", "b", "c"]
    assert len(keys._shown) == 2
