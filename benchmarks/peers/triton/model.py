"""ae-mnist's encoder in Triton's Python backend."""

import os
import sys

sys.path.insert(0, os.environ["PEER_SITE_PACKAGES"])  # Triton starts Python without any virtual environment

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["PEER_ENCODER"], options)

    def execute(self, requests):
        inputs = [pb_utils.get_input_tensor_by_name(request, "input").as_numpy() for request in requests]
        rows = inputs[0] if len(inputs) == 1 else np.concatenate(inputs)
        latents = self.session.run(["latent"], {"input": rows})[0]
        responses, start = [], 0
        for part in inputs:
            tensor = pb_utils.Tensor("latent", latents[start : start + len(part)])
            responses.append(pb_utils.InferenceResponse([tensor]))
            start += len(part)
        return responses
