"""ae-mnist's encoder as a custom runtime of MLServer."""

import os

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Encoder(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["PEER_ENCODER"], options)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows = NumpyCodec.decode_input(payload.inputs[0])
        latents = self.session.run(["latent"], {"input": rows})[0]
        output = NumpyCodec.encode_output("latent", latents)
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=[output])
