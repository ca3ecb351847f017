from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from latentd_export import errors
from latentd_export.errors import DatasetMissingError, ExportError, TrainingDivergedError, TrainingFinishedError
from small_models import make_recipe

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, Exception)]


def test_the_tree_on_the_page_is_the_tree() -> None:
    assert all(issubclass(error, ExportError) for error in CLASSES)
    drawn = [line.split()[1] for line in (errors.__doc__ or "").splitlines() if line[:1] in "├└" and line]
    assert sorted([*drawn, "ExportError"]) == sorted(error.__name__ for error in CLASSES)


@pytest.mark.parametrize(
    ("rate", "clip_norm", "advice"),
    [
        (3.0, None, "(now 3; try 0.01) or set schedule.clip_norm = 1.0"),
        (3e-3, 5.0, "(now 0.003; try 0.001) or lower schedule.clip_norm (now 5)"),
    ],
)
def test_a_diverged_run_gets_advice_that_fits_its_schedule(rate: float, clip_norm: float | None, advice: str) -> None:
    schedule = make_recipe(learning_rate=rate, clip_norm=clip_norm).schedule
    message = str(TrainingDivergedError("it burst", 4, schedule))
    assert message.startswith("training diverged in epoch 4: it burst, so no bundle was written.")
    assert advice in message


def test_a_missing_dataset_names_each_source_and_each_file() -> None:
    error = DatasetMissingError("letters", ["a-ubyte", "b-ubyte"], {"cache": "no such folder", "mirror": "404"})
    assert "  - cache: no such folder\n  - mirror: 404\n" in str(error)
    assert "  a-ubyte, b-ubyte\n" in str(error)
    assert "--data-dir" in str(error)


def test_a_finished_training_names_the_command_that_exports_it() -> None:
    assert "`latentd-export export there/model.pt`" in str(TrainingFinishedError(Path("there/model.pt"), 3))
