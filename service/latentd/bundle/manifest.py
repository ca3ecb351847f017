"""The one contract between the offline half, which writes bundles, and the service, which reads them.

A bundle is a folder `models/<name>/<version>/`. Its `manifest.json` is one of the three manifests at the
foot of this page, told apart by `kind`. Whatever the service does differently from model to model is stated
in a field here, so that no code has to ask for the kind.

Shapes: D is `input_dim`, L is `latent_dim`, K a number of mixture components.
"""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, model_validator

FORMAT_VERSION: Literal[1] = 1

MANIFEST_FILE = "manifest.json"
ENCODER_FILE = "encoder.onnx"
DECODER_FILE = "decoder.onnx"
LATENTS_FILE = "latents.npz"
GOLDEN_FILE = "golden.json"
CARD_FILE = "card.md"
REQUIRED_FILES = (ENCODER_FILE, DECODER_FILE, LATENTS_FILE, GOLDEN_FILE, CARD_FILE)

_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"
_SHA256 = r"^[0-9a-f]{64}$"

PATTERNS = {
    _NAME: "a name of at most 64 lower-case letters, digits, hyphens and underscores",
    _FILE_NAME: "the plain name of a file in the bundle's own folder: at most 128 letters, digits, dots, hyphens and"
    " underscores, a letter or a digit first",
    _SHA256: "a SHA-256 in 64 lower-case hexadecimal digits",
}
"""What the patterns of this page mean, for whoever has broken one."""

Name = Annotated[str, Field(pattern=_NAME)]
FileName = Annotated[str, Field(pattern=_FILE_NAME)]
Sha256 = Annotated[str, Field(pattern=_SHA256)]
Count = Annotated[int, Field(ge=0)]
Size = Annotated[int, Field(ge=1)]
Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]
PictureShape = tuple[Size, Size] | tuple[Literal[3], Size, Size]


class Record(BaseModel):
    """What every part of a bundle's JSON has in common: it is exact, complete, finite and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class FileRecord(Record):
    """Size and digest of one file of the bundle."""

    bytes: Size
    sha256: Sha256


class ValueRange(Record):
    """The closed range that every input and output value lies in."""

    low: float
    high: float

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        return self


class EncoderGraph(Record):
    """Tensor names of encoder.onnx: `input` [batch, D] -> `latent` [batch, L]."""

    input: str
    latent: str
    logvar: None = None


class PosteriorEncoderGraph(Record):
    """Tensor names of a VAE's encoder.onnx: `input` [batch, D] -> `latent` (posterior mean) and `logvar` [batch, L]."""

    input: str
    latent: str
    logvar: str


class DecoderGraph(Record):
    """Tensor names of decoder.onnx: `latent` [batch, L] -> `output` [batch, D]."""

    latent: str
    output: str


class Layer(Record):
    """One row of the layer table. `output_shape` leaves the batch axis out."""

    part: Literal["encoder", "decoder"]
    name: str
    kind: str
    output_shape: tuple[Size, ...]
    parameters: Count


class Metric(Record):
    """A figure of the model card, with what it means. `unit` is empty for a plain ratio."""

    name: str
    value: float
    unit: str
    definition: str


class LatentStatistics(Record):
    """How the latents of the training set lie.

    `quantiles` has 101 rows of L: row i is the level i/100 of each dimension. A dimension is not `active` when the
    encoder leaves it unused (Burda et al. 2015, arXiv:1509.00519, section 5: its variance over the data is below 0.01
    where the prior's is 1); an autoencoder without a prior uses them all.
    """

    mean: Vector
    std: Vector
    minimum: Vector
    maximum: Vector
    quantiles: Matrix
    covariance: Matrix
    active: tuple[bool, ...]

    @model_validator(mode="after")
    def check_shapes(self) -> Self:
        latent_dim = len(self.mean)
        vectors = (self.std, self.minimum, self.maximum, self.active, *self.quantiles, *self.covariance)
        if len(self.quantiles) != 101 or len(self.covariance) != latent_dim:
            raise ValueError("quantiles must have 101 rows and covariance one row for each dimension")
        if any(len(vector) != latent_dim for vector in vectors):
            raise ValueError(f"every row must have {latent_dim} values, one for each latent dimension")
        return self


class StandardNormalPrior(Record):
    """The prior N(0, I) that a VAE is trained against (Kingma & Welling 2013, arXiv:1312.6114)."""

    source: Literal["prior"] = "prior"


class GaussianMixture(Record):
    """A density fitted to the training latents: `weights` [K], `means` [K, L], `covariances` [K, L, L]."""

    source: Literal["fitted density"] = "fitted density"
    weights: Vector
    means: Matrix
    covariances: tuple[Matrix, ...]

    @model_validator(mode="after")
    def check_shapes(self) -> Self:
        components = len(self.weights)
        if not components or len(self.means) != components or len(self.covariances) != components:
            raise ValueError("weights, means and covariances must have one entry for each component, and at least one")
        latent_dim = len(self.means[0])
        rows = (*self.means, *(row for covariance in self.covariances for row in covariance))
        if any(len(row) != latent_dim for row in rows) or any(len(c) != latent_dim for c in self.covariances):
            raise ValueError(f"means must be rows of {latent_dim} values, covariances {latent_dim} by {latent_dim}")
        return self


class Corruption(Record):
    """What was done to the training inputs of a denoising autoencoder (Vincent et al. 2008)."""

    masked: Annotated[float, Field(ge=0, lt=1)]
    noise_std: Annotated[float, Field(ge=0)]


class HeldOut(Record):
    """The held-out set, which no training saw.

    `error_quantiles` has 1001 values: entry i is the level i/1000 of the reconstruction errors (mean squared error of
    a row). `classes` names the labels 0, 1, … where the rows of latents.npz are labelled.
    """

    rows: Size
    error_quantiles: Annotated[Vector, Field(min_length=1001, max_length=1001)]
    classes: tuple[str, ...] | None


class Parity(Record):
    """The largest absolute difference between torch and onnxruntime over the batches that were compared."""

    batches: tuple[Size, ...]
    latent: float
    output: float


class Dataset(Record):
    """Which data, and its digests: file name -> SHA-256 of the decompressed file."""

    name: str
    files: dict[str, Sha256]
    training_rows: Size
    validation_rows: Count


class Provenance(Record):
    """Where the model comes from: enough to train it again."""

    dataset: Dataset
    recipe: dict[str, JsonValue]
    seed: int
    epochs: Size
    training_seconds: float
    latentd_version: str
    torch_version: str
    opset: Size
    created_at: AwareDatetime


class BundleManifest(Record):
    """What the manifests of all kinds share."""

    format_version: Literal[1] = FORMAT_VERSION
    name: Name
    version: Size
    description: str
    input_shape: tuple[Size]
    latent_dim: Size
    picture_shape: PictureShape | None
    value_range: ValueRange | None
    decoder: DecoderGraph
    layers: tuple[Layer, ...]
    metrics: tuple[Metric, ...]
    latent_statistics: LatentStatistics
    held_out: HeldOut
    parity: Parity
    provenance: Provenance
    files: dict[FileName, FileRecord]

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
