"""The models that the Open Inference Protocol sees: three for each bundle, one for each graph and one for both."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, ClassVar

from latentd.errors import ModelNotFoundError, VersionNotFoundError
from latentd.inference import Autoencoder, Posterior, Registry
from latentd.inference.arrays import FloatArray
from latentd.inference.autoencoder import RoundTrip
from latentd.inference.cost import Cost
from latentd.inference.rows import RowSpec

PLATFORM = "onnx_onnxruntime"

Work = Callable[[FloatArray], Any]


class ProtocolModel:
    """One input tensor [-1, n] in, one or more output tensors [-1, m] out, all of them float32."""

    suffix: ClassVar[str]
    graph: ClassVar[str]
    spec: RowSpec
    input_name: str
    outputs: dict[str, int]
    """The width of each output by its name."""
    cost: Cost

    def __init__(self, autoencoder: Autoencoder) -> None:
        self.autoencoder = autoencoder
        self.name = autoencoder.manifest.name + self.suffix
        self.version = str(autoencoder.manifest.version)

    def work(self, names: Container[str]) -> Work:
        """What computes the outputs of these names for rows [N, n], and no more than they need."""
        raise NotImplementedError

    def arrays_in(self, result: Any) -> dict[str, FloatArray]:
        """The outputs [N, m] in what `work` has given, by their names."""
        raise NotImplementedError


class EncoderModel(ProtocolModel):
    """`NAME.encoder`: input -> latent, and for a VAE logvar."""

    suffix, graph = ".encoder", "encoder"

    def __init__(self, autoencoder: Autoencoder) -> None:
        super().__init__(autoencoder)
        graph = autoencoder.manifest.encoder
        self.spec, self.input_name, self.cost = autoencoder.inputs, graph.input, autoencoder.encoder_cost
        self.outputs = {name: autoencoder.latents.dim for name in (graph.latent, graph.logvar) if name}

    def work(self, _names: Container[str]) -> Work:
        return self.autoencoder.encode_rows

    def arrays_in(self, result: Posterior) -> dict[str, FloatArray]:
        arrays = (result.latents,) if result.logvar is None else (result.latents, result.logvar)
        return dict(zip(self.outputs, arrays, strict=True))


class DecoderModel(ProtocolModel):
    """`NAME.decoder`: latent -> output."""

    suffix, graph = ".decoder", "decoder"

    def __init__(self, autoencoder: Autoencoder) -> None:
        super().__init__(autoencoder)
        graph = autoencoder.manifest.decoder
        self.spec, self.input_name, self.cost = autoencoder.latents, graph.latent, autoencoder.decoder_cost
        self.outputs = {graph.output: autoencoder.inputs.dim}

    def work(self, _names: Container[str]) -> Work:
        return self.autoencoder.decode_rows

    def arrays_in(self, result: FloatArray) -> dict[str, FloatArray]:
        return dict.fromkeys(self.outputs, result)


class WholeModel(ProtocolModel):
    """`NAME`: input -> output and latent."""

    suffix, graph = "", "both"

    def __init__(self, autoencoder: Autoencoder) -> None:
        super().__init__(autoencoder)
        encoder, decoder = autoencoder.manifest.encoder, autoencoder.manifest.decoder
        self.spec, self.input_name = autoencoder.inputs, encoder.input
        self.cost = autoencoder.encoder_cost + autoencoder.decoder_cost
        self._output, self._latent = decoder.output, encoder.latent
        self.outputs = {self._output: autoencoder.inputs.dim, self._latent: autoencoder.latents.dim}

    def work(self, names: Container[str]) -> Work:
        return self.autoencoder.round_trip_rows if self._output in names else self.autoencoder.encode_rows

    def arrays_in(self, result: RoundTrip | Posterior) -> dict[str, FloatArray]:
        latents = {self._latent: result.latents}
        return {self._output: result.outputs, **latents} if isinstance(result, RoundTrip) else latents


KINDS: dict[str, Callable[[Autoencoder], ProtocolModel]] = {
    kind.suffix: kind for kind in (WholeModel, EncoderModel, DecoderModel)
}


def bundle_of(name: str) -> tuple[str, str]:
    """The name of the bundle behind a model's name, and the suffix. Bundles have no dots in their names."""
    bundle, dot, part = name.partition(".")
    return bundle, dot + part


def find_model(registry: Registry, name: str, version: str | None = None) -> ProtocolModel:
    """The model of that name, in that version or else the highest.

    Raises ModelNotFoundError or VersionNotFoundError.
    """
    bundle, suffix = bundle_of(name)
    if suffix not in KINDS or bundle not in registry.names:
        raise ModelNotFoundError(name, [model + suffix for model in registry.names for suffix in KINDS])
    if version is not None and version not in map(str, registry.versions(bundle)):
        raise VersionNotFoundError(name, version, registry.versions(bundle))
    return KINDS[suffix](registry.get(bundle, None if version is None else int(version)))


def all_models(registry: Registry) -> list[ProtocolModel]:
    """Every model in every version, by name and version."""
    return [kind(autoencoder) for autoencoder in registry for kind in KINDS.values()]
