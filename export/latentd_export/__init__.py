"""The offline half of latentd: trains autoencoders and writes them as bundles (needs torch)."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before torch or onnxscript may import onnxruntime: nothing is sent anywhere
