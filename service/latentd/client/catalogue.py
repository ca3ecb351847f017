"""What a server has, and whether it is there at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from latentd.client.errors import ClientError
from latentd.client.exchange import Exchange
from latentd.client.model import Model
from latentd.client.operation import Operation, only
from latentd.client.retries import Retries
from latentd.client.session import Call, Session


def models(session: Session) -> Operation[tuple[Model, ...]]:
    """Every model in its highest version, by name. Raises ClientError."""
    return (yield from only(session.ask_json(Call("/models"), lambda fields: tuple(map(Model.of, fields["models"])))))


def model(session: Session, name: str | None = None, version: int | None = None) -> Operation[Model]:
    """One model with its whole manifest; without a name, that of the client, else the server's default model.

    Raises ModelNotFoundError, VersionNotFoundError, and other errors of ClientError.
    """
    return (yield from session.describe(*session.choose(name, version)))


def live(session: Session) -> Operation[bool]:
    """Does the server answer at all? It is asked once; nothing is raised."""
    return (yield from only(_is_well(session, "/health/live")))


def ready(session: Session) -> Operation[bool]:
    """Are the server's models loaded and warm? It is asked once; nothing is raised."""
    return (yield from only(_is_well(session, "/health/ready")))


def get(
    session: Session, path: str, query: Mapping[str, object] | None = None, *, accept: str = "*/*"
) -> Operation[bytes]:
    """The body of any other GET, such as `/models/ae-mnist/card` or `/grid` as npy, in the media type `accept`.

    Raises ClientError.
    """
    return (yield from only(session.ask(Call(path, accept, query or {})))).content


def _is_well(session: Session, path: str) -> Exchange[bool]:
    once = replace(session, retries=Retries(attempts=1))
    try:
        yield from once.ask(Call(path))
    except ClientError:
        return False
    return True
