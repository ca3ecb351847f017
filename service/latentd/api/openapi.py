"""The OpenAPI description of the routes that FastAPI cannot see into: those whose bodies are arrays."""

from __future__ import annotations

from typing import Any

from latentd.api.coding import EncodeQuery, ReconstructQuery
from latentd.inference import Autoencoder
from latentd.problems import MEDIA_TYPE as PROBLEM_TYPE
from latentd.problems import PROBLEMS
from latentd.question import Query
from latentd.wire import json_body, raw_body

Schema = dict[str, Any]

ROWS: Schema = {
    "description": "A vector, or an array of vectors or pictures; the leading shape is that of the answer.",
    "type": "array",
    "items": {"anyOf": [{"type": "number"}, {"type": "array"}]},
}
ROW_NUMBERS: Schema = {
    "description": "One number for each row, in the leading shape of the input.",
    "anyOf": [{"type": "number"}, {"type": "array"}],
}
ROW_FLAGS: Schema = {
    "description": "Is the percentile above the threshold? One for each row; only with `threshold`.",
    "anyOf": [{"type": "boolean"}, {"type": "array"}],
}
RAW: Schema = {"description": "float32, little-endian, row after row.", "type": "string", "format": "binary"}
PROBLEM: Schema = {
    "description": "RFC 9457. `type` leads to an explanation on the page /docs.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "instance")},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {n: {"type": "string"} for n in ("pointer", "parameter", "detail")},
            },
        },
    },
}
COMPONENTS = {"Rows": ROWS, "RowNumbers": ROW_NUMBERS, "RowFlags": ROW_FLAGS, "Raw": RAW, "Problem": PROBLEM}


def failures(*statuses: int) -> dict[int | str, Schema]:
    """The answers with these statuses; without any, those that a body can lead to."""
    phrases = {problem.status.value: problem.status.phrase for problem in PROBLEMS.values()}
    chosen = statuses or sorted(phrases.keys() - {405, 500})
    return {
        status: {"description": phrases[status], "content": {PROBLEM_TYPE: {"schema": _ref("Problem")}}}
        for status in chosen
    }


def array_paths(model: Autoencoder) -> dict[str, Schema]:
    """The path items of /encode, /decode and /reconstruct. The examples are this model's real answers."""
    example = model.example
    latents = model.encode(example)
    result = model.reconstruct(example)
    encoded: dict[str, Any] = {"latents": latents}
    if (posterior := model.encode_rows(example[None])).logvar is not None:
        encoded["logvar"] = posterior.logvar[0]
    reconstructed = {
        "outputs": result.outputs,
        "latents": result.latents,
        "errors": result.errors[()],
        "percentiles": result.percentiles[()],
    }
    named = {"model": model.manifest.name, "version": model.manifest.version}
    return {
        "/encode": _post(
            "Encode inputs",
            "Gives the latents; for a VAE the posterior mean, and logvar beside it.",
            EncodeQuery,
            {"inputs": example},
            {**named, **encoded},
            asked_for=("seed",),
        ),
        "/decode": _post(
            "Decode latents",
            "Turns latents into outputs.",
            Query,
            {"latents": latents},
            {**named, "outputs": model.decode(latents)},
        ),
        "/reconstruct": _post(
            "Encode and decode again",
            "Gives the outputs, the mean squared error of each row, and its percentile among held-out errors.",
            ReconstructQuery,
            {"inputs": example},
            {**named, **reconstructed},
            asked_for=("anomalous",),
        ),
    }


def _post(
    summary: str,
    text: str,
    query: type[Query],
    body: dict[str, Any],
    answer: dict[str, Any],
    *,
    asked_for: tuple[str, ...] = (),
) -> Schema:
    """A POST. Each field of `answer` is always there, those `asked_for` only when the query asks for them."""
    media = {json_body.MEDIA_TYPE: {"schema": _object(body), "example": _plain(body)}, **_raw()}
    success = {
        "description": "The answer, as Accept asks for it.",
        "content": {json_body.MEDIA_TYPE: {"schema": _object(answer, asked_for), "example": _plain(answer)}, **_raw()},
    }
    operation = {
        "summary": summary,
        "description": text,
        "tags": ["coding"],
        "parameters": _parameters(query),
        "requestBody": {"required": True, "content": media},
        "responses": {"200": success, **{str(status): failure for status, failure in failures().items()}},
    }
    return {"post": operation}


def _object(fields: dict[str, Any], optional: tuple[str, ...] = ()) -> Schema:
    known: Schema = {"model": {"type": "string"}, "version": {"type": "integer"}, "seed": {"type": "integer"}}
    schemas = {name: known.get(name) or _ref(_FIELD_SCHEMAS.get(name, "Rows")) for name in (*fields, *optional)}
    return {"type": "object", "required": list(fields), "properties": schemas}


_FIELD_SCHEMAS = {"errors": "RowNumbers", "percentiles": "RowNumbers", "anomalous": "RowFlags"}


def _raw() -> Schema:
    return {raw_body.MEDIA_TYPE: {"schema": _ref("Raw")}}


def _ref(component: str) -> Schema:
    return {"$ref": f"#/components/schemas/{component}"}


def _parameters(query: type[Query]) -> list[Schema]:
    properties = query.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "required": False, "description": schema.pop("description"), "schema": schema}
        for name, schema in properties.items()
    ]


def _plain(fields: dict[str, Any]) -> Any:
    """The fields as the JSON that a client would see."""
    return json_body.read_any(json_body.write(fields))
