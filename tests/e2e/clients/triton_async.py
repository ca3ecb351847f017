"""What tritonclient gets when it asks for much at once, as JSON. Usage: triton_async.py HOST:PORT < {"rows": …}"""

import asyncio
import json
import sys
from typing import Any

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.http.aio import InferenceServerClient as AsyncClient
from tritonclient.utils import InferenceServerException

MODEL = "ae-mnist.encoder"
WAYS = [(binary, encoding) for binary in (True, False) for encoding in (None, "gzip", "deflate")]


def tensor(row: Any, *, binary: bool = True) -> InferInput:
    return InferInput("input", [1, row.size], "FP32").set_data_from_numpy(row[None], binary_data=binary)


def asked(row: Any, number: int) -> dict[str, Any]:
    """One request in one of the ways, with its number for an id."""
    binary, encoding = WAYS[number % len(WAYS)]
    return {
        "model_name": MODEL,
        "inputs": [tensor(row, binary=binary)],
        "model_version": "1" if number % 2 else "",
        "outputs": [InferRequestedOutput("latent", binary_data=binary)],
        "request_id": str(number),
        "request_compression_algorithm": encoding,
        "response_compression_algorithm": encoding,
    }


def shown(result: Any) -> dict[str, Any]:
    return {"id": result.get_response()["id"], "latent": result.as_numpy("latent").tolist()}


def refused(error: InferenceServerException) -> list[str]:
    return [error.status(), error.message()]


def ask_greenlets(address: str, rows: Any) -> dict[str, Any]:
    with InferenceServerClient(address, concurrency=8) as client:
        requests = [client.async_infer(**asked(row, number)) for number, row in enumerate(rows)]
        bad = client.async_infer(MODEL, [tensor(rows[0] + 2)])
        answers = [shown(request.get_result()) for request in requests]
        try:
            bad.get_result()
        except InferenceServerException as error:
            return {"answers": answers, "refused": refused(error)}
    raise AssertionError("what is out of range was taken")


async def ask_tasks(address: str, rows: Any) -> dict[str, Any]:
    async with AsyncClient(address) as client:
        answers = await asyncio.gather(*(client.infer(**asked(row, number)) for number, row in enumerate(rows)))
        about = {
            "live": await client.is_server_live(),
            "ready": await client.is_server_ready(),
            "model ready": [await client.is_model_ready(MODEL), await client.is_model_ready(MODEL, "7")],
            "server": (await client.get_server_metadata())["name"],
            "model": (await client.get_model_metadata(MODEL, "1"))["name"],
            "index": len(await client.get_model_repository_index()),
            "statistics": (await client.get_inference_statistics(MODEL))["model_stats"][0]["name"],
        }
        try:
            await client.infer(MODEL, [tensor(rows[0] + 2)])
        except InferenceServerException as error:
            return {"answers": list(map(shown, answers)), "about": about, "refused": refused(error)}
    raise AssertionError("what is out of range was taken")


def main() -> None:
    address, rows = sys.argv[1], np.array(json.load(sys.stdin)["rows"], np.float32)
    answers = {"greenlets": ask_greenlets(address, rows), "tasks": asyncio.run(ask_tasks(address, rows))}
    json.dump(answers, sys.stdout)


main()
