"""ae-mnist's encoder in mosec, with dynamic batching."""

import os

import numpy as np
import onnxruntime
from mosec import Server, Worker


class Encoder(Worker):
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["PEER_ENCODER"], options)

    def forward(self, requests):
        parts = [np.array(request["inputs"], np.float32) for request in requests]
        latents = self.session.run(["latent"], {"input": np.concatenate(parts)})[0]
        ends = np.cumsum([len(part) for part in parts])[:-1]
        return [{"latents": part.tolist()} for part in np.split(latents, ends)]


if __name__ == "__main__":
    server = Server()
    server.append_worker(Encoder, num=1, max_batch_size=16, max_wait_time=1, route="/encode")
    server.run()
