"""A key: its token is told once, its line holds a digest, and what is no line is refused without being repeated."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from latentd.security.keys import Key, new_token

DIGEST = f"sha256:{'0a' * 32}"


def test_a_token_is_random_and_can_be_told_as_one() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.startswith("latentd_") and len(token) == 8 + 43 for token in tokens)


def test_a_line_holds_the_digest_of_a_token_and_not_the_token() -> None:
    token = new_token()
    key = Key.of(token, "web-shop", ["metrics", "infer"])
    assert token not in key.line()
    assert key.line().split()[:3] == ["web-shop", "infer,metrics", f"sha256:{sha256(token.encode()).hexdigest()}"]
    assert Key.parse(key.line()) == key


def test_a_line_may_be_written_by_hand() -> None:
    key = Key.parse(f"a.b-c_1\tcontrol,infer {DIGEST}   2026-01-31")
    assert key == Key("a.b-c_1", frozenset({"infer", "control"}), b"\x0a" * 32, date(2026, 1, 31))
    assert key.listed_rights == "infer,control"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("secret", "got 1 columns"),
        (f"a infer {DIGEST}", "got 3 columns"),
        (f"a infer {DIGEST} 2026-01-31 secret", "got 5 columns"),
        (f"-secret infer {DIGEST} 2026-01-31", "expected a name of up to 64"),
        (f"{'s' * 65} infer {DIGEST} 2026-01-31", "expected a name of up to 64"),
        (f"a infer,secret {DIGEST} 2026-01-31", "expected rights among infer, control, metrics"),
        (f"a infer, {DIGEST} 2026-01-31", "expected rights among infer, control, metrics"),
        ("a infer secret 2026-01-31", "expected sha256: and 64 hexadecimal digits"),
        (f"a infer {DIGEST}00 2026-01-31", "expected sha256: and 64 hexadecimal digits"),
        (f"a infer {DIGEST} secret", "expected a day such as 2026-01-31"),
    ],
)
def test_what_is_no_line_is_refused_and_not_repeated(line: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        Key.parse(line)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("name", ["", "two words", "#hash", "a\nb", "ü"])
def test_a_name_can_stand_in_a_line(name: str) -> None:
    with pytest.raises(ValueError, match="expected a name of up to 64"):
        Key.of(new_token(), name, ["infer"])
