"""The error tree: what is drawn is what there is, and each error says what was expected and what came."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from latentd import errors
from latentd.errors import LatentdError

FOLDER = Path("models/toy/1")
REFUSED = errors.GraphInvalidError(FOLDER, "encoder.onnx", "it is empty")

MESSAGES = [
    (errors.BundleFileMissingError(FOLDER, "card.md", "gone"), "bundle models/toy/1: card.md: gone"),
    (errors.BundleMissingError(FOLDER, "", "no such folder"), "bundle models/toy/1: no such folder"),
    (errors.RegistryEmptyError(Path("models"), []), "no bundle in models can be served: it holds none"),
    (errors.RegistryEmptyError(Path("models"), [REFUSED]), f"no bundle in models can be served:\n  {REFUSED}"),
    (errors.ModelNotFoundError("x", ["a", "b"]), "no model is named 'x'; there are a, b"),
    (errors.ModelNotFoundError("x", []), "no model is named 'x'; there are none"),
    (errors.VersionNotFoundError("x", 3, [1, 2]), "model 'x' has no version 3; there are 1, 2"),
    (errors.BodyTooLargeError(8, "LIMIT"), "the body is larger than 8 bytes, the limit that LIMIT sets"),
    (errors.JsonTooComplexError("nests", 8, "LIMIT"), "the JSON nests; the limit that LIMIT sets is 8"),
    (errors.QueryTooLongError(8, "LIMIT"), "the query is longer than 8 bytes, the limit that LIMIT sets"),
    (errors.AnswerTooLargeError(9, 8, "LIMIT"), "the answer would hold 9 numbers; the limit that LIMIT sets is 8"),
    (errors.MediaTypeUnsupportedError("a/b", ["c/d", "e/f"]), "the body is 'a/b'; accepted are c/d, e/f"),
    (
        errors.ContentEncodingUnsupportedError("br", ["gzip"]),
        "the body's Content-Encoding is 'br'; accepted are gzip",
    ),
    (errors.AnswerUnacceptableError("a/b", ["c/d"]), "the client accepts 'a/b'; this answer can be c/d"),
    (errors.ParameterInvalidError("seed", "seed: no number"), "seed: no number"),
]


def drawn_tree() -> dict[str, str]:
    """Each error in the picture of the docstring, with its parent."""
    path, parents = ["LatentdError"], {}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"([│├└─ ]+)(\w+Error)\b", line):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            parents[match[2]] = path[depth - 1]
    return parents


def defined_tree() -> dict[str, str]:
    """Each error class of the package, with its parent."""
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and value.__module__.startswith("latentd.errors.")
    ]
    return {kind.__name__: kind.__bases__[0].__name__ for kind in classes if kind is not LatentdError}


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    assert drawn_tree() == defined_tree()


@pytest.mark.parametrize(("error", "message"), MESSAGES, ids=lambda value: type(value).__name__)
def test_an_error_says_what_was_expected_and_what_came(error: LatentdError, message: str) -> None:
    assert str(error) == message


def test_an_error_carries_its_facts() -> None:
    assert (REFUSED.folder, REFUSED.file, REFUSED.reason) == (FOLDER, "encoder.onnx", "it is empty")
    assert errors.ShapeMismatchError("wrong", "/inputs/3").pointer == "/inputs/3"
    assert errors.VersionNotFoundError("x", 3, [1]).available == (1,)
    assert errors.RegistryEmptyError(FOLDER, [REFUSED]).refused == (REFUSED,)
