"""Whether a bundle on disk does what its manifest says: digests, golden answers, graphs, parity, figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from latentd.bundle import Bundle, read_bundle
from latentd.bundle.manifest import DECODER_FILE, ENCODER_FILE
from latentd.inference import Autoencoder as ServedAutoencoder
from latentd_export.architectures import Autoencoder, build_model
from latentd_export.datasets import Dataset
from latentd_export.errors import VerificationFailedError
from latentd_export.graphs import open_graphs
from latentd_export.onnx_graphs import check_graph
from latentd_export.parity import measure_parity
from latentd_export.recipe import Recipe
from latentd_export.remeasurement import measure_again


def verify_bundle(folder: Path, dataset: Dataset | None) -> Iterator[str]:
    """Checks the bundle in `folder` step by step and says what each step found.

    Without `dataset`, what needs the held-out rows is left out. Raises BundleError (digests, golden answers),
    ParityExceededError or VerificationFailedError at the first thing that is wrong.
    """
    bundle = read_bundle(folder)
    yield f"digests: {len(bundle.files)} files are what the manifest says"
    ServedAutoencoder(bundle)
    yield f"golden: {len(bundle.golden.inputs)} inputs give the stored latents and outputs"
    _check_graphs(bundle)
    yield "graphs: valid, deterministic, standard operators, weights inside, free batch axis"
    if dataset is None:
        yield "parity and figures: left out, since there is no data to compare on"
        return
    model = rebuild_model(bundle)
    graphs = open_graphs(folder, model.encoder.output_names)
    parity = measure_parity(model, graphs.encoder, graphs.decoder, dataset.held_out)
    yield f"parity: torch and onnxruntime differ by {parity.latent:.1e} on latents, {parity.output:.1e} on outputs"
    yield f"figures: {_check_figures(bundle, model, dataset)}"


def rebuild_model(bundle: Bundle) -> Autoencoder:
    """The torch model with the weights that the graphs hold: each keeps its name in the graph."""
    manifest = bundle.manifest
    value_range = None if manifest.value_range is None else (manifest.value_range.low, manifest.value_range.high)
    model = build_model(bundle_recipe(bundle), manifest.input_dim, value_range)
    _load_weights(model.encoder, bundle, ENCODER_FILE)
    _load_weights(model.decoder, bundle, DECODER_FILE)
    return model.eval()


def bundle_recipe(bundle: Bundle) -> Recipe:
    """The recipe that the bundle was made by."""
    return Recipe.model_validate(bundle.manifest.provenance.recipe)


def _load_weights(module: nn.Module, bundle: Bundle, file: str) -> None:
    graph = onnx.load_from_string(bundle.files[file]).graph
    weights = {tensor.name: torch.from_numpy(np.array(numpy_helper.to_array(tensor))) for tensor in graph.initializer}
    expected = module.state_dict()
    wrong = [name for name in expected if name not in weights or weights[name].shape != expected[name].shape]
    if wrong:
        raise VerificationFailedError(
            f"{bundle.folder}: {file} lacks the weights {', '.join(wrong)} that the recipe calls for"
        )
    module.load_state_dict({name: weights[name] for name in expected})


def _check_graphs(bundle: Bundle) -> None:
    for file in (ENCODER_FILE, DECODER_FILE):
        try:
            check_graph(onnx.load_from_string(bundle.files[file]))
        except (ValueError, onnx.checker.ValidationError) as error:
            raise VerificationFailedError(f"{bundle.folder}: {file}: {error}") from error


def _check_figures(bundle: Bundle, model: Autoencoder, dataset: Dataset) -> str:
    found = measure_again(bundle.manifest.metrics, model, bundle_recipe(bundle), dataset)
    if found.differing:
        raise VerificationFailedError(f"{bundle.folder}: {'; '.join(found.differing)}")
    count = len(found.measured) + len(found.left)
    if not found.left:
        return f"all {count} measured again, as stated"
    return (
        f"{len(found.measured)} of {count} measured again, as stated; not measured: {', '.join(found.left)} "
        "(they are of the plain autoencoder that the model was compared with, which no bundle holds)"
    )
