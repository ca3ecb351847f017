"""When a training run has come to nothing: no bundle is made of it.

Three signs: the loss is no number any more; it lies far above where it started; at the end, the model answers worse
than one that gives the mean row to whatever it is asked, and its loss was not falling. A run that is merely short is no
such case: its loss falls to the end, however high it still is.
"""

from __future__ import annotations

import math

from latentd_export.checkpoint import History
from latentd_export.errors import TrainingDivergedError
from latentd_export.recipe import Schedule

EXPLODED = 100.0
MARGIN = (
    1.1  # a posterior that has collapsed to the prior answers the mean row to within a few percent: useless, not lost
)


def check_finite(loss: float, finished: int, schedule: Schedule) -> None:
    """`loss` of a step after `finished` epochs. Raises TrainingDivergedError when it is NaN or infinite."""
    if not math.isfinite(loss):
        raise TrainingDivergedError("the loss is no longer a finite number", finished + 1, schedule)


def check_not_exploded(history: History, untrained_loss: float, schedule: Schedule) -> None:
    """Raises TrainingDivergedError when the last epoch ended at more than 100 times the untrained model's loss."""
    loss = history.validation_loss[-1]
    if loss > EXPLODED * untrained_loss:
        what = f"the validation loss is {loss:.3g}, where that of the untrained model was {untrained_loss:.3g}"
        raise TrainingDivergedError(what, len(history.loss), schedule)


def check_learned(
    error: float, mean_row_error: float, untrained_loss: float, history: History, schedule: Schedule
) -> None:
    """Raises TrainingDivergedError for a finished run that ended worse than the mean row and was not getting better.

    `error` is the model's mean squared error on the validation rows, `mean_row_error` that of the mean training row.
    """
    *earlier, last = (untrained_loss, *history.validation_loss)
    if error > MARGIN * mean_row_error and last > min(earlier):
        what = (
            f"the model's error on the validation rows is {error:.3g}, that of answering each of them with the mean "
            f"training row {mean_row_error:.3g}, and its loss was lower before ({min(earlier):.3g}, now {last:.3g})"
        )
        raise TrainingDivergedError(what, len(history.loss), schedule)
