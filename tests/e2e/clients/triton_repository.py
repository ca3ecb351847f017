"""Lists, loads and unloads models with tritonclient. Prints what came of it as JSON.

Usage: triton_repository.py HOST:PORT list | load MODEL | unload MODEL | configure MODEL | load-while-asking MODEL
"""

import asyncio
import json
import sys
from typing import Any

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput
from tritonclient.http.aio import InferenceServerClient as AsyncClient
from tritonclient.utils import InferenceServerException

ROWS = np.linspace(0, 1, 24, dtype=np.float32).reshape(2, 12)


def asked(model: str) -> dict[str, Any]:
    return {
        "model_name": f"{model}.encoder",
        "inputs": [InferInput("input", ROWS.shape, "FP32").set_data_from_numpy(ROWS)],
    }


def describe(client: InferenceServerClient, model: str) -> dict[str, Any]:
    """What the server says of the model, and what it answers."""
    if not client.is_model_ready(model):
        return {"ready": False}
    result = client.infer(**asked(model))
    version = result.get_response()["model_version"]
    return {"ready": True, "version": version, "latents": result.as_numpy("latent").tolist()}


async def load_while_asking(address: str, model: str, times: int = 5) -> dict[str, Any]:
    """Load a model again and again while eight others go on asking it; how many answers came, and of which versions."""
    versions: list[str] = []

    async def ask_on(client: AsyncClient, loading: asyncio.Task[None]) -> None:
        while not loading.done():
            versions.append((await client.infer(**asked(model))).get_response()["model_version"])

    async def load(client: AsyncClient) -> None:
        for _ in range(times):
            await client.load_model(model)

    async with AsyncClient(address) as client:
        before = (await client.infer(**asked(model))).get_response()["model_version"]
        loading = asyncio.create_task(load(client))
        await asyncio.gather(*(ask_on(client, loading) for _ in range(8)), loading)
        after = (await client.infer(**asked(model))).get_response()["model_version"]
    return {"answers": len(versions), "versions": sorted(set(versions)), "before": before, "after": after}


def main() -> None:
    address, command, *names = sys.argv[1:]
    if command == "load-while-asking":
        print(json.dumps(asyncio.run(load_while_asking(address, names[0]))))
        return
    said: dict[str, Any] = {}
    with InferenceServerClient(address) as client:
        try:
            match command:
                case "load":
                    client.load_model(names[0])
                case "unload":
                    client.unload_model(names[0])
                case "configure":
                    client.load_model(names[0], config='{"backend": "onnxruntime"}')
        except InferenceServerException as error:
            said["refused"] = [error.status(), error.message()]
        said["index"] = [[each["name"], each["version"], each["state"]] for each in client.get_model_repository_index()]
        said["model"] = describe(client, names[0].partition(".")[0]) if names else None
    print(json.dumps(said))


main()
