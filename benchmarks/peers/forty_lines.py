"""What a competent developer writes in an afternoon: FastAPI, pydantic, numpy, onnxruntime. It serves every bundle."""

import os
from pathlib import Path

import numpy as np
from fastapi import FastAPI, HTTPException
from onnxruntime import InferenceSession, SessionOptions
from pydantic import BaseModel

MODELS = Path(os.environ.get("MODELS", "models"))


class Inputs(BaseModel):
    inputs: list[list[float]]


class Latents(BaseModel):
    latents: list[list[float]]


def load(file: str) -> dict[str, InferenceSession]:
    options = SessionOptions()
    options.intra_op_num_threads = 1
    return {path.parts[-3]: InferenceSession(path, options) for path in sorted(MODELS.glob(f"*/*/{file}"))}


app = FastAPI()
encoders, decoders = load("encoder.onnx"), load("decoder.onnx")


@app.post("/encode")
async def encode(body: Inputs, model: str = "ae-mnist") -> dict[str, list[list[float]]]:
    if model not in encoders:
        raise HTTPException(404, f"no model {model}")
    rows = np.array(body.inputs, dtype=np.float32)
    return {"latents": encoders[model].run(["latent"], {"input": rows})[0].tolist()}


@app.post("/decode")
async def decode(body: Latents, model: str = "ae-mnist") -> dict[str, list[list[float]]]:
    if model not in decoders:
        raise HTTPException(404, f"no model {model}")
    rows = np.array(body.latents, dtype=np.float32)
    return {"outputs": decoders[model].run(["output"], {"latent": rows})[0].tolist()}
