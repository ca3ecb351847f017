"""Every setting, in one place: LATENTD_* environment variables, read when a Settings is created."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from latentd.errors import SettingsInvalidError

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE
PREFIX = "LATENTD_"
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@]+")

LogLevel = Literal["critical", "error", "warning", "info", "debug"]
ModelControl = Literal["none", "explicit"]
MetricsAccess = Literal["key", "open"]
LogFormat = Literal["auto", "json", "text"]


class Variables(BaseModel):
    """Fields that are read from the variables LATENTD_<FIELD>, in whatever case, where they are not given."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def read_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What is given, and what the environment says of the other fields."""
        named = {name.upper(): value for name, value in os.environ.items()}
        variables = {field: PREFIX + field.upper() for field in cls.model_fields}
        return {**{field: named[name] for field, name in variables.items() if name in named}, **given}


class Settings(Variables):
    """How the service runs."""

    models: Annotated[Path, Field(description="The folder of bundles, models/<name>/<version>.")] = Path("models")
    default_model: Annotated[
        str | None, Field(description="The model of a request that names none; else ae-mnist, else the first by name.")
    ] = None
    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on; 0 takes a free one.")] = 8000
    workers: Annotated[int, Field(ge=1, description="How many processes serve; they share the cores evenly.")] = 1
    log_level: Annotated[LogLevel, Field(description="The least severe message that is logged.")] = "info"
    log_format: Annotated[
        LogFormat, Field(description="Lines as `json` or as `text`; `auto` is text on a terminal, else JSON.")
    ] = "auto"
    access_log: Annotated[
        float, Field(ge=0, le=1, allow_inf_nan=False, description="The share of answers, 0 to 1, that are logged.")
    ] = 0
    traces: Annotated[bool, Field(description="Send OpenTelemetry traces to where the OTEL_* variables say.")] = False
    max_body_bytes: Annotated[
        int, Field(ge=1, description="The largest request body in bytes, as sent and after decompression.")
    ] = 32 * MEBIBYTE
    max_head_bytes: Annotated[
        int, Field(ge=1024, description="The largest head of a request in bytes, its path and query among them.")
    ] = 32 * KIBIBYTE
    head_seconds: Annotated[
        int, Field(ge=1, description="How long a client may take for the head of a request, from its first byte.")
    ] = 15
    body_seconds: Annotated[
        int, Field(ge=1, description="How long a client may take for the body, unless 1 KiB of it comes a second.")
    ] = 30
    keep_alive_seconds: Annotated[
        int, Field(ge=1, description="How long a connection may be idle before it is closed.")
    ] = 75
    max_connections: Annotated[
        int, Field(ge=1, description="How many connections a worker may have; fewer where it may open fewer files.")
    ] = 8192
    max_held_bytes: Annotated[
        int, Field(ge=1, description="How much a worker may hold of bodies and answers that clients are slow with.")
    ] = 1024 * MEBIBYTE
    drain_seconds: Annotated[
        float,
        Field(ge=0, le=3600, description="How long it serves on after SIGTERM, not ready any more, before it ends."),
    ] = 0
    max_rows: Annotated[
        int, Field(ge=1, description="The most rows that one request may encode or decode, a grid's cells among them.")
    ] = 10_000
    max_pixels: Annotated[int, Field(ge=1, description="The most pixels of one picture, sent or asked for.")] = (
        16_000_000
    )
    max_query_bytes: Annotated[int, Field(ge=256, description="The longest query of a request in bytes.")] = (
        16 * KIBIBYTE
    )
    max_json_depth: Annotated[
        int, Field(ge=8, le=64, description="How deep a JSON body may nest, the body itself being the first level.")
    ] = 16
    max_json_values: Annotated[
        int, Field(ge=64, description="The most values in a JSON body beside its rows, such as parameters and options.")
    ] = 1000
    max_answer_values: Annotated[int, Field(ge=1, description="The most numbers that one answer may hold.")] = (
        10_000_000
    )
    max_bundle_bytes: Annotated[
        int, Field(ge=1, description="The most bytes that the files of one bundle may have in all.")
    ] = 512 * MEBIBYTE
    model_control: Annotated[
        ModelControl,
        Field(description="May clients load and unload models? `explicit` lets them, under /v2/repository."),
    ] = "none"
    allow_nonfinite: Annotated[
        bool, Field(description="Take NaN and infinities in binary bodies, and give what the model makes of them.")
    ] = False
    batching: Annotated[
        bool, Field(description="Let waiting requests share a run where that costs much more than the rows in it.")
    ] = True
    queue_seconds: Annotated[
        float,
        Field(gt=0, allow_inf_nan=False, description="How much work may wait, in seconds that it is expected to take."),
    ] = 0.02
    metrics: Annotated[bool, Field(description="Answer GET /metrics.")] = True
    metrics_folder: Annotated[
        Path | None, Field(description="Where workers leave their metrics for each other; else among temporary files.")
    ] = None
    api_keys_file: Annotated[
        Path | None, Field(description="The file of API keys, see `latentd keys`; without it nobody needs a key.")
    ] = None
    metrics_access: Annotated[
        MetricsAccess, Field(description="Where there are keys: does /metrics need one (`key`), or is it `open`?")
    ] = "key"
    tls_certificate: Annotated[
        Path | None, Field(description="A certificate chain (PEM), to speak HTTPS; its key may be in the same file.")
    ] = None
    tls_key: Annotated[Path | None, Field(description="The private key (PEM) of the certificate.")] = None
    cors_origins: Annotated[
        str | None, Field(description="Origins whose pages may ask, with commas between them; `*` for all of them.")
    ] = None

    @field_validator("cors_origins")
    @classmethod
    def check_origins(cls, text: str | None) -> str | None:
        """An origin is a scheme, a host and perhaps a port: no browser sends one with a slash or a path behind it."""
        for origin in _origins_in(text):
            if origin != "*" and not ORIGIN.fullmatch(origin):
                raise ValueError(f"expected origins such as https://app.example.org; {origin!r} is none")
        return text

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of `cors_origins`."""
        return _origins_in(self.cors_origins)

    @model_validator(mode="after")
    def check_model_control(self) -> Self:
        """A model is loaded by the one process that is asked to."""
        if self.model_control == "explicit" and self.workers > 1:
            raise ValueError(
                "LATENTD_MODEL_CONTROL: explicit model control needs LATENTD_WORKERS=1:"
                " workers do not share their models"
            )
        return self

    @model_validator(mode="after")
    def check_tls(self) -> Self:
        """A private key is of no use alone."""
        if self.tls_key and not self.tls_certificate:
            raise ValueError("LATENTD_TLS_KEY: a private key needs its certificate, LATENTD_TLS_CERTIFICATE")
        return self

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The environment's settings, with those `given` in their stead.

        Raises SettingsInvalidError, which names each that is not allowed.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsInvalidError("; ".join(map(_describe, error.errors()))) from None


class Credentials(Variables):
    """What the command line shows to a server, read from LATENTD_API_KEY. The service has its LATENTD_API_KEYS_FILE."""

    api_key: SecretStr | None = None

    @property
    def key(self) -> str | None:
        """The key, or None; an empty one is none."""
        return self.api_key.get_secret_value() or None if self.api_key else None


def _origins_in(text: str | None) -> tuple[str, ...]:
    return tuple(origin.strip() for origin in (text or "").split(",") if origin.strip())


def _describe(fault: ErrorDetails) -> str:
    """The variable, what is wrong with it, and what came; where settings are at odds, the validator names them."""
    words = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return words
    return f"{PREFIX}{fault['loc'][0]}".upper() + f": {words}; got {fault['input']!r}"
