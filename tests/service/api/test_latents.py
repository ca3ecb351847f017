"""GET /latents: the held-out set, as much of it as is asked for."""

from __future__ import annotations

import io

import numpy as np
import pytest

from bundles import ROWS, SENSORS, TOY
from latentd.api.latents import LatentsQuery, latents
from latentd.inference import Registry
from questions import answer, fields_in, question
from viewing import CSV, JSON, NPY, RAW


@pytest.mark.parametrize(
    ("offset", "limit", "settled"),
    [
        (0, None, (0, ROWS)),
        (0, 5, (0, 5)),
        (5, 1000, (5, ROWS - 5)),
        (ROWS, None, (ROWS, 0)),
        (10**30, 10**30, (ROWS, 0)),
    ],
)
def test_a_query_is_settled_with_the_rows_that_there_are(
    registry: Registry, offset: int, limit: int | None, settled: tuple[int, int]
) -> None:
    found = LatentsQuery(offset=offset, limit=limit).settled(registry.get("toy"))
    assert (found.offset, found.limit) == settled


def test_a_part_comes_with_its_labels(registry: Registry) -> None:
    fields = fields_in(answer(latents, registry, question("version=1&offset=4&limit=3", {"Accept": JSON})))
    np.testing.assert_allclose(fields["latents"], TOY.encode(TOY.inputs())[4:7], atol=1e-6)
    assert fields["labels"] == [1, 2, 0]


def test_where_nothing_is_labelled_there_are_none(registry: Registry) -> None:
    assert fields_in(answer(latents, registry, question("model=sensors")))["labels"] is None
    csv = answer(latents, registry, question("model=sensors&limit=1", {"Accept": CSV})).body.decode()
    assert csv.splitlines()[0] == "label," + ",".join(f"latent_{dim}" for dim in range(SENSORS.latent_dim))
    assert csv.splitlines()[1].startswith(",")


def test_past_the_last_there_is_nothing(registry: Registry) -> None:
    assert fields_in(answer(latents, registry, question(f"offset={ROWS}")))["latents"] == []
    raw = answer(latents, registry, question(f"offset={ROWS}", {"Accept": RAW}))
    assert (raw.status, raw.body) == (200, b"")


def test_arrays_hold_the_same_and_name_the_model(registry: Registry) -> None:
    fields = fields_in(answer(latents, registry, question("limit=2")))
    npy = answer(latents, registry, question("limit=2", {"Accept": NPY}))
    np.testing.assert_array_equal(np.load(io.BytesIO(npy.body)), np.array(fields["latents"], np.float32))
    assert dict(npy.headers)[b"x-latentd-model"] == b"toy"


def test_labels_are_there_alone_for_who_has_the_latents_in_another_form(registry: Registry) -> None:
    fields = fields_in(answer(latents, registry, question("version=1&offset=4&limit=3&latents=false")))
    assert fields == {"model": "toy", "version": 1, "labels": [1, 2, 0]}
    raw = answer(latents, registry, question("limit=3&latents=false", {"Accept": RAW}))
    assert raw.body == answer(latents, registry, question("limit=3", {"Accept": RAW})).body


def test_who_has_it_is_told_so(registry: Registry) -> None:
    assert answer(latents, registry, question(headers={"If-None-Match": "*"})).status == 304
