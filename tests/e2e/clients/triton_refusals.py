"""The errors that tritonclient raises, as JSON, by what was wrong. Usage: triton_refusals.py HOST:PORT"""

import json
import sys
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

MODEL = "toy.encoder"  # input [-1, 12] from 0 to 1 -> latent [-1, 2]
ROWS = np.full((3, 12), 0.5, np.float32)


def tensor(values: Any, name: str = "input", *, binary: bool = True) -> InferInput:
    given = InferInput(name, values.shape, np_to_triton_dtype(values.dtype))
    return given.set_data_from_numpy(values, binary_data=binary)


def shared_memory() -> InferInput:
    return InferInput("input", ROWS.shape, "FP32").set_shared_memory("region", ROWS.nbytes)


def shared_memory_output() -> InferRequestedOutput:
    output = InferRequestedOutput("latent")
    output.set_shared_memory("region", 64)
    return output


def faults(client: InferenceServerClient) -> dict[str, Callable[[], object]]:
    def infer(*values: InferInput, model: str = MODEL, **options: Any) -> Callable[[], object]:
        return lambda: client.infer(model, list(values), **options)

    good, unfit = tensor(ROWS), {"FP64": ROWS.astype(np.float64) * 1e300, "FP16": ROWS.astype(np.float16) / 0}
    return {
        "no such model": infer(good, model="nothing"),
        "no such part": infer(good, model="toy.middle"),
        "no such version": infer(good, model_version="9"),
        "a version that is no number": infer(good, model_version="latest"),
        "no such output": infer(good, outputs=[InferRequestedOutput("logits")]),
        "an output twice": infer(good, outputs=[InferRequestedOutput("latent")] * 2),
        "classification": infer(good, outputs=[InferRequestedOutput("latent", class_count=2)]),
        "shared memory": infer(shared_memory()),
        "shared memory for an output": infer(good, outputs=[shared_memory_output()]),
        "no input": infer(),
        "an input twice": infer(good, good),
        "no such input": infer(tensor(ROWS, "pixels")),
        "no data": infer(InferInput("input", ROWS.shape, "FP32")),
        "wrong width": infer(tensor(ROWS[:, :5])),
        "one axis": infer(tensor(ROWS[0])),
        "three axes": infer(tensor(ROWS[None])),
        "no rows": infer(tensor(ROWS[:0])),
        "another shape than its bytes": infer(tensor(ROWS).set_shape([4, 12])),
        "another shape than its numbers": infer(tensor(ROWS, binary=False).set_shape([4, 12])),
        "out of range": infer(tensor(ROWS + 1)),
        **{f"{kind} not finite": infer(tensor(values)) for kind, values in unfit.items()},
        "NaN in binary": infer(tensor(ROWS * np.nan)),
        "NaN in JSON": infer(tensor(ROWS * np.nan, binary=False)),
        "infinity in JSON": infer(tensor(ROWS / 0, binary=False)),
        "BOOL": infer(tensor(ROWS > 0)),
        "BF16": infer(tensor(ROWS.astype(ml_dtypes.bfloat16))),
        "BYTES": infer(tensor(ROWS.astype(str).astype(object))),
        "BYTES in JSON": infer(tensor(ROWS.astype(str).astype(object), binary=False)),
        "too many rows": infer(tensor(np.zeros((10_001, 12), np.uint8))),
        "too many bytes of JSON": infer(tensor(np.full((9_999, 12), 1 / 3), binary=False)),
        "far too many bytes": infer(tensor(np.zeros((90_000, 12), np.float64))),
        "too many compressed bytes": infer(tensor(np.zeros((90_000, 12))), request_compression_algorithm="gzip"),
        "metadata of no model": lambda: client.get_model_metadata("nothing"),
        "statistics of no model": lambda: client.get_inference_statistics("nothing"),
        "configuration": lambda: client.get_model_config("toy"),
        "traces": client.get_trace_settings,
        "load": lambda: client.load_model("toy"),
        "unload": lambda: client.unload_model("toy"),
    }


def main() -> None:
    np.seterr(all="ignore")
    refused = {}
    with InferenceServerClient(sys.argv[1]) as client:
        for name, ask in faults(client).items():
            try:
                ask()
            except InferenceServerException as error:
                refused[name] = [error.status(), error.message()]
        alive = client.infer(MODEL, [tensor(ROWS)]).as_numpy("latent").shape
    json.dump({"refused": refused, "shape after all that": alive}, sys.stdout)


main()
