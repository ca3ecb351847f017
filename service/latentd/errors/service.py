"""What the service cannot do now, or not as it was set up."""

from __future__ import annotations

from latentd.errors.bundle import BundleError
from latentd.errors.root import LatentdError


class SettingsInvalidError(LatentdError):
    """A LATENTD_* variable or a command-line option has a value that is not allowed."""


class ExtraMissingError(LatentdError):
    """The `package` is not installed; the `extra` of latentd brings it."""

    def __init__(self, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(f"this needs {package}, which is not installed: pip install 'latentd[{extra}]'")


class ServiceNotReadyError(LatentdError):
    """Models are not loaded yet, or the service is draining."""


class LifespanMissingError(ServiceNotReadyError):
    """The app that latentd is mounted in does not run its lifespan, so that no models were ever loaded."""

    def __init__(self) -> None:
        super().__init__(
            "no models are loaded, because nobody runs latentd's lifespan; the app that it is mounted in does with the"
            " line `FastAPI(lifespan=latentd.lifespan)`, where latentd is what create_app() gave"
        )


class BusyError(LatentdError):
    """Nothing was done for a request, which may be sent again after some `seconds`. `setting` sets how much may be."""

    def __init__(self, reason: str, setting: str, seconds: float = 0) -> None:
        self.setting = setting
        self.seconds = seconds
        super().__init__(f"busy: {reason}, the limit that {setting} sets")


class QueueFullError(BusyError):
    """There is more to do than may wait: `seconds` of it, as far as can be told."""

    def __init__(self, seconds: float, limit: float, setting: str) -> None:
        super().__init__(f"work for more than {limit:g} s waits already", setting, seconds)


class MemoryFullError(BusyError):
    """Clients that are slow to send or to take have the service hold as many bytes as it may."""

    def __init__(self, limit: float, setting: str) -> None:
        super().__init__(f"{limit:.0f} bytes are held for clients already", setting)


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
