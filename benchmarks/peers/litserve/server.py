"""ae-mnist's encoder in LitServe."""

import os
import sys

import litserve
import numpy as np
import onnxruntime


class Encoder(litserve.LitAPI):
    def setup(self, device):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["PEER_ENCODER"], options)

    def decode_request(self, request):
        return np.array(request["inputs"], np.float32)

    def predict(self, rows):
        return self.session.run(["latent"], {"input": rows})[0]

    def encode_response(self, latents):
        return {"latents": latents.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Encoder(api_path="/encode"), accelerator="cpu", workers_per_device=1, fast_queue=True)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False, log_level="warning"
    )
