"""Where a client connects to, and as whom."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from bundles import TOY
from clients import Kind, connected
from latentd import __version__
from latentd.app import create_app
from latentd.client import (
    AsyncLatentClient,
    LatentClient,
    ModelNotFoundError,
    ParameterInvalidError,
    VersionNotFoundError,
)
from latentd.client.session import KEPT_URLS
from latentd.inference import Autoencoder, Registry
from latentd.settings import Settings
from servers import Server
from unreliable import Reply, Unreliable

KEY = "a-key/with+signs="


def headers_sent(kind: Kind, **options: Any) -> httpx.Headers:
    found: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found.append(request.headers)
        return httpx.Response(200, json={"models": []})

    with connected(kind, "http://latentd", transport=httpx.MockTransport(answer), **options) as latent:
        assert latent.models() == ()
    return found[0]


def test_the_key_is_sent_as_a_bearer_token(kind: Kind) -> None:
    assert headers_sent(kind, api_key=KEY)["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in headers_sent(kind)


def test_a_client_says_who_it_is(kind: Kind) -> None:
    assert headers_sent(kind)["user-agent"] == f"latentd/{__version__}"


@pytest.mark.parametrize("kind", [LatentClient, AsyncLatentClient])
def test_the_key_is_shown_nowhere(kind: type[LatentClient | AsyncLatentClient]) -> None:
    assert KEY not in repr(kind(api_key=KEY))
    assert KEY not in repr(vars(kind(api_key=KEY)))


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel"])
@pytest.mark.parametrize("kind", [LatentClient, AsyncLatentClient])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(
    kind: type[LatentClient | AsyncLatentClient], key: str
) -> None:
    with pytest.raises(ParameterInvalidError, match=r"^expected an api_key of visible ASCII characters$"):
        kind(api_key=key)


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "localhost", "ftp://host", "http://", "", "http://host:port", "http:///x"]
)
@pytest.mark.parametrize("kind", [LatentClient, AsyncLatentClient])
def test_what_is_no_address_is_refused(kind: type[LatentClient | AsyncLatentClient], url: str) -> None:
    with pytest.raises(ParameterInvalidError, match="expected"):
        kind(url)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"in_flight": 0}, "expected in_flight as a whole number from 1 on; got 0"),
        ({"in_flight": 2.0}, "expected in_flight as a whole number from 1 on; got 2.0"),
        ({"chunk_bytes": 0}, "expected chunk_bytes as a whole number from 1 on; got 0"),
        ({"chunk_bytes": -5}, "expected chunk_bytes as a whole number from 1 on; got -5"),
        ({"timeout": 0}, "expected a timeout of more than 0 seconds; got 0"),
        ({"timeout": float("nan")}, "expected a timeout of more than 0 seconds; got nan"),
    ],
)
@pytest.mark.parametrize("kind", [LatentClient, AsyncLatentClient])
def test_numbers_with_which_nothing_could_be_sent_are_refused(
    kind: type[LatentClient | AsyncLatentClient], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ParameterInvalidError) as raised:
        kind(**options)
    assert str(raised.value) == words


@pytest.mark.parametrize("ending", ["", "/"])
def test_a_path_in_the_address_is_kept(kind: Kind, ending: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"models": []})

    with connected(kind, f"https://host/ml/latent{ending}", transport=httpx.MockTransport(answer)) as latent:
        latent.models()
    assert asked == ["https://host/ml/latent/models"]


def test_a_client_may_ask_an_app_in_its_own_process(registry: Registry) -> None:
    app: FastAPI = create_app(Settings(), registry=registry)
    outer = FastAPI()
    outer.mount("/ml", app)
    with connected("async", "http://any/ml", transport=httpx.ASGITransport(outer)) as latent:
        np.testing.assert_allclose(
            latent.encode(TOY.inputs(3)).latents, registry.get("toy").encode(TOY.inputs(3)), atol=1e-6
        )


def test_the_model_of_the_client_is_asked_unless_a_call_names_another(kind: Kind, server: Server) -> None:
    with connected(kind, server.url, model="toy-vae") as latent:
        assert latent.sample(1).model == "toy-vae"
        assert latent.model().name == "toy-vae"
        assert latent.sample(1, model="sensors").model == "sensors"
    with connected(kind, server.url, model="toy", version=1) as latent:
        assert latent.sample(1).version == 1
        assert latent.sample(1, version=2).version == 2
        assert latent.sample(1, model="sensors").version == 1
        assert latent.sample(1, model="toy").version == 2


def test_models_are_described(latent: LatentClient, registry: Registry) -> None:
    assert [model.name for model in latent.models()] == ["colours", "sensors", "toy", "toy-vae"]
    for summary in latent.models():
        manifest = registry.get(summary.name).manifest
        for found in (summary, latent.model(summary.name)):
            assert (found.name, found.version, found.kind) == (manifest.name, manifest.version, manifest.kind)
            assert (found.input_dim, found.latent_dim) == (manifest.input_dim, manifest.latent_dim)
            assert (found.picture_shape, found.parameters) == (manifest.picture_shape, manifest.parameters)
            assert found.metrics[0].name == manifest.metrics[0].name
    assert latent.model("toy").versions == (1, 2)
    assert latent.model("sensors").value_range is None
    assert latent.model("toy", 1).value_range == (0, 1)
    assert latent.model("toy-vae").has_posterior
    assert not latent.model().has_posterior


def test_names_are_quoted(latent: LatentClient) -> None:
    with pytest.raises(ModelNotFoundError, match="no model is named"):
        latent.model("no such?&#model")


def test_anything_else_may_be_got(latent: LatentClient, client: httpx.Client) -> None:
    assert latent.get("/models/toy/card") == client.get("/models/toy/card").content
    asked = {"rows": 2, "cols": 2, "dims": (1, 0)}
    answer = client.get("/grid?rows=2&cols=2&dims=1,0", headers={"Accept": "application/x-npy"})
    assert latent.get("/grid", asked, accept="application/x-npy") == answer.content


def test_a_client_stays_with_the_version_that_it_met(models_folder: Any) -> None:
    first, second = (Autoencoder.load(models_folder / "toy" / str(version)) for version in (1, 2))
    app = create_app(Settings(), registry=Registry([first]))
    with connected("async", "http://any", transport=httpx.ASGITransport(app)) as latent:
        assert latent.sample(1).version == 1
        app.state.service._registry = Registry([first, second])
        assert latent.sample(1).version == 1
        assert latent.model().version == 2
        app.state.service._registry = Registry([second])
        with pytest.raises(VersionNotFoundError):
            latent.sample(1)
        assert latent.sample(1).version == 2, "what is gone is looked up again"


def test_threads_may_share_a_client(server: Server, registry: Registry) -> None:
    inputs = TOY.inputs(40)
    expected = registry.get("toy").encode(inputs)
    with LatentClient(server.url, chunk_bytes=7 * 48) as latent, ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: latent.encode(inputs).latents, range(40)):
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_tasks_may_share_a_client(server: Server, registry: Registry) -> None:
    async def use() -> list[Any]:
        async with AsyncLatentClient(server.url, chunk_bytes=7 * 48) as latent:
            return list(await asyncio.gather(*(latent.encode(TOY.inputs(40)) for _ in range(40))))

    expected = registry.get("toy").encode(TOY.inputs(40))
    for found in asyncio.run(use()):
        np.testing.assert_allclose(found.latents, expected, atol=1e-6)


def test_a_client_does_not_grow_with_what_it_asks() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"")

    with LatentClient("http://latentd", transport=httpx.MockTransport(answer)) as latent:
        for number in range(1000):
            latent.get("/grid", {"rows": number})
        assert len(latent._session.urls) <= KEPT_URLS


def test_closing_is_the_end(server: Server) -> None:
    with LatentClient(server.url) as latent:
        latent.models()
    with pytest.raises(RuntimeError, match="closed"):
        latent.models()


def test_closing_is_the_end_for_whoever_awaits(server: Server) -> None:
    async def use() -> None:
        async with AsyncLatentClient(server.url) as latent:
            await latent.models()
        with pytest.raises(RuntimeError, match="closed"):
            await latent.models()

    asyncio.run(use())


def test_a_tls_server_must_prove_who_it_is() -> None:
    for client in (LatentClient("https://host"), AsyncLatentClient("https://host")):
        transport = client._http._transport
        assert transport._pool._ssl_context.verify_mode.name == "CERT_REQUIRED"  # type: ignore[union-attr]


def test_every_answer_of_a_health_check_is_a_yes_or_no(kind: Kind, proxy: Unreliable) -> None:
    proxy.script += [("/health", Reply(200, {"Content-Type": "text/html"}, b"hello"))]
    with connected(kind, proxy.url) as latent:
        assert latent.ready() is False
        assert latent.ready() is True
