"""What can go wrong, in the words of the domain. Nothing here knows HTTP: problems.py turns these into answers.

LatentdError
├── BundleError                   a bundle that will not be served
│   ├── BundleMissingError
│   ├── BundleFileMissingError
│   ├── BundleFileCorruptError
│   ├── ManifestInvalidError
│   ├── GraphInvalidError
│   └── GoldenMismatchError
├── SettingsInvalidError          a LATENTD_* variable or an option has a value that is not allowed
├── RegistryEmptyError            not one bundle could be loaded
├── ModelNotFoundError
├── VersionNotFoundError
├── PathNotFoundError             nothing is found under a path
├── ServiceNotReadyError
│   └── LifespanMissingError
├── PosteriorMissingError         a draw from the posterior was asked of an encoder that has none
├── ExamplesMissingError          held-out pictures were asked of a model that has none
├── BodyError                     a request body that cannot be turned into an array
│   ├── BodyUnreadableError
│   ├── BodyTooLargeError
│   ├── RowsTooManyError
│   ├── PictureTooLargeError
│   ├── PictureUnusableError
│   ├── MediaTypeUnsupportedError
│   ├── ContentEncodingUnsupportedError
│   ├── BodyFieldError
│   ├── ShapeMismatchError
│   ├── ValueTypeError
│   ├── ValueNonFiniteError
│   ├── ValueRangeError
│   └── TensorInvalidError        a tensor of the Open Inference Protocol is not what the model takes or gives
├── ModelControlError             a model that cannot be loaded or unloaded
│   ├── ModelControlOffError
│   └── ModelLoadError
├── FileError                     a file of rows that cannot be read or written
│   ├── FileMissingError
│   ├── FileUnreadableError
│   ├── FileUnsupportedError
│   ├── FileRowInvalidError
│   └── FileUnwritableError
├── ExtraMissingError             a package that only an extra installs is not there
├── KeysFileError                 a file of API keys that cannot be read, or not be changed as it should
├── AccessError                   who asks may not
│   ├── KeyMissingError
│   ├── KeyUnknownError
│   └── RightMissingError
├── ParameterInvalidError         a parameter of a query, or of a call, has a value that is not allowed
└── AnswerUnacceptableError       no media type that the client accepts can be given
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class LatentdError(Exception):
    """The root of every error that latentd raises on purpose. `str()` says what was expected and what came."""


class BundleError(LatentdError):
    """A bundle that will not be served: `folder`, the `file` at fault and the `reason`."""

    def __init__(self, folder: Path, file: str, reason: str) -> None:
        self.folder = folder
        self.file = file
        self.reason = reason
        super().__init__(f"bundle {folder}: {file}: {reason}" if file else f"bundle {folder}: {reason}")


class BundleMissingError(BundleError):
    """There is no bundle in the folder."""


class BundleFileMissingError(BundleError):
    """A file that the manifest lists is not in the folder."""


class BundleFileCorruptError(BundleError):
    """A file is not what the manifest says: its size, its digest or its content."""


class ManifestInvalidError(BundleError):
    """manifest.json is not a manifest that this version of latentd reads."""


class GraphInvalidError(BundleError):
    """onnxruntime will not load a graph, or its names and shapes are not those of the manifest."""


class GoldenMismatchError(BundleError):
    """The graphs do not give the answers that they gave when they were exported."""


class SettingsInvalidError(LatentdError):
    """A LATENTD_* variable or a command-line option has a value that is not allowed."""


class RegistryEmptyError(LatentdError):
    """Not one bundle could be loaded: `refused` holds the reasons."""

    def __init__(self, folder: Path, refused: Sequence[BundleError]) -> None:
        self.folder = folder
        self.refused = tuple(refused)
        reasons = "".join(f"\n  {error}" for error in refused) or " it holds none"
        super().__init__(f"no bundle in {folder} can be served:{reasons}")


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


class ServiceNotReadyError(LatentdError):
    """Models are not loaded yet, or the service is draining."""


class LifespanMissingError(ServiceNotReadyError):
    """The app that latentd is mounted in does not run its lifespan, so that no models were ever loaded."""

    def __init__(self) -> None:
        super().__init__(
            "no models are loaded, because nobody runs latentd's lifespan; the app that it is mounted in does with the"
            " line `FastAPI(lifespan=latentd.lifespan)`, where latentd is what create_app() gave"
        )


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


class ModelControlError(LatentdError):
    """A model that cannot be loaded or unloaded while the service runs."""


class ModelControlOffError(ModelControlError):
    """Loading and unloading is not open to clients; `setting` opens it."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        super().__init__(f"models are not loaded or unloaded by clients here; the setting {setting}=explicit opens it")


class ModelLoadError(ModelControlError):
    """A bundle of the model `name` is bad. Whatever was served before is served on."""

    def __init__(self, name: str, error: BundleError) -> None:
        self.name = name
        self.error = error
        where = "/".join(filter(None, (name, error.folder.name, error.file)))
        super().__init__(f"{where}: {error.reason}; what was served before is served on")


class FileError(LatentdError):
    """A file of rows that cannot be read or written: its `path` and the `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class FileMissingError(FileError):
    """There is no such file."""


class FileUnreadableError(FileError):
    """The content is not what the file's ending says, or ends too early."""


class FileUnsupportedError(FileError):
    """Nothing reads or writes files with that ending or with that kind of content."""


class FileRowInvalidError(FileError):
    """A row is not one that the model takes."""


class FileUnwritableError(FileError):
    """The file cannot be written, or must not be."""


class ExtraMissingError(LatentdError):
    """The `package` is not installed; the `extra` of latentd brings it."""

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(f"this needs {package}, which is not installed: pip install 'latentd[{extra}]'")


class KeysFileError(LatentdError):
    """A file of API keys that cannot be read, or not be changed as it should: its `path` and the `reason`."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"the file of API keys {path}: {reason}")


class AccessError(LatentdError):
    """Who asks may not."""


class KeyMissingError(AccessError):
    """No API key was shown."""

    def __init__(self) -> None:
        super().__init__("expected an API key in the header `Authorization: Bearer …`; there is none")


class KeyUnknownError(AccessError):
    """An API key was shown that is not one of those that are good now. Nothing repeats it."""

    def __init__(self) -> None:
        super().__init__("the API key is not one that is known here; it may have been revoked")


class RightMissingError(AccessError):
    """The API key `name` gives other rights than the one that is asked for."""

    def __init__(self, right: str, name: str, rights: str) -> None:
        self.right = right
        self.name = name
        super().__init__(f"this asks for the right to {right}; the API key {name!r} gives {rights} alone")


class ParameterInvalidError(LatentdError):
    """The parameter `name` has a value that is not allowed."""

    def __init__(self, name: str, detail: str) -> None:
        self.name = name
        super().__init__(detail)


class AnswerUnacceptableError(LatentdError):
    """The client accepts none of the `offered` media types."""

    def __init__(self, accept: str, offered: Sequence[str]) -> None:
        self.accept = accept
        self.offered = tuple(offered)
        super().__init__(f"the client accepts {accept!r}; this answer can be {', '.join(offered)}")
