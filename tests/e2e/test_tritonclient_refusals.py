"""What tritonclient raises where latentd refuses: our words, and the right status."""

from __future__ import annotations

import re
from typing import Any

import pytest

from peers import Peer
from servers import Server

NOT_OFFERED = "has the datatype '{}'; accepted are FP32, FP64, FP16, INT8, INT16, INT32, INT64, UINT8, "
REFUSALS = {
    "no such model": (404, "no model is named 'nothing'; there are colours, colours.encoder, colours.decoder, "),
    "no such part": (404, "no model is named 'toy.middle'; there are "),
    "no such version": (404, "model 'toy.encoder' has no version 9; there are 1, 2"),
    "a version that is no number": (404, "model 'toy.encoder' has no version latest; there are 1, 2"),
    "no such output": (400, "model 'toy.encoder' has no output 'logits'; its outputs are 'latent'"),
    "an output twice": (400, "output 'latent' is asked for twice"),
    "classification": (400, "output 'latent' has the parameter 'classification', which is not offered here"),
    "shared memory": (400, "input 'input' lies in shared memory, which is not offered here"),
    "shared memory for an output": (400, "output 'latent' has the parameter 'shared_memory_region', which is not"),
    "no input": (400, "the input 'input' of model 'toy.encoder' is missing"),
    "an input twice": (400, "input 'input' is there twice"),
    "no such input": (400, "model 'toy.encoder' has no input 'pixels'; its input is 'input'"),
    "no data": (400, "input 'input' has neither data nor a binary_data_size; expected one of them"),
    "wrong width": (400, "input 'input' has the shape [3, 5]; expected [-1, 12]"),
    "one axis": (400, "input 'input' has the shape [12]; expected [-1, 12]"),
    "three axes": (400, "input 'input' has the shape [1, 3, 12]; expected [-1, 12]"),
    "no rows": (400, "input 'input' has the shape [0, 12]; expected an array of numbers from 1"),
    "another shape than its bytes": (400, "input 'input' has a binary_data_size of 144, but is FP32 [4, 12], which is"),
    "another shape than its numbers": (400, "input 'input' has 36 values; its shape is [4, 12], which is 48"),
    "out of range": (400, "input 'input': expected values from 0 to 1; got 1.5 at "),
    "FP64 not finite": (400, "input 'input': expected finite float32 numbers; got inf at "),
    "FP16 not finite": (400, "input 'input': expected finite float32 numbers; got inf at "),
    "NaN in binary": (400, "input 'input': expected finite float32 numbers; got nan at "),
    "NaN in JSON": (400, "the body is not JSON: unexpected character, expected a JSON value (line 1, column "),
    "infinity in JSON": (400, "the body is not JSON: unexpected character, expected a JSON value (line 1, column "),
    "BOOL": (400, NOT_OFFERED.format("BOOL")),
    "BF16": (400, NOT_OFFERED.format("BF16")),
    "BYTES": (400, NOT_OFFERED.format("BYTES")),
    "BYTES in JSON": (400, NOT_OFFERED.format("BYTES")),
    "too many rows": (413, "10001 rows are more than 10000, the limit for one request that LATENTD_MAX_ROWS sets"),
    "too many bytes of JSON": (413, "the body is larger than 1048576 bytes, the limit that LATENTD_MAX_BODY_BYTES"),
    "far too many bytes": (413, "the body is larger than 1048576 bytes, the limit that LATENTD_MAX_BODY_BYTES"),
    "too many compressed bytes": (413, "the body is larger than 1048576 bytes, the limit that LATENTD_MAX_BODY_BYTES"),
    "metadata of no model": (404, "no model is named 'nothing'; there are "),
    "statistics of no model": (404, "no model is named 'nothing'; there are "),
    "configuration": (404, "no route has this path"),
    "traces": (404, "no route has this path"),
    "load": (
        400,
        "models are not loaded or unloaded by clients here; the setting LATENTD_MODEL_CONTROL=explicit opens",
    ),
    "unload": (400, "models are not loaded or unloaded by clients here; the setting LATENTD_MODEL_CONTROL=explicit"),
}


@pytest.fixture(scope="module")
def refused(server: Server) -> dict[str, Any]:
    """All that triton_refusals.py tries, on a server of made-up models."""
    found: dict[str, Any] = Peer.installed("tritonclient").ask("triton_refusals", server.url.removeprefix("http://"))
    return found


def test_all_that_is_tried_is_refused(refused: dict[str, Any]) -> None:
    assert list(refused["refused"]) == list(REFUSALS)


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_has_its_status_and_our_words(refused: dict[str, Any], fault: str) -> None:
    status, words = REFUSALS[fault]
    assert refused["refused"][fault][0] == str(status)
    assert re.search(re.escape(words), refused["refused"][fault][1])


def test_the_connection_is_as_good_as_before(refused: dict[str, Any]) -> None:
    assert refused["shape after all that"] == [3, 2]
