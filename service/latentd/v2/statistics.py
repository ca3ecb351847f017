"""GET /v2/models[/{name}[/versions/{version}]]/stats: the statistics extension."""

from __future__ import annotations

from collections.abc import Mapping

from latentd.answer import Answer
from latentd.inference.stopwatch import Phase
from latentd.observability.statistics import Histogram, Tally
from latentd.question import Question
from latentd.service import Service
from latentd.v2.documents import (
    BatchStatistics,
    DurationStatistics,
    InferenceStatistics,
    ModelStatisticsEntry,
    StatisticsAnswer,
)
from latentd.v2.metadata import answer_document
from latentd.v2.protocol_model import ProtocolModel, all_models, find_model

PHASES: dict[str, Phase] = {"compute_input": "read", "compute_infer": "run", "compute_output": "write"}
"""What the protocol calls the phases; "queue" is the same in both."""


async def tell_statistics(question: Question, service: Service) -> Answer:
    """Requests under /v2 since the start, and nanoseconds by phase: of one model, or of all of them."""
    models = [_entry(model, service) for model in _asked_models(question, service)]
    return answer_document(StatisticsAnswer(model_stats=models))


def _asked_models(question: Question, service: Service) -> list[ProtocolModel]:
    asked = question.path_parameters
    if "name" not in asked:
        return all_models(service.registry)
    if "version" in asked:
        return [find_model(service.registry, asked["name"], asked["version"])]
    model = find_model(service.registry, asked["name"])
    versions = service.registry.versions(model.autoencoder.manifest.name)
    return [find_model(service.registry, model.name, str(version)) for version in versions]


def _entry(model: ProtocolModel, service: Service) -> ModelStatisticsEntry:
    counted = service.statistics.of(model.autoencoder, model.graph).settled()
    return ModelStatisticsEntry(
        name=model.name,
        version=model.version,
        last_inference=counted.last_ms,
        inference_count=int(counted.rows.total),
        execution_count=counted.runs,
        inference_stats=InferenceStatistics(
            **_phases(counted.phases),
            queue=_duration(counted.phases["queue"]),
            success=_duration(counted.success),
            fail=_duration(counted.fail),
        ),
        batch_stats=[
            BatchStatistics(batch_size=rows, **_phases(counted.batches[rows])) for rows in sorted(counted.batches)
        ],
    )


def _phases(tallies: Mapping[Phase, Tally | Histogram]) -> dict[str, DurationStatistics]:
    return {name: _duration(tallies[phase]) for name, phase in PHASES.items()}


def _duration(tally: Tally | Histogram) -> DurationStatistics:
    return DurationStatistics(count=tally.count, ns=int(tally.total))
