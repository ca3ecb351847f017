"""What KServe's InferenceRESTClient gets with protocol v2, as JSON.

Usage: kserve_client.py URL < {"rows": …, "values": …}
"""

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any

import httpx
import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, InferResponse, RESTConfig
from kserve.protocol.infer_type import RequestedOutput
from kserve.utils.numpy_codec import to_np_dtype

ENCODER, DECODER, WHOLE = "ae-mnist.encoder", "ae-mnist.decoder", "ae-mnist"


def tensor(name: str, values: Any, datatype: str = "FP32", *, binary: bool = True) -> InferInput:
    given = InferInput(name, list(values.shape), datatype)
    given.set_data_from_numpy(values, binary_data=binary)
    return given


def shown(response: InferResponse) -> dict[str, Any]:
    return {
        "id": response.id,
        "model": response.model_name,
        "datatypes": [output.datatype for output in response.outputs],
        "arrays": {output.name: output.as_numpy().tolist() for output in response.outputs},
    }


async def refused(asked: Awaitable[InferResponse]) -> list[Any]:
    """The status and the message of what has to be refused."""
    try:
        await asked
    except httpx.HTTPStatusError as error:
        return [error.response.status_code, str(error)]
    raise AssertionError("what is wrong was taken")


class Client:
    """KServe's client and the server that it asks."""

    def __init__(self, client: InferenceRESTClient, url: str) -> None:
        self.client = client
        self.url = url

    async def infer(self, model: str, *tensors: InferInput, **options: Any) -> InferResponse:
        request = InferRequest(model, list(tensors), **options)
        return await self.client.infer(self.url, request, model_name=model)

    async def tell_about(self) -> dict[str, Any]:
        return {
            "live": await self.client.is_server_live(self.url),
            "ready": await self.client.is_server_ready(self.url),
            "models ready": [await self.client.is_model_ready(self.url, name) for name in (WHOLE, ENCODER, "x")],
        }

    async def infer_every_datatype(self, values: dict[str, Any]) -> dict[str, Any]:
        """FP16 in binary alone: the client has no other way."""
        answers = {}
        for datatype, numbers in values.items():
            array = np.array(numbers, to_np_dtype(datatype))
            for binary in (True,) if datatype == "FP16" else (True, False):
                given = tensor("latent", array, datatype, binary=binary)
                parameters = {"binary_data_output": binary}
                answers[f"{datatype} {binary}"] = shown(await self.infer(DECODER, given, parameters=parameters))
        return answers

    async def infer_outputs(self, rows: Any) -> dict[str, Any]:
        """Each output as it is asked for; one in JSON and one in binary in the same answer."""
        asked = [RequestedOutput("latent", {"binary_data": True}), RequestedOutput("output", {"binary_data": False})]
        plain = {"inputs": [{"name": "input", "shape": list(rows.shape), "datatype": "FP32", "data": rows.tolist()}]}
        return {
            "all": shown(await self.infer(WHOLE, tensor("input", rows), request_id="all of them")),
            "mixed": shown(await self.infer(WHOLE, tensor("input", rows), request_outputs=asked)),
            "dict": shown(await self.client.infer(self.url, plain, model_name=WHOLE)),
        }

    async def infer_at_once(self, rows: Any) -> list[dict[str, Any]]:
        """Each row in a request of its own."""
        asked = (self.infer(ENCODER, tensor("input", row[np.newaxis])) for row in rows)
        return list(map(shown, await asyncio.gather(*asked)))

    async def be_refused(self, rows: Any) -> dict[str, Any]:
        return {
            "no such model": await refused(self.infer("x", tensor("input", rows))),
            "wrong width": await refused(self.infer(ENCODER, tensor("input", rows[:, :3]))),
            "no such input": await refused(self.infer(ENCODER, tensor("pixels", rows, binary=False))),
            "out of range": await refused(self.infer(ENCODER, tensor("input", rows + 1, binary=False))),
        }


async def main() -> None:
    given = json.load(sys.stdin)
    rows = np.array(given["rows"], np.float32)
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as rest:
        client = Client(rest, sys.argv[1])
        answers = {
            "about": await client.tell_about(),
            "datatypes": await client.infer_every_datatype(given["values"]),
            "outputs": await client.infer_outputs(rows),
            "refused": await client.be_refused(rows),
            "at once": await client.infer_at_once(rows),
        }
    json.dump(answers, sys.stdout)


asyncio.run(main())
