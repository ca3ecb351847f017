"""What a manifest is made of: the parts of it that have names, each exact, complete, finite and never changed.

Shapes: L is `latent_dim`, K a number of mixture components.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, model_validator

SHA256 = r"^[0-9a-f]{64}$"

Sha256 = Annotated[str, Field(pattern=SHA256)]
MAX_INT = 2**53 - 1
"""The largest number that every reader of JSON takes as it is."""
LARGEST = 3.4e38
"""What float32 holds, rounded down."""
NARROWEST = 1e-30
"""The narrowest value range: 256 levels of it are told apart in float32."""
MAX_DEPTH = 16

Count = Annotated[int, Field(ge=0, le=MAX_INT)]
Size = Annotated[int, Field(ge=1, le=MAX_INT)]
Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


class Record(BaseModel):
    """What every part of a bundle's JSON has in common: it is exact, complete, finite and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class FileRecord(Record):
    """Size and digest of one file of the bundle."""

    bytes: Size
    sha256: Sha256


class ValueRange(Record):
    """The closed range that every input and output value lies in."""

    low: Annotated[float, Field(ge=-LARGEST)]
    high: Annotated[float, Field(le=LARGEST)]

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        if not NARROWEST <= self.high - self.low <= LARGEST:
            raise ValueError(f"from {self.low} to {self.high} is no range that float32 tells the values of apart")
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
    def check_weights(self) -> Self:
        if min(self.weights, default=0) < 0 or not 0 < sum(self.weights) < LARGEST:
            raise ValueError("weights must be from 0 on, and one of them more")
        return self

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


def _check_plain(recipe: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What every reader of JSON takes: no number past MAX_INT, nothing that nests deeper than MAX_DEPTH."""
    level: list[JsonValue] = [recipe]
    for _ in range(MAX_DEPTH):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in inner for value in values]
        if any(isinstance(value, int) and abs(value) > MAX_INT for value in level):
            raise ValueError(f"whole numbers must be within ±{MAX_INT}")
    if level:
        raise ValueError(f"it must not nest more than {MAX_DEPTH} deep")
    return recipe


class Dataset(Record):
    """Which data, and its digests: file name -> SHA-256 of the decompressed file."""

    name: str
    files: dict[str, Sha256]
    training_rows: Size
    validation_rows: Count


class Provenance(Record):
    """Where the model comes from: enough to train it again."""

    dataset: Dataset
    recipe: Annotated[dict[str, JsonValue], AfterValidator(_check_plain)]
    seed: Annotated[int, Field(ge=-MAX_INT, le=MAX_INT)]
    epochs: Size
    training_seconds: float
    latentd_version: str
    torch_version: str
    opset: Size
    created_at: AwareDatetime
