from __future__ import annotations

from math import inf, nan

import pytest

from latentd_export.checkpoint import History
from latentd_export.divergence import check_finite, check_learned, check_not_exploded
from latentd_export.errors import TrainingDivergedError
from small_models import make_recipe

SCHEDULE = make_recipe(learning_rate=0.5, epochs=3).schedule


def history(*losses: float) -> History:
    return History(list(losses), list(losses))


@pytest.mark.parametrize("loss", [nan, inf, -inf])
def test_a_loss_that_is_no_number_ends_the_run(loss: float) -> None:
    with pytest.raises(TrainingDivergedError, match="in epoch 3: the loss is no longer a finite number"):
        check_finite(loss, 2, SCHEDULE)


def test_any_number_is_finite() -> None:
    check_finite(1e30, 0, SCHEDULE)


def test_a_loss_a_hundred_times_the_untrained_model_s_has_exploded() -> None:
    check_not_exploded(history(199.0), 2.0, SCHEDULE)
    with pytest.raises(TrainingDivergedError, match=r"in epoch 1: the validation loss is 201, where .* was 2,"):
        check_not_exploded(history(201.0), 2.0, SCHEDULE)


@pytest.mark.parametrize(
    ("error", "losses", "refused"),
    [
        (0.05, (3.0, 4.0), False),  # better than the mean row, though its loss was lower before
        (1.05, (3.0, 4.0), False),  # as good as the mean row: a collapsed posterior
        (1.90, (3.0, 2.0), False),  # worse, and still falling: a run that is merely short
        (1.90, (2.0, 3.0), True),
        (1.90, (6.0, 5.5), True),  # falling, but the untrained model was better
        (1.90, (4.0,), False),
        (1.90, (6.0,), True),
    ],
)
def test_a_run_that_ends_below_the_mean_row_and_was_not_falling_is_refused(
    error: float, losses: tuple[float, ...], refused: bool
) -> None:
    if not refused:
        check_learned(error, 1.0, 5.0, history(*losses), SCHEDULE)
        return
    with pytest.raises(TrainingDivergedError, match=r"mean training row 1, and its loss was lower before") as caught:
        check_learned(error, 1.0, 5.0, history(*losses), SCHEDULE)
    assert caught.value.epoch == len(losses)
