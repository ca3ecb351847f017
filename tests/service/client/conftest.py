"""What the tests of the clients share: each runs with both kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clients import KINDS, Kind, connected
from latentd.client import LatentClient
from servers import Server
from unreliable import Unreliable, unreliable


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def latent(server: Server, kind: Kind) -> Iterator[LatentClient]:
    """A client of the started server; an AsyncLatentClient behaves as if it were the other one."""
    with connected(kind, server.url) as client:
        yield client


@pytest.fixture
def proxy(server: Server) -> Iterator[Unreliable]:
    """A server between the client and the started one, that can be told to misbehave."""
    with unreliable(server.url) as state:
        yield state
