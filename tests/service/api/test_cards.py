"""Cards: pictures are the bundle's own."""

from __future__ import annotations

import asyncio

import pytest

from latentd.api.cards import examples, show_picture
from latentd.errors import PathNotFoundError
from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings
from questions import question


def test_only_a_listed_picture_is_given(registry: Registry) -> None:
    service = Service(Settings(), registry)
    answer = asyncio.run(show_picture("toy", "loss.png", question(), service))
    assert answer.body == registry.get("toy").documents["loss.png"]
    for name in ("card.md", "encoder.onnx", "nothing.png", "../loss.png"):
        with pytest.raises(PathNotFoundError, match="the card of model 'toy' has no picture"):
            asyncio.run(show_picture("toy", name, question(), service))
    service.scheduler.close()


def test_examples_are_those_of_the_default_model(registry: Registry) -> None:
    found = examples(Registry(registry, default="toy-vae"))
    assert "toy-vae: model card" in found["/models/{name}/card"]["text/html"]["example"]
    assert "toy-vae" in found["/models/{name}/architecture.svg"]["image/svg+xml"]["example"]
    (picture,) = found["/models/{name}/card/{picture}"].values()
    assert picture["examples"]["example"]["externalValue"] == "models/toy-vae/card/loss.png?version=1"
