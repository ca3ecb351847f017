"""The service behind an app: it loads at the start, and finishes its work at the end."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from starlette.applications import Starlette

from latentd import service as service_module
from latentd.errors import LifespanMissingError, ModelNotFoundError, RegistryEmptyError, ServiceNotReadyError
from latentd.inference import Registry
from latentd.service import Service, load_registry
from latentd.settings import Settings


def live(service: Service) -> list[str]:
    """Begin and end the lifespan; give the names that are served meanwhile."""

    async def run() -> list[str]:
        async with service.lifespan(Starlette()):
            return service.registry.names

    return asyncio.run(run())


def test_without_its_lifespan_it_says_what_is_missing_and_logs_it_once(caplog: pytest.LogCaptureFixture) -> None:
    service = Service(Settings())
    for _ in range(3):
        with pytest.raises(LifespanMissingError, match=r"FastAPI\(lifespan=latentd.lifespan\)"):
            _ = service.registry
    assert caplog.text.count("FastAPI(lifespan=latentd.lifespan)") == 1


def test_it_is_not_ready_while_its_models_are_loaded(monkeypatch: pytest.MonkeyPatch, registry: Registry) -> None:
    service, seen = Service(Settings()), list[str]()

    def load(_settings: Settings) -> Registry:
        with pytest.raises(ServiceNotReadyError, match="not loaded yet") as raised:
            _ = service.registry
        seen.append(type(raised.value).__name__)
        return registry

    monkeypatch.setattr(service_module, "load_registry", load)
    live(service)
    assert seen == ["ServiceNotReadyError"]


def test_its_lifespan_loads_the_models(models_folder: Path) -> None:
    assert live(Service(Settings(models=models_folder))) == ["colours", "sensors", "toy", "toy-vae"]


def test_a_given_registry_is_kept(registry: Registry) -> None:
    service = Service(Settings(models=Path("nowhere")), registry)
    assert service.registry is registry
    live(service)
    assert service.registry is registry


def test_a_lifespan_without_models_fails(tmp_path: Path, models_folder: Path) -> None:
    with pytest.raises(RegistryEmptyError):
        live(Service(Settings(models=tmp_path)))
    with pytest.raises(ModelNotFoundError):
        live(Service(Settings(models=models_folder, default_model="gone")))


@pytest.mark.parametrize(
    ("cores", "workers", "share"),
    [(4, 1, "4 threads"), (4, 2, "2 threads"), (4, 3, "1 thread"), (2, 8, "1 thread")],
)
def test_the_cores_are_divided_by_the_workers(
    models_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    cores: int,
    workers: int,
    share: str,
) -> None:
    monkeypatch.setattr(service_module, "usable_cores", lambda: cores)
    with caplog.at_level(logging.INFO):
        load_registry(Settings(models=models_folder, workers=workers))
    assert f"default colours; {share} a model" in caplog.text


def test_it_may_live_again(models_folder: Path) -> None:
    service = Service(Settings(models=models_folder))

    async def work() -> int:
        async with service.lifespan(Starlette()):
            return await service.scheduler.run(lambda number: number + 1, 1, seconds=1.0)

    assert [asyncio.run(work()) for _ in range(2)] == [2, 2]


def test_it_ends_when_its_host_fails(registry: Registry) -> None:
    service = Service(Settings(), registry)

    async def fail() -> None:
        async with service.lifespan(Starlette()):
            raise OSError("the host's own")

    with pytest.raises(OSError, match="own"):
        asyncio.run(fail())
    with pytest.raises(RuntimeError, match="after shutdown"):
        asyncio.run(service.scheduler.run(str, 1, seconds=1.0))


def test_the_end_waits_for_running_work_and_takes_no_more(registry: Registry) -> None:
    done: list[int] = []

    async def run() -> None:
        service = Service(Settings(), registry)
        async with service.lifespan(Starlette()):
            work = asyncio.ensure_future(service.scheduler.run(done.append, 1, seconds=1.0))
            await asyncio.sleep(0)  # it has begun
        assert done == [1]
        await work
        with pytest.raises(RuntimeError, match="after shutdown"):
            await service.scheduler.run(done.append, 2, seconds=1.0)

    asyncio.run(run())
