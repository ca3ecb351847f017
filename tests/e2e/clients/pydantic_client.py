"""What pydantic-open-inference gets, as JSON. Usage: pydantic_client.py URL < {"rows": …, "latents": …}

The models are made-up ones: toy.encoder takes `input` [-1, 12] and gives `latent` [-1, 2]; toy.decoder turns it round.
"""

import json
import sys
from typing import Annotated, Any, NamedTuple

from pydantic_open_inference import (
    BadStatusCodeFromServerError,
    DatatypeOverride,
    IncompatibleTensorError,
    InputsBaseModel,
    OutputsBaseModel,
    RemoteModel,
)

Row = NamedTuple("Row", [(f"value_{index}", float) for index in range(12)])  # type: ignore[misc]  # made, not written


class Point(NamedTuple):
    """A latent. The package compares the shapes of named tuples with the server's."""

    x: float
    y: float


class Pixels(InputsBaseModel):
    input: list[Row]


class Latents(InputsBaseModel):
    latent: list[Point]


class Bytes(InputsBaseModel):
    latent: Annotated[list[tuple[int, int]], DatatypeOverride("INT8")]


class Encoded(OutputsBaseModel):
    latent: list[Point]


class Decoded(OutputsBaseModel):
    output: list[Row]


class Everything(OutputsBaseModel):
    output: list[list[float]]
    latent: list[tuple[float, float]]


class Unknown(OutputsBaseModel):
    logits: list[Point]


def refused(model: Any, given: Any) -> int:
    try:
        model.infer(given)
    except BadStatusCodeFromServerError as error:
        return int(error.status_code)
    raise AssertionError("what is wrong was taken")


def is_valid(model: Any) -> bool:
    try:
        model.validate()
    except IncompatibleTensorError:
        return False
    return True


def main() -> None:
    url, given = sys.argv[1], json.load(sys.stdin)
    pixels = Pixels(input=[Row(*row) for row in given["rows"]])
    latents = Latents(latent=[Point(*row) for row in given["latents"]])

    def remote(name: str, inputs: Any, outputs: Any, **options: Any) -> Any:
        return RemoteModel(model_name=name, inputs_model=inputs, outputs_model=outputs, server_url=url, **options)

    encoder, first = (remote("toy.encoder", Pixels, Encoded, **chosen) for chosen in ({}, {"model_version": "1"}))
    decoder, whole = remote("toy.decoder", Latents, Decoded), remote("toy", Pixels, Everything)
    bytewise, unknown = remote("toy.decoder", Bytes, Decoded), remote("toy.encoder", Pixels, Unknown)
    missing = remote("nothing", Pixels, Encoded)
    answers = {
        "ready": [model.is_ready() for model in (encoder, first, missing)],
        "valid": [is_valid(model) for model in (encoder, first, decoder, unknown, bytewise)],
        "latents": [model.infer(pixels).model_dump()["latent"] for model in (encoder, first)],
        "outputs": decoder.infer(latents).model_dump()["output"],
        "whole": whole.infer(pixels).model_dump(),
        "bytes": bytewise.infer(Bytes(latent=[(-1, 2)])).model_dump()["output"],
        "refused": [
            refused(missing, pixels),
            refused(unknown, pixels),
            refused(bytewise, Bytes(latent=[(300, 0)])),
            refused(encoder, Pixels(input=[Row(*[2.0] * 12)])),
        ],
    }
    json.dump(answers, sys.stdout)


main()
