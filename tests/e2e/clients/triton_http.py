"""What tritonclient.http gets, as JSON. Usage: triton_http.py HOST:PORT < {"rows": …, "values": …, "counts": …}"""

import json
import sys
import urllib.request
from itertools import product
from typing import Any

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput, InferResult
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, triton_to_np_dtype

ENCODER, DECODER, WHOLE, COUNTED = "ae-mnist.encoder", "ae-mnist.decoder", "ae-mnist", "dae-mnist.decoder"


def tensor(name: str, values: Any, *, binary: bool = True) -> InferInput:
    given = InferInput(name, values.shape, np_to_triton_dtype(values.dtype))
    return given.set_data_from_numpy(values, binary_data=binary)


def shown(result: InferResult) -> dict[str, Any]:
    response = result.get_response()
    arrays = {output["name"]: result.as_numpy(output["name"]) for output in response["outputs"]}
    return {
        "response": {name: value for name, value in response.items() if name != "outputs"},
        "dtypes": [str(array.dtype) for array in arrays.values()],
        "arrays": {name: array.tolist() for name, array in arrays.items()},
    }


def tell_about(client: InferenceServerClient) -> dict[str, Any]:
    return {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "models ready": [client.is_model_ready(*model) for model in ((WHOLE,), (ENCODER, "1"), (ENCODER, "2"), ("x",))],
        "server": client.get_server_metadata(),
        "models": [client.get_model_metadata(*model) for model in ((WHOLE,), (ENCODER, "1"), ("vae-mnist.encoder",))],
        "index": client.get_model_repository_index(),
    }


def infer_every_way(client: InferenceServerClient, rows: Any) -> dict[str, Any]:
    """JSON and binary, plain and compressed, with a version and without."""
    answers = {}
    ways = product((True, False), (True, False, None), (None, "gzip", "deflate"), (None, "gzip", "deflate"), ("", "1"))
    for binary_in, binary_out, request_encoding, response_encoding, version in ways:
        way = f"{binary_in} {binary_out} {request_encoding} {response_encoding} {version}"
        wanted = None if binary_out is None else [InferRequestedOutput("latent", binary_data=binary_out)]
        answers[way] = shown(
            client.infer(
                ENCODER,
                [tensor("input", rows, binary=binary_in)],
                model_version=version,
                outputs=wanted,
                request_id=way,
                request_compression_algorithm=request_encoding,
                response_compression_algorithm=response_encoding,
            )
        )
    return answers


def infer_every_datatype(client: InferenceServerClient, values: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{datatype} {binary}": shown(client.infer(DECODER, [tensor("latent", array, binary=binary)]))
        for datatype, numbers in values.items()
        for binary in (True, False)
        for array in [np.array(numbers, triton_to_np_dtype(datatype))]
    }


def infer_some_outputs(client: InferenceServerClient, rows: Any) -> list[dict[str, Any]]:
    given = [tensor("input", rows)]
    asked = [["output", "latent"], ["latent", "output"], ["latent"], ["output"]]
    parameters = {"sequence_id": 5, "sequence_start": True, "priority": 1, "timeout": 1_000_000}
    return [
        *(shown(client.infer(WHOLE, given, outputs=list(map(InferRequestedOutput, names)))) for names in asked),
        shown(client.infer(WHOLE, given, **parameters, parameters={"of": "ours", "n": 1, "x": 1.5, "yes": True})),
    ]


def send_by_hand(address: str, rows: Any) -> list[dict[str, Any]]:
    """The bodies that the client makes and reads, sent by something else; and that the answers are compressed."""
    answers = []
    for binary, encoding in product((True, False), ("", "gzip", "deflate")):
        wanted = [InferRequestedOutput("latent", binary_data=binary)]
        body, length = InferenceServerClient.generate_request_body([tensor("input", rows, binary=binary)], wanted)
        headers = {"Accept-Encoding": encoding, "Content-Type": "application/json"}
        if length:
            headers |= {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(length)}
        request = urllib.request.Request(f"http://{address}/v2/models/{ENCODER}/infer", body, headers)
        with urllib.request.urlopen(request) as response:
            sent, size = response.headers["Content-Encoding"], response.headers["Inference-Header-Content-Length"]
            result = InferenceServerClient.parse_response_body(
                response.read(), header_length=size and int(size), content_encoding=sent
            )
        answers.append({"asked": encoding, "sent": sent or "", "is binary": bool(size), **shown(result)})
    return answers


def count(client: InferenceServerClient, latents: Any) -> list[dict[str, Any]]:
    """Statistics before and after three requests, and one that is refused."""
    statistics = [client.get_inference_statistics(COUNTED)]
    for _ in range(3):
        client.infer(COUNTED, [tensor("latent", latents)])
    try:
        client.infer(COUNTED, [tensor("latent", latents[:, :1])])
    except InferenceServerException:
        statistics.append(client.get_inference_statistics(COUNTED, "1"))
    return [*statistics, client.get_inference_statistics()]


def main() -> None:
    address, given = sys.argv[1], json.load(sys.stdin)
    rows = np.array(given["rows"], np.float32)
    with InferenceServerClient(address) as client:
        answers = {
            "about": tell_about(client),
            "ways": infer_every_way(client, rows),
            "datatypes": infer_every_datatype(client, given["values"]),
            "outputs": infer_some_outputs(client, rows),
            "by hand": send_by_hand(address, rows),
            "statistics": count(client, np.array(given["counted"], np.float32)),
        }
    json.dump(answers, sys.stdout)


main()
