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
├── BusyError                     nothing was done; it may be asked again
│   ├── QueueFullError            more is waiting to be done than may wait
│   └── MemoryFullError           more is held for slow clients than may be
├── PosteriorMissingError         a draw from the posterior was asked of an encoder that has none
├── ExamplesMissingError          held-out pictures were asked of a model that has none
├── BodyError                     a request body that cannot be turned into an array
│   ├── BodyUnreadableError
│   ├── BodyTooLargeError
│   ├── JsonTooComplexError
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
├── QueryTooLongError
├── AnswerTooLargeError           more numbers were asked for than one answer may hold
└── AnswerUnacceptableError       no media type that the client accepts can be given
"""

from latentd.errors.access import (
    AccessError,
    KeyMissingError,
    KeysFileError,
    KeyUnknownError,
    RightMissingError,
)
from latentd.errors.body import (
    BodyError,
    BodyFieldError,
    BodyTooLargeError,
    BodyUnreadableError,
    ContentEncodingUnsupportedError,
    JsonTooComplexError,
    MediaTypeUnsupportedError,
    PictureTooLargeError,
    PictureUnusableError,
    RowsTooManyError,
    ShapeMismatchError,
    TensorInvalidError,
    ValueNonFiniteError,
    ValueRangeError,
    ValueTypeError,
)
from latentd.errors.bundle import (
    BundleError,
    BundleFileCorruptError,
    BundleFileMissingError,
    BundleMissingError,
    GoldenMismatchError,
    GraphInvalidError,
    ManifestInvalidError,
    RegistryEmptyError,
)
from latentd.errors.file import (
    FileError,
    FileMissingError,
    FileRowInvalidError,
    FileUnreadableError,
    FileUnsupportedError,
    FileUnwritableError,
)
from latentd.errors.request import (
    AnswerTooLargeError,
    AnswerUnacceptableError,
    ExamplesMissingError,
    ModelNotFoundError,
    ParameterInvalidError,
    PathNotFoundError,
    PosteriorMissingError,
    QueryTooLongError,
    VersionNotFoundError,
)
from latentd.errors.root import (
    LatentdError,
)
from latentd.errors.service import (
    BusyError,
    ExtraMissingError,
    LifespanMissingError,
    MemoryFullError,
    ModelControlError,
    ModelControlOffError,
    ModelLoadError,
    QueueFullError,
    ServiceNotReadyError,
    SettingsInvalidError,
)

__all__ = [
    "AccessError",
    "AnswerTooLargeError",
    "AnswerUnacceptableError",
    "BodyError",
    "BodyFieldError",
    "BodyTooLargeError",
    "BodyUnreadableError",
    "BundleError",
    "BundleFileCorruptError",
    "BundleFileMissingError",
    "BundleMissingError",
    "BusyError",
    "ContentEncodingUnsupportedError",
    "ExamplesMissingError",
    "ExtraMissingError",
    "FileError",
    "FileMissingError",
    "FileRowInvalidError",
    "FileUnreadableError",
    "FileUnsupportedError",
    "FileUnwritableError",
    "GoldenMismatchError",
    "GraphInvalidError",
    "JsonTooComplexError",
    "KeyMissingError",
    "KeyUnknownError",
    "KeysFileError",
    "LatentdError",
    "LifespanMissingError",
    "ManifestInvalidError",
    "MediaTypeUnsupportedError",
    "MemoryFullError",
    "ModelControlError",
    "ModelControlOffError",
    "ModelLoadError",
    "ModelNotFoundError",
    "ParameterInvalidError",
    "PathNotFoundError",
    "PictureTooLargeError",
    "PictureUnusableError",
    "PosteriorMissingError",
    "QueryTooLongError",
    "QueueFullError",
    "RegistryEmptyError",
    "RightMissingError",
    "RowsTooManyError",
    "ServiceNotReadyError",
    "SettingsInvalidError",
    "ShapeMismatchError",
    "TensorInvalidError",
    "ValueNonFiniteError",
    "ValueRangeError",
    "ValueTypeError",
    "VersionNotFoundError",
]
