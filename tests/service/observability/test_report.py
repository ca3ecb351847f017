"""A report takes from the scope what others have put there."""

from __future__ import annotations

from latentd.observability.report import HOLDER_KEY, Report
from latentd.request_id import SCOPE_KEY


def test_it_names_request_and_key() -> None:
    report = Report({"method": "POST", SCOPE_KEY: "7", HOLDER_KEY: "team-a"}, "/encode", 200, 1)
    assert (report.method, report.request_id, report.key_name) == ("POST", "7", "team-a")


def test_what_is_not_there_is_none() -> None:
    report = Report({"method": "BREW"}, "", 405, 1)
    assert (report.method, report.request_id, report.key_name) == ("_OTHER", None, None)
