"""What is asked for, and is not there or cannot be given."""

from __future__ import annotations

from collections.abc import Sequence

from latentd.errors.root import LatentdError


class ModelNotFoundError(LatentdError):
    """No bundle has the `name`; `available` lists those that are served."""

    def __init__(self, name: str, available: Sequence[str]) -> None:
        self.name = name
        self.available = tuple(available)
        super().__init__(f"no model is named {name!r}; there are {', '.join(available) or 'none'}")


class VersionNotFoundError(LatentdError):
    """The model `name` has no such `version`; `available` lists those that are served."""

    def __init__(self, name: str, version: int | str, available: Sequence[int]) -> None:
        self.name = name
        self.version = version
        self.available = tuple(available)
        versions = ", ".join(map(str, available))
        super().__init__(f"model {name!r} has no version {version}; there are {versions}")


class PathNotFoundError(LatentdError):
    """Nothing is found under a path."""


class PosteriorMissingError(LatentdError):
    """The model `name` has no posterior to draw from."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"model {name!r} has no posterior to draw from: its encoder gives one latent, without logvar")


class ExamplesMissingError(LatentdError):
    """The bundle of the model `name` holds no held-out pictures."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"model {name!r} has no examples: its bundle holds no held-out inputs, only their latents")


class ParameterInvalidError(LatentdError):
    """The parameter `name` has a value that is not allowed."""

    def __init__(self, name: str, detail: str) -> None:
        self.name = name
        super().__init__(detail)


class QueryTooLongError(LatentdError):
    """The query is longer than `limit` bytes, which `setting` sets."""

    def __init__(self, limit: int, setting: str) -> None:
        self.limit = limit
        self.setting = setting
        super().__init__(f"the query is longer than {limit} bytes, the limit that {setting} sets")


class AnswerTooLargeError(LatentdError):
    """The answer would hold more numbers than the `limit`, which `setting` sets."""

    def __init__(self, values: int, limit: int, setting: str) -> None:
        self.values = values
        self.limit = limit
        self.setting = setting
        super().__init__(f"the answer would hold {values} numbers; the limit that {setting} sets is {limit}")


class AnswerUnacceptableError(LatentdError):
    """The client accepts none of the `offered` media types."""

    def __init__(self, accept: str, offered: Sequence[str]) -> None:
        self.accept = accept
        self.offered = tuple(offered)
        super().__init__(f"the client accepts {accept!r}; this answer can be {', '.join(offered)}")
