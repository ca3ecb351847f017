"""golden.json: rows that belong together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from latentd.bundle import Golden

GOOD: dict[str, Any] = {
    "inputs": [[0.0, 1.0], [1.0, 0.0]],
    "latents": [[0.5], [0.6]],
    "logvar": [[0.1], [0.2]],
    "outputs": [[0.0, 1.0], [1.0, 0.0]],
    "tolerance": 1e-4,
}


def golden(**changes: Any) -> Golden:
    return Golden.model_validate_json(Golden.model_construct(**{**GOOD, **changes}).model_dump_json(warnings=False))


def test_rows_that_belong_together_are_read() -> None:
    assert golden().latents == ((0.5,), (0.6,))
    assert golden(logvar=None).logvar is None


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": [], "latents": [], "outputs": []},
        {"latents": [[0.5]]},
        {"outputs": [[0.0, 1.0]]},
        {"inputs": [[0.0, 1.0], [1.0]]},
        {"outputs": [[0.0, 1.0], [1.0]]},
        {"logvar": [[0.1], []]},
        {"tolerance": "small"},
        {"tolerance": None},
        {"inputs": [[0.0, None], [1.0, 0.0]]},
        {"colour": "red"},
    ],
    ids=str,
)
def test_rows_that_do_not_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Golden.model_validate({**GOOD, **changes}, strict=False)
