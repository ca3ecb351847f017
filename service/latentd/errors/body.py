"""Request bodies that cannot be turned into an array."""

from __future__ import annotations

from collections.abc import Sequence

from latentd.errors.root import LatentdError


class BodyError(LatentdError):
    """A request body that cannot be turned into an array. `pointer` is the JSON pointer of the part at fault, or ''."""

    def __init__(self, detail: str, pointer: str = "") -> None:
        self.pointer = pointer
        super().__init__(detail)


class BodyUnreadableError(BodyError):
    """The bytes are not what their media type says."""


class BodyTooLargeError(BodyError):
    """The body is larger than `limit` bytes, which `setting` sets."""

    def __init__(self, limit: int, setting: str) -> None:
        self.limit = limit
        self.setting = setting
        super().__init__(f"the body is larger than {limit} bytes, the limit that {setting} sets")


class JsonTooComplexError(BodyError):
    """A JSON body has more in it than the `limit`, which `setting` sets; `excess` says what."""

    def __init__(self, excess: str, limit: int, setting: str) -> None:
        self.limit = limit
        self.setting = setting
        super().__init__(f"the JSON {excess}; the limit that {setting} sets is {limit}")


class RowsTooManyError(BodyError):
    """There are more rows than the `limit` for one request, which `setting` sets."""

    def __init__(self, rows: int, limit: int, setting: str) -> None:
        self.rows = rows
        self.limit = limit
        self.setting = setting
        super().__init__(f"{rows} rows are more than {limit}, the limit for one request that {setting} sets")


class PictureTooLargeError(BodyError):
    """A picture, sent or asked for, has more pixels than the `limit`, which `setting` sets."""

    def __init__(self, pixels: int | None, limit: int, setting: str) -> None:
        self.pixels = pixels
        self.limit = limit
        self.setting = setting
        count = "too many" if pixels is None else pixels
        super().__init__(f"the picture has {count} pixels; the limit that {setting} sets is {limit}")


class PictureUnusableError(BodyError):
    """A picture that can be read, but not be made an input."""


class MediaTypeUnsupportedError(BodyError):
    """No reader for the body's media type; `accepted` lists those that there are."""

    def __init__(self, media_type: str, accepted: Sequence[str]) -> None:
        self.media_type = media_type
        self.accepted = tuple(accepted)
        super().__init__(f"the body is {media_type!r}; accepted are {', '.join(accepted)}")


class ContentEncodingUnsupportedError(BodyError):
    """The body is compressed in a way that is not read."""

    def __init__(self, encoding: str, accepted: Sequence[str]) -> None:
        self.encoding = encoding
        self.accepted = tuple(accepted)
        super().__init__(f"the body's Content-Encoding is {encoding!r}; accepted are {', '.join(accepted)}")


class BodyFieldError(BodyError):
    """A JSON body does not have the fields that it should have."""


class ShapeMismatchError(BodyError):
    """The array does not have the shape that the model takes."""


class ValueTypeError(BodyError):
    """Something other than a number stands where a number should."""


class ValueNonFiniteError(BodyError):
    """A value is NaN or infinite, or does not fit a float32."""


class ValueRangeError(BodyError):
    """A value lies outside the model's value range."""


class TensorInvalidError(BodyError):
    """A tensor of an inference request is not one that the model takes or gives, or is there twice."""
