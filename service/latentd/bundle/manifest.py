"""The one contract between the offline half, which writes bundles, and the service, which reads them.

A bundle is a folder `models/<name>/<version>/`. Its `manifest.json` is one of the three manifests at the
foot of this page, told apart by `kind`. Whatever the service does differently from model to model is stated
in a field here, so that no code has to ask for the kind.

Shapes: D is `input_dim`, L is `latent_dim`, K a number of mixture components.
"""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from latentd.bundle.records import (
    SHA256,
    Corruption,
    DecoderGraph,
    EncoderGraph,
    FileRecord,
    GaussianMixture,
    HeldOut,
    LatentStatistics,
    Layer,
    Metric,
    Parity,
    PosteriorEncoderGraph,
    Provenance,
    Record,
    Size,
    StandardNormalPrior,
    ValueRange,
)

FORMAT_VERSION: Literal[1] = 1

MANIFEST_FILE = "manifest.json"
ENCODER_FILE = "encoder.onnx"
DECODER_FILE = "decoder.onnx"
LATENTS_FILE = "latents.npz"
GOLDEN_FILE = "golden.json"
CARD_FILE = "card.md"
EXAMPLES_FILE = "examples.npz"
"""Not required: held-out pictures themselves, for a model whose inputs are pictures."""
REQUIRED_FILES = (ENCODER_FILE, DECODER_FILE, LATENTS_FILE, GOLDEN_FILE, CARD_FILE)

MAX_INPUT_DIM = 2**22
MAX_LATENT_DIM = 2**16
MAX_LISTED = 1000
"""The most layers, metrics and files."""

_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"

PATTERNS = {
    _NAME: "a name of at most 64 lower-case letters, digits, hyphens and underscores",
    _FILE_NAME: "the plain name of a file in the bundle's own folder: at most 128 letters, digits, dots, hyphens and"
    " underscores, a letter or a digit first",
    SHA256: "a SHA-256 in 64 lower-case hexadecimal digits",
}
"""What the patterns of this page mean, for whoever has broken one."""

Name = Annotated[str, Field(pattern=_NAME)]
FileName = Annotated[str, Field(pattern=_FILE_NAME)]
PictureShape = tuple[Size, Size] | tuple[Literal[3], Size, Size]


class BundleManifest(Record):
    """What the manifests of all kinds share."""

    format_version: Literal[1] = FORMAT_VERSION
    name: Name
    version: Size
    description: str
    input_shape: tuple[Annotated[int, Field(ge=1, le=MAX_INPUT_DIM)]]
    latent_dim: Annotated[int, Field(ge=1, le=MAX_LATENT_DIM)]
    picture_shape: PictureShape | None
    value_range: ValueRange | None
    decoder: DecoderGraph
    layers: Annotated[tuple[Layer, ...], Field(max_length=MAX_LISTED)]
    metrics: Annotated[tuple[Metric, ...], Field(max_length=MAX_LISTED)]
    latent_statistics: LatentStatistics
    held_out: HeldOut
    parity: Parity
    provenance: Provenance
    files: Annotated[dict[FileName, FileRecord], Field(max_length=MAX_LISTED)]

    @property
    def input_dim(self) -> int:
        """D, the number of values in one input row."""
        return self.input_shape[0]

    @property
    def parameters(self) -> int:
        """The number of trained parameters in both graphs."""
        return sum(layer.parameters for layer in self.layers)

    @model_validator(mode="after")
    def check_shapes(self) -> Self:
        if self.picture_shape is not None and prod(self.picture_shape) != self.input_dim:
            raise ValueError(f"picture_shape {self.picture_shape} does not hold input_dim = {self.input_dim} values")
        if len(self.latent_statistics.mean) != self.latent_dim:
            raise ValueError(f"latent_statistics must have latent_dim = {self.latent_dim} dimensions")
        missing = [file for file in REQUIRED_FILES if file not in self.files]
        if missing or MANIFEST_FILE in self.files:
            raise ValueError(f"files must list {', '.join(missing)}" if missing else "files must not list the manifest")
        if EXAMPLES_FILE in self.files and (self.picture_shape is None or self.value_range is None):
            raise ValueError(f"files list {EXAMPLES_FILE}, which needs a picture_shape and a value_range")
        return self


class DeterministicManifest(BundleManifest):
    """An encoder with one latent for each input; samples come from a density that was fitted afterwards."""

    encoder: EncoderGraph
    density: GaussianMixture

    @model_validator(mode="after")
    def check_density(self) -> Self:
        if len(self.density.means[0]) != self.latent_dim:
            raise ValueError(f"density must have latent_dim = {self.latent_dim} dimensions")
        return self


class AutoencoderManifest(DeterministicManifest):
    """A plain autoencoder."""

    kind: Literal["ae"] = "ae"


class DenoisingAutoencoderManifest(DeterministicManifest):
    """An autoencoder trained to undo a corruption of its input."""

    kind: Literal["dae"] = "dae"
    corruption: Corruption


class VariationalAutoencoderManifest(BundleManifest):
    """An encoder that gives a posterior; samples come from the prior."""

    kind: Literal["vae"] = "vae"
    encoder: PosteriorEncoderGraph
    density: StandardNormalPrior


Manifest = AutoencoderManifest | DenoisingAutoencoderManifest | VariationalAutoencoderManifest

MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Annotated[Manifest, Field(discriminator="kind")])


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema of manifest.json, as it stands in models/manifest.schema.json."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **MANIFEST.json_schema()}
