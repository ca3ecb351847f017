"""Every setting, in one place: LATENTD_* environment variables, read when a Settings is created."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from latentd.errors import SettingsInvalidError

MEBIBYTE = 1024 * 1024
PREFIX = "LATENTD_"

LogLevel = Literal["critical", "error", "warning", "info", "debug"]


class Settings(BaseSettings):
    """How the service runs. Each field is read from the variable LATENTD_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    models: Annotated[Path, Field(description="The folder of bundles, models/<name>/<version>.")] = Path("models")
    default_model: Annotated[
        str | None, Field(description="The model of a request that names none; else ae-mnist, else the first by name.")
    ] = None
    host: Annotated[str, Field(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on; 0 takes a free one.")] = 8000
    workers: Annotated[int, Field(ge=1, description="How many processes serve; they share the cores evenly.")] = 1
    log_level: Annotated[LogLevel, Field(description="The least severe message that is logged.")] = "info"
    max_body_bytes: Annotated[
        int, Field(ge=1, description="The largest request body in bytes, as sent and after decompression.")
    ] = 32 * MEBIBYTE
    max_rows: Annotated[
        int, Field(ge=1, description="The most rows that one request may encode or decode, a grid's cells among them.")
    ] = 10_000
    max_pixels: Annotated[int, Field(ge=1, description="The most pixels of one picture, sent or asked for.")] = (
        16_000_000
    )

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The environment's settings, with those `given` in their stead.

        Raises SettingsInvalidError, which names each that is not allowed.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            faults = (
                f"{PREFIX}{fault['loc'][0]}".upper() + f": {fault['msg']}; got {fault['input']!r}"
                for fault in error.errors()
            )
            raise SettingsInvalidError("; ".join(faults)) from None

    def export(self) -> None:
        """Put the settings into the environment, where the processes that this one starts will read them."""
        for name, value in self.model_dump(mode="json", exclude_none=True).items():
            os.environ[PREFIX + name.upper()] = str(value)
