"""ae-mnist's encoder in BentoML."""

import os

import bentoml
import numpy as np
import onnxruntime


@bentoml.service(workers=1, metrics={"enabled": False}, logging={"access": {"enabled": False}})
class Encoder:
    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["PEER_ENCODER"], options)

    @bentoml.api
    async def encode(self, inputs: np.ndarray) -> np.ndarray:
        return self.session.run(["latent"], {"input": inputs.astype(np.float32)})[0]
