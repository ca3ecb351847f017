"""The JSON documents of the Open Inference Protocol and its extensions, but for those that carry tensors at speed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from latentd import __version__

EXTENSIONS = ("binary_tensor_data", "model_repository", "statistics")


class Document(BaseModel):
    """A document as it is sent: fields that are not set stay out of it."""

    model_config = ConfigDict(frozen=True, protected_namespaces=(), defer_build=True)


class ServerMetadata(Document):
    """What serves."""

    name: str = "latentd"
    version: str = __version__
    extensions: tuple[str, ...] = EXTENSIONS


class ServerLive(Document):
    """The process answers."""

    live: bool = True


class ServerReady(Document):
    """The models are loaded and warm; `error` says why they are not."""

    ready: bool = True
    error: str | None = None


class ModelReady(Document):
    """The model takes requests."""

    name: str
    ready: bool = True


class TensorMetadata(Document):
    """A tensor: -1 stands for the batch axis, which is free."""

    name: str
    datatype: str
    shape: tuple[int, ...]


class ModelMetadata(Document):
    """What a model takes and gives."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


Parameters = dict[str, str | int | float | bool]


class RequestInput(Document):
    """An input tensor: `data` flat in row-major order or nested as the shape says, or else binary data of its size."""

    name: str
    shape: list[int] = Field(min_length=1)
    datatype: str
    parameters: Parameters | None = None
    data: list[Any] | None = None


class RequestOutput(Document):
    """An output that is wanted, and whether as binary data."""

    name: str
    parameters: Parameters | None = None


class InferenceRequest(Document):
    """An inference request. Without `outputs`, all are wanted."""

    id: str | None = None
    parameters: Parameters | None = None
    inputs: list[RequestInput]
    outputs: list[RequestOutput] | None = None


class ResponseOutput(Document):
    """An output tensor: `data` flat in row-major order, or binary data of the size in its parameters."""

    name: str
    shape: list[int]
    datatype: str
    parameters: Parameters | None = None
    data: list[float | None] | None = None


class InferenceResponse(Document):
    """The answer to an inference request; `id` where the request had one."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[ResponseOutput]


class RepositoryIndexRequest(Document):
    """Which models to list: with `ready`, those alone that take requests."""

    ready: bool = False


class RepositoryIndexEntry(Document):
    """A model in a version: does it take requests, and why not."""

    name: str
    version: str
    state: Literal["READY", "UNAVAILABLE"]
    reason: str = ""


class RepositoryIndex(RootModel[list[RepositoryIndexEntry]]):
    """Every model that is served or lies on disk."""


class RepositoryControlRequest(Document):
    """What tritonclient sends to load or unload; a bundle is loaded as it lies on disk, so `config` is refused."""

    parameters: Parameters | None = None


class Nothing(Document):
    """An empty object."""


class DurationStatistics(Document):
    """How often, and nanoseconds in all."""

    count: int
    ns: int


class PhaseStatistics(Document):
    """The phases of requests of one size."""

    compute_input: DurationStatistics
    compute_infer: DurationStatistics
    compute_output: DurationStatistics


class BatchStatistics(PhaseStatistics):
    """The same, with the size."""

    batch_size: int


class InferenceStatistics(PhaseStatistics):
    """All requests."""

    success: DurationStatistics
    fail: DurationStatistics
    queue: DurationStatistics
    cache_hit: DurationStatistics = DurationStatistics(count=0, ns=0)
    cache_miss: DurationStatistics = DurationStatistics(count=0, ns=0)


class ModelStatisticsEntry(Document):
    """One model: `inference_count` rows in `execution_count` runs, the last in milliseconds since 1970."""

    name: str
    version: str
    last_inference: int
    inference_count: int
    execution_count: int
    inference_stats: InferenceStatistics
    batch_stats: list[BatchStatistics]


class StatisticsAnswer(Document):
    """Every model that was asked for."""

    model_stats: list[ModelStatisticsEntry]


class ErrorAnswer(Document):
    """Why a request was refused."""

    error: str
