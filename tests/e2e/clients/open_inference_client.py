"""What open-inference-openapi gets, as JSON, by either client. Usage: open_inference_client.py URL < {"rows": …}"""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable
from typing import Any

from open_inference.openapi.client import AsyncOpenInferenceClient, InferenceRequest, OpenInferenceClient
from open_inference.openapi.core.api_error import ApiError

MODEL = "ae-mnist.encoder"

Asked = Callable[[Any], Any]


def questions(rows: list[list[float]]) -> dict[str, Asked]:
    """What either client is asked; the asynchronous one answers with something to wait for."""
    tensor = {"name": "input", "shape": [len(rows), len(rows[0])], "datatype": "FP32", "data": rows}
    flat = {**tensor, "data": [value for row in rows for value in row]}
    wide = {**tensor, "shape": [len(rows), 9]}
    output = {"name": "latent"}

    def infer(model: str = MODEL, version: str = "", **fields: Any) -> Asked:
        request = InferenceRequest(**fields)
        if version:
            return lambda client: client.model_version_infer(model, version, request=request)
        return lambda client: client.model_infer(model, request=request)

    return {
        "live": lambda client: client.check_server_liveness(),
        "ready": lambda client: client.check_server_readiness(),
        "model ready": lambda client: client.check_model_readiness(MODEL),
        "version ready": lambda client: client.check_model_version_readiness(MODEL, "1"),
        "server": lambda client: client.read_server_metadata(),
        "model": lambda client: client.read_model_metadata(MODEL),
        "version": lambda client: client.read_model_version_metadata(MODEL, "1"),
        "nested": infer(inputs=[tensor], id="nested", outputs=[output]),
        "flat": infer(version="1", inputs=[flat], parameters={"of": "ours"}),
        "nulls": infer(
            id=None,
            parameters=None,
            inputs=[{**tensor, "parameters": None}],
            outputs=[{**output, "parameters": None}],
        ),
        "no outputs": infer(inputs=[tensor], outputs=None),
        "no such model": infer("x", inputs=[tensor]),
        "no such version": infer(version="2", inputs=[tensor]),
        "no such model ready": lambda client: client.check_model_readiness("x"),
        "no such metadata": lambda client: client.read_model_metadata("x"),
        "wrong shape": infer(inputs=[wide]),
    }


async def answer(asked: Asked, client: Any) -> Any:
    try:
        given = asked(client)
        found = await given if inspect.isawaitable(given) else given
    except ApiError as error:
        return {"error": type(error).__name__, "status": error.status_code, "body": error.body}
    return None if found is None else json.loads(found.json())


async def main() -> None:
    url, rows = sys.argv[1], json.load(sys.stdin)["rows"]
    answers = {}
    for client in (OpenInferenceClient(base_url=url), AsyncOpenInferenceClient(base_url=url)):
        asked = questions(rows).items()
        answers[type(client).__name__] = {name: await answer(question, client) for name, question in asked}
    json.dump(answers, sys.stdout)


asyncio.run(main())
