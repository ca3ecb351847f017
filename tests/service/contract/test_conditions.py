"""Which questions are the same, and which are wrong whatever the client has already."""

from __future__ import annotations

import httpx
import pytest

from asking import ask
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings
from viewing import JSON, PNG

GRID = "/grid?rows=2&cols=3"
PREFERRED = f"{JSON}, */*;q=0.1"
ZEROS = "0,0,0,0,0"
DEFAULTS = [
    ("/grid", "low=0.05&high=0.95"),
    ("/grid", "low=0.05"),
    ("/grid", "rows=20&cols=20&dims=0,1&spacing=quantile"),
    ("/grid?model=toy-vae", f"base={ZEROS}"),
    ("/grid?model=toy-vae", "version=1"),
    ("/traverse", "dim=0&steps=9&low=.05&high=9.5e-1"),
    ("/traverse?model=toy-vae", f"latents={ZEROS}"),
    (f"/interpolate?model=toy-vae&from={ZEROS}&to=1,1,1,1,1", "steps=10&method=linear"),
    ("/interpolate?from=0,0.1&to=1,1", "from=0.0,0.100000001&to=1,1"),
    ("/sample?seed=1", "n=16"),
    ("/latents", "offset=0&limit=20"),
    ("/examples", "offset=0&limit=8&inputs=true"),
    ("/examples?seed=1", "limit=1000"),
    ("/latents", "limit=1000"),
    ("/latents?offset=20", "offset=99"),
    ("/models/toy", "version=2"),
    ("/models/toy/card", "version=2"),
]


@pytest.mark.parametrize(("url", "stated"), DEFAULTS)
def test_a_default_that_is_stated_is_the_same_question(client: httpx.Client, url: str, stated: str) -> None:
    urls = (url, url + ("&" if "?" in url else "?") + stated)
    plain, said = (client.get(asked, headers={"Accept": PREFERRED}) for asked in urls)
    assert plain.status_code == 200
    assert said.headers["etag"] == plain.headers["etag"]
    assert said.content == plain.content


def test_with_linear_spacing_the_bounds_are_the_models_own(client: httpx.Client) -> None:
    url = "/traverse?spacing=linear&steps=3"
    first = client.get(url, headers={"Accept": JSON})
    low, _, high = first.json()["values"]
    for stated, same in ((high, True), (high + 1, False)):
        said = client.get(f"{url}&low={low}&high={stated}", headers={"Accept": JSON})
        assert (said.headers["etag"] == first.headers["etag"]) == same
        assert (said.content == first.content) == same


NOTHING = "text/plain"
ASKED = [
    (GRID, PNG, 200),
    ("/grid?rows=100&cols=100", PNG, 200),
    ("/models", "*/*", 200),
    ("/grid?spacing=foo", JSON, 422),
    ("/grid?dims=5,5", JSON, 422),
    ("/grid?dims=0,7", JSON, 422),
    ("/grid?rows=100000", JSON, 422),
    ("/grid?rows=101&cols=100", JSON, 422),
    ("/grid?low=0.9&high=0.1", JSON, 422),
    ("/grid?base=1", PNG, 422),
    ("/traverse?dim=2", JSON, 422),
    ("/traverse?latents=1", JSON, 422),
    ("/interpolate?from=0,0&to=1,1&method=slerp", JSON, 422),
    ("/interpolate?from=0,0,0&to=1,1", JSON, 422),
    ("/sample?seed=1&n=100000", JSON, 422),
    ("/latents?limit=0", JSON, 422),
    ("/examples?offset=8", JSON, 422),
    ("/examples?model=sensors", JSON, 404),
    ("/examples", NOTHING, 406),
    *[(url, JSON, 404) for url in ("/grid?model=tay", "/models/tay", "/models/toy?version=9", "/models/tay/card")],
    *[(url, NOTHING, 406) for url in (GRID, "/traverse", "/interpolate?from=0,0&to=1,1", "/sample?seed=1", "/latents")],
    *[(url, NOTHING, 406) for url in ("/models", "/models/toy")],
    *[(f"/models/toy/{page}", NOTHING, 406) for page in ("card", "card/loss.png", "architecture.svg")],
    ("/models/toy/card", "image/*", 406),
    ("/models/toy/architecture.svg", "image/png, text/html", 406),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("known", ["", "*"])
@pytest.mark.parametrize(("url", "accept", "status"), ASKED)
def test_a_wrong_question_is_wrong_whatever_the_client_has(
    client: httpx.Client, url: str, accept: str, status: int, known: str, method: str
) -> None:
    answer = client.request(method, url, headers={"Accept": accept, "If-None-Match": known})
    assert answer.status_code == (304 if status == 200 and known else status)
    assert answer.headers["vary"] == "Accept"


def test_no_cache_keeps_what_a_body_was_answered(client: httpx.Client) -> None:
    assert "vary" not in client.post("/encode", content=b"").headers


def test_a_list_of_models_changes_with_the_models_and_the_default(registry: Registry) -> None:
    defaults = [Registry(registry, default=name) for name in registry.names]
    others = [Registry([registry.get("toy", 1)]), Registry([registry.get("toy", 2)])]
    apps = [create_app(Settings(), registry=each) for each in (*defaults, *others)]
    assert len({ask(app, "GET", "/models").headers["etag"] for app in apps}) == len(apps)


def test_a_description_changes_with_the_versions_that_it_lists(registry: Registry) -> None:
    one, two = registry.get("toy", 1), registry.get("toy", 2)
    apps = [create_app(Settings(), registry=Registry(models)) for models in ([one], [one, two])]
    assert len({ask(app, "GET", "/models/toy?version=1").headers["etag"] for app in apps}) == 2


def test_a_picture_past_the_limit_is_refused_whatever_the_client_has(registry: Registry) -> None:
    app = create_app(Settings(max_pixels=48), registry=registry)
    headers = {"If-None-Match": "*", "Accept": PNG}
    assert ask(app, "GET", "/grid?rows=5&cols=1", headers=headers).status_code == 413
    assert ask(app, "GET", "/grid?rows=4&cols=1", headers=headers).status_code == 304
