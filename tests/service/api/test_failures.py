"""The problems in the description: one that may well come, for each status."""

from __future__ import annotations

import jsonschema

from latentd.api.failures import SAMPLES, failures
from latentd.api.schemas import COMPONENTS
from latentd.problems import PROBLEMS


def test_each_status_of_a_request_has_its_sample() -> None:
    statuses = {row.status.value for row in PROBLEMS.values()} - {405, 500}  # they are the router's and nobody's
    statuses -= {401, 403}  # guard.py describes them, where there are keys
    assert set(failures("/encode")) == statuses
    assert len(SAMPLES) == len(statuses)


def test_a_sample_is_a_problem_of_that_status_and_path() -> None:
    for status, described in failures("/grid").items():
        (content,) = described["content"].values()
        jsonschema.validate(content["example"], COMPONENTS["Problem"])
        assert (content["example"]["status"], content["example"]["instance"]) == (status, "/grid")
        assert described["description"]


def test_only_those_that_are_named_are_given() -> None:
    assert list(failures("/models", 404, 503)) == [404, 503]
