"""Large arrays: cut into rows, asked for in parts, put together in order."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import COLOURS, TOY, TOY_VAE
from clients import Kind, connected
from latentd.client import LatentClient, ParameterInvalidError, ValueNonFiniteError, ValueRangeError
from latentd.client.rows import MOST_ROWS, chunking_for
from latentd.inference import Registry
from paced import Paced
from servers import Server, serving
from unreliable import Unreliable

TOY_ROW = 12 * 4


def rows_in(proxy: Unreliable) -> list[int]:
    """How many rows of TOY came with each request."""
    return [len(each.body) // TOY_ROW for each in proxy.seen if each.method == "POST"]


@pytest.mark.parametrize(("chunk_bytes", "dims", "rows"), [(1000, (10,), 25), (1000, (2, 50), 5), (1, (10,), 1)])
def test_a_chunk_keeps_question_and_answer_small(chunk_bytes: int, dims: tuple[int, ...], rows: int) -> None:
    assert chunking_for(chunk_bytes, *dims).rows == rows


def test_narrow_rows_do_not_make_a_chunk_of_too_many() -> None:
    assert chunking_for(2**30, 1).rows == MOST_ROWS


@pytest.mark.parametrize("in_flight", [1, 2, 5])
@pytest.mark.parametrize("rows", [6, 7, 8, 100])
def test_chunks_come_back_in_order(
    kind: Kind, proxy: Unreliable, registry: Registry, in_flight: int, rows: int
) -> None:
    inputs, told = TOY.inputs(rows), []
    with connected(kind, proxy.url, chunk_bytes=7 * TOY_ROW, in_flight=in_flight) as latent:
        found = latent.encode(inputs, progress=lambda done, total: told.append((done, total)))
    np.testing.assert_allclose(found.latents, registry.get("toy").encode(inputs), atol=1e-6)
    assert told == [(min(first + 7, rows), rows) for first in range(0, rows, 7)]
    assert sum(rows_in(proxy)) == rows
    assert max(rows_in(proxy)) <= 7


@pytest.mark.parametrize("name", ["encode", "decode", "reconstruct"])
def test_every_operation_goes_in_chunks(kind: Kind, server: Server, registry: Registry, name: str) -> None:
    model, told = registry.get("toy"), []
    given = TOY.inputs(6000) if name != "decode" else model.encode(TOY.inputs(6000))
    with connected(kind, server.url, chunk_bytes=1000 * TOY_ROW) as latent:
        found: Any = getattr(latent, name)(given, progress=lambda done, total: told.append((done, total)))
    expected: Any = getattr(model, name)(given)
    field = "latents" if name == "encode" else "outputs"
    np.testing.assert_allclose(getattr(found, field), getattr(expected, field, expected), atol=1e-6)
    assert told == [(done, 6000) for done in range(1000, 7000, 1000)]


def test_a_draw_does_not_depend_on_the_chunks(kind: Kind, server: Server) -> None:
    options = {"model": "toy-vae", "sample": True, "seed": 7}
    inputs = TOY_VAE.inputs(50)
    with connected(kind, server.url, chunk_bytes=7 * TOY_ROW) as few, connected(kind, server.url) as many:
        found, expected = few.encode(inputs, **options), many.encode(inputs, **options)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.latents, expected.latents, atol=1e-6)


def test_a_small_array_is_one_request(kind: Kind, proxy: Unreliable) -> None:
    with connected(kind, proxy.url) as latent:
        latent.encode(TOY.inputs(20))
        latent.encode(TOY.inputs(20))
    assert proxy.paths() == ["/models", "/models/toy", "/encode", "/encode"]


def test_all_chunks_are_of_one_version(kind: Kind, proxy: Unreliable) -> None:
    with connected(kind, proxy.url, chunk_bytes=7 * TOY_ROW) as latent:
        latent.encode(TOY.inputs(20))
    asked = [httpx.URL(each.path).params for each in proxy.seen if each.method == "POST"]
    assert len(asked) == 3
    assert all((each["model"], each["version"]) == ("toy", "2") for each in asked)


def test_it_learns_how_many_rows_the_server_takes(kind: Kind, models_folder: Any, tmp_path: Any) -> None:
    told: list[int] = []
    with (
        serving(models_folder, tmp_path / "log", {"LATENTD_MAX_ROWS": "10"}) as server,
        connected(kind, server.url, model="toy", chunk_bytes=32 * TOY_ROW, in_flight=1) as latent,
    ):
        found = latent.encode(TOY.inputs(100), progress=lambda done, _total: told.append(done)).latents
        assert latent.encode(TOY.inputs(3)).latents.shape == (3, 2)
    assert told == [32, 40, 48, 56, 64, 72, 80, 88, 96, 100]
    assert found.shape == (100, 2)
    assert np.isfinite(found).all()


def test_it_learns_how_large_a_body_the_server_takes(latent: LatentClient, registry: Registry) -> None:
    inputs = COLOURS.inputs(130)  # 1.5 MiB at a time; the server of these tests takes 1 MiB
    found = latent.encode(inputs, model="colours")
    np.testing.assert_allclose(found.latents, registry.get("colours").encode(inputs), atol=1e-6)


def test_a_single_row_too_large_is_an_error(kind: Kind, models_folder: Any, tmp_path: Any) -> None:
    with (
        serving(models_folder, tmp_path / "log", {"LATENTD_MAX_BODY_BYTES": "47"}) as server,
        connected(kind, server.url, model="toy") as latent,
        pytest.raises(Exception, match="larger than 47 bytes") as raised,
    ):
        latent.encode(TOY.inputs(2))
    assert type(raised.value).__name__ == "BodyTooLargeError"


@pytest.mark.parametrize("row", [0, 6, 7, 20, 99])
def test_the_fault_of_a_chunk_is_told_by_the_row_of_the_whole(kind: Kind, server: Server, row: int) -> None:
    inputs = TOY.inputs(100)
    inputs[row, 5] = np.nan
    with (
        connected(kind, server.url, chunk_bytes=7 * TOY_ROW) as latent,
        pytest.raises(ValueNonFiniteError) as raised,
    ):
        latent.encode(inputs)
    assert f"got nan at /inputs/{row}/5;" in str(raised.value)
    assert [fault["pointer"] for fault in raised.value.problem.errors] == [f"/inputs/{row}/5"]
    assert f"/inputs/{row}/5" in raised.value.problem.errors[0]["detail"]


def test_the_first_fault_ends_it_and_the_client_goes_on(kind: Kind, proxy: Unreliable) -> None:
    inputs = TOY.inputs(700)
    inputs[0, 0] = 7
    with connected(kind, proxy.url, chunk_bytes=7 * TOY_ROW) as latent:
        with pytest.raises(ValueRangeError):
            latent.encode(inputs)
        assert len(rows_in(proxy)) <= 4
        assert latent.encode(inputs[1:2]).latents.shape == (1, 2)


def test_how_many_values_are_wrong_is_told_of_the_rows_that_were_looked_at(kind: Kind, server: Server) -> None:
    with connected(kind, server.url, chunk_bytes=7 * TOY_ROW) as latent:
        with pytest.raises(ValueRangeError, match=r"at /inputs/0/0; 84 such values in rows 0 to 6$"):
            latent.encode(np.full((100, 12), 7.0))
        with pytest.raises(ValueRangeError, match=r"at /inputs/0/0; 84 such values in all$"):
            latent.encode(np.full((7, 12), 7.0))


@pytest.mark.parametrize("in_flight", [2, 5])
@pytest.mark.parametrize("first", [0, 7])
def test_of_several_faults_the_first_in_order_is_told(kind: Kind, server: Server, in_flight: int, first: int) -> None:
    inputs = TOY.inputs(100)
    inputs[first:, 0] = np.arange(100 - first) + 2
    transport = Paced({2.0: 0.2})  # the first that is wrong is the last to be answered
    options: dict[str, Any] = {"chunk_bytes": 7 * TOY_ROW, "in_flight": in_flight, "transport": transport}
    with connected(kind, server.url, **options) as latent, pytest.raises(ValueRangeError) as raised:
        latent.encode(inputs)
    assert raised.value.problem.errors[0]["pointer"] == f"/inputs/{first}/0"


def test_a_progress_may_be_awaited(server: Server) -> None:
    told: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        await asyncio.sleep(0)
        told.append((done, total))

    with connected("async", server.url, chunk_bytes=7 * TOY_ROW) as latent:
        latent.encode(TOY.inputs(20), progress=progress)
    assert told == [(7, 20), (14, 20), (20, 20)]


@pytest.mark.parametrize("rows", [3, 20], ids=["one request", "several"])
def test_a_client_that_waits_says_that_it_cannot_await(server: Server, rows: int) -> None:
    async def progress(_done: int, _total: int) -> None:
        raise AssertionError("nobody awaits it")

    with (
        connected("sync", server.url, chunk_bytes=7 * TOY_ROW) as latent,
        pytest.raises(ParameterInvalidError, match="expected a progress that is called; AsyncLatentClient awaits one"),
    ):
        latent.encode(TOY.inputs(rows), progress=progress)


def test_whoever_is_told_of_the_progress_may_end_it(kind: Kind, proxy: Unreliable) -> None:
    class Enough(Exception):  # noqa: N818 - it is none of ours
        pass

    def stop(done: int, _total: int) -> None:
        if done > 20:
            raise Enough

    with connected(kind, proxy.url, chunk_bytes=7 * TOY_ROW) as latent:
        with pytest.raises(Enough):
            latent.encode(TOY.inputs(7000), progress=stop)
        assert len(rows_in(proxy)) <= 8
        assert latent.encode(TOY.inputs(1)).latents.shape == (1, 2)
