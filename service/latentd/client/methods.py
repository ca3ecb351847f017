"""From a function that says what to ask to an operation, and to the signature of the method that runs it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from latentd.client.answers import PNG
from latentd.client.operation import Operation, only
from latentd.client.picture import Picture
from latentd.client.session import Call, Session
from latentd.client.views import View

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def as_arrays(ask: Callable[Parameters, View[Result]]) -> Callable[Concatenate[Session, Parameters], Operation[Result]]:
    """The operation that gives a view's arrays."""

    @wraps(ask)
    def operation(session: Session, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Operation[Result]:
        view = ask(*args, **kwargs)
        model = yield from session.pin(view.model, view.version)
        call = Call(view.path, query={**model.query, **view.query}, body=view.body)
        return (yield from only(session.ask_json(call, lambda fields: view.read(model, fields))))

    return operation


def as_picture(ask: Callable[Parameters, View[Any]]) -> Callable[Concatenate[Session, Parameters], Operation[Picture]]:
    """The operation that gives a view's picture."""

    @wraps(ask)
    def operation(session: Session, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Operation[Picture]:
        view = ask(*args, **kwargs)
        model = yield from session.pin(view.model, view.version)
        call = Call(view.path, PNG, {**model.query, **view.query}, view.body)
        answer = yield from only(session.ask(call))
        return Picture(answer.content, model.name, model.version)

    operation.__annotations__ = {**ask.__annotations__, "return": "View[Picture]"}
    return operation


def signature_of(ask: Callable[..., Operation[Any]]) -> inspect.Signature:
    """The signature of the method that runs the operation: `self` for the session, and the result itself."""
    signature = inspect.signature(ask)
    others = [parameter for parameter in signature.parameters.values() if parameter.name != "session"]
    returns = str(ask.__annotations__["return"]).partition("[")[2].removesuffix("]")
    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    return signature.replace(parameters=[self, *others], return_annotation=returns)
