"""Who is taken on: requests beyond what may wait are refused at once, before their bodies are looked at.

Work waits in two places. What is short is done on the event loop: all that has arrived in a turn waits there for its
turn to end, and how long is measured. What is long, or shares runs, waits in the scheduler, which knows what it costs.
"""

from __future__ import annotations

from starlette.types import Scope

from latentd.errors import MemoryFullError, QueueFullError
from latentd.http1.room import BYTES_SETTING
from latentd.http1.turn import FEW, SCOPE_KEY
from latentd.inference.cost import INLINE_SECONDS, Cost
from latentd.inference.stopwatch import Stopwatch
from latentd.question import Question
from latentd.service import Service
from latentd.wire import contact_sheet, npy_body, raw_body

ALWAYS_ANSWERED = FEW
"""So many requests of a turn are answered whatever they cost; what is long is in no turn."""

SETTING = "LATENTD_QUEUE_SECONDS"
VALUE_BYTES = 4  # of a float32; numbers in JSON are longer, so that there are fewer rows in a body than this tells
READING_SECONDS = 2.5e-9  # about what it takes to read a byte of JSON
LARGE_VALUES = 1 << 16
"""An answer of fewer numbers is written before there is anything to count."""

JSON_BYTES = 12  # that a number of an answer takes, about
ANSWER_BYTES = {raw_body.MEDIA_TYPE: 4, npy_body.MEDIA_TYPE: 4, contact_sheet.MEDIA_TYPE: 1}
"""In other forms than text."""

PICTURES = "image/"  # always unpacked in a thread


def admit_to_turn(scope: Scope, service: Service, watch: Stopwatch) -> None:
    """Raise QueueFullError for what has waited too long in its turn of the event loop already, behind many others.

    How long it has waited is noted on the `watch`.
    """
    turn = scope.get(SCOPE_KEY)  # no other server's event loop has turns
    if turn is None or not turn.answered:
        return
    waited, most = turn.waited, service.settings.queue_seconds
    watch.has_waited(waited)
    if turn.answered >= ALWAYS_ANSWERED and waited > most and turn.worked > most:
        raise QueueFullError(0, service.settings.queue_seconds, SETTING)


def admit_rows(question: Question, service: Service, cost: Cost, dim: int) -> None:
    """Raise QueueFullError for a body of rows of `dim` values that would wait in the scheduler, where enough does."""
    if service.scheduler.backlog.is_full and _waits(question, service, cost, dim):
        raise _refusal(service)


def admit(service: Service, seconds: float) -> None:
    """Raise QueueFullError for work of so many `seconds` that would wait in the scheduler, where enough does."""
    if service.scheduler.backlog.is_full and seconds >= INLINE_SECONDS:
        raise _refusal(service)


def admit_answer(question: Question, service: Service, values: int, media_type: str = "") -> None:
    """Raise AnswerTooLargeError or MemoryFullError, before anything is computed for an answer of so many numbers.

    A large one is counted as held until it is written; from then on http1 counts what of it has not been taken.
    """
    service.check_answer(values)
    if values >= LARGE_VALUES:
        room = service.room
        if room.is_full:
            raise MemoryFullError(room.most_bytes, BYTES_SETTING)
        room.hold(question, values * ANSWER_BYTES.get(media_type, JSON_BYTES))


def _waits(question: Question, service: Service, cost: Cost, dim: int) -> bool:
    length = question.length
    return (
        service.scheduler.waits(cost, max(1, length // (VALUE_BYTES * dim)))
        or length * READING_SECONDS >= INLINE_SECONDS
        or question.header(b"content-type").startswith(PICTURES)
    )


def _refusal(service: Service) -> QueueFullError:
    return QueueFullError(service.scheduler.backlog.seconds, service.settings.queue_seconds, SETTING)
