"""A session: the right tensors, any number of rows, and no telemetry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from bundles import TOY, TOY_VAE, decoder_graph, encoder_graph, frozen_graph
from hostile_graphs import graph
from latentd.inference.session import GraphError, Session

ENCODER = encoder_graph(TOY)


def session(graph: bytes = ENCODER, outputs: tuple[str, ...] = ("latent",)) -> Session:
    return Session(graph, "input", outputs, threads=1)


@pytest.mark.parametrize("rows", [1, 2, 7, 64])
def test_any_number_of_rows_runs(rows: int) -> None:
    inputs = TOY.inputs(rows)
    (latents,) = session().run(inputs)
    np.testing.assert_allclose(latents, TOY.encode(inputs), atol=1e-6)


def test_outputs_come_in_the_order_of_their_names() -> None:
    inputs = TOY_VAE.inputs(3)
    logvar, latents = session(encoder_graph(TOY_VAE), ("logvar", "latent")).run(inputs)
    np.testing.assert_allclose(latents, TOY_VAE.encode(inputs), atol=1e-6)
    np.testing.assert_allclose(logvar, TOY_VAE.logvar(inputs), atol=1e-6)


def test_a_graph_with_the_right_tensors_passes() -> None:
    session().check(12, 2)


@pytest.mark.parametrize(
    ("checked", "dims", "fault"),
    [
        (lambda: session(decoder_graph(TOY)), (2, 12), r"its inputs are \['latent'\]; the manifest says \['input'\]"),
        (lambda: session(outputs=("latent", "logvar")), (12, 2), r"its outputs are \['latent'\]; the manifest says"),
        (lambda: session(encoder_graph(TOY_VAE)), (12, 5), r"its outputs are \['latent', 'logvar'\]"),
        (session, (13, 2), r"input 'input' is tensor\(float\) \['batch', 12\]; expected .* \['batch', 13\]"),
        (session, (12, 3), r"output 'latent' is tensor\(float\) \['batch', 2\]; expected .* \['batch', 3\]"),
        (lambda: session(encoder_graph(TOY, batch=2)), (12, 2), r"\[2, 12\]; expected tensor\(float\) \['batch', 12\]"),
    ],
)
def test_a_graph_with_other_tensors_does_not(checked: Callable[[], Session], dims: tuple[int, int], fault: str) -> None:
    with pytest.raises(GraphError, match=fault):
        checked().check(*dims)


def test_a_session_does_not_keep_the_bytes_of_its_graph() -> None:
    graph = bytes(bytearray(ENCODER))  # that nobody else refers to
    before = sys.getrefcount(graph)
    opened = session(graph)
    assert sys.getrefcount(graph) == before
    np.testing.assert_array_equal(opened.run(TOY.inputs(3))[0], session().run(TOY.inputs(3))[0])


@pytest.mark.parametrize("graph", [b"", b"no graph", ENCODER[: len(ENCODER) // 2]])
def test_what_is_no_graph_does_not_load(graph: bytes) -> None:
    with pytest.raises(GraphError, match="onnxruntime will not load it"):
        session(graph)


def test_a_graph_with_weights_in_another_file_does_not_load() -> None:
    weight = helper.make_tensor("weight", TensorProto.FLOAT, [2, 2], [0.0] * 4)
    weight.ClearField("float_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="weights.bin")
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 2]) for name in ("input", "latent")]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["input", "weight"], ["latent"])], "outside", tensors[:1], tensors[1:], [weight]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with pytest.raises(GraphError, match="will not load it"):
        session(model.SerializeToString())


def test_a_graph_that_fails_to_run_says_with_how_many_rows() -> None:
    graph = session(frozen_graph(3, {"input": 2, "latent": 2}))
    graph.run(np.zeros((3, 2), np.float32))
    with pytest.raises(GraphError, match="will not run it with 64 rows"):
        graph.run(np.zeros((64, 2), np.float32))


def test_telemetry_is_off_before_onnxruntime_is_imported() -> None:
    script = """
import os, sys

class Spy:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            print(os.environ.get("ORT_DISABLE_TELEMETRY"))

sys.meta_path.insert(0, Spy())
import latentd.inference
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_more_rows_than_may_be_run_at_once_are_run_in_parts() -> None:
    inputs = TOY.inputs(7)
    for most_rows in (1, 3, 7):
        parts = Session(ENCODER, "input", ("latent",), threads=1, most_rows=most_rows).run(inputs)[0]
        np.testing.assert_allclose(parts, session().run(inputs)[0], rtol=1e-6)


WIDE_RUN = """
import resource, sys
import numpy as np
from latentd.bundle.graph import check_graph
from latentd.inference.session import Session

graph = sys.stdin.buffer.read()
most_rows = check_graph(graph, 10_000_000)
opened = Session(graph, "input", ("latent",), 1, most_rows)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
opened.run(np.zeros((10_000, 12), np.float32))
print(most_rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_the_memory_of_a_run_does_not_grow_with_its_rows() -> None:
    wide = helper.make_node("Gemm", ["score", "wide"], ["spread"])
    narrow = helper.make_node("Gemm", ["spread", "narrow"], ["latent"])
    weights = {"wide": np.zeros((2, 20_000), np.float32), "narrow": np.zeros((20_000, 2), np.float32)}
    content = graph(wide, narrow, further=tuple(numpy_helper.from_array(held, name) for name, held in weights.items()))
    done = subprocess.run([sys.executable, "-c", WIDE_RUN], input=content, capture_output=True, check=True)
    most_rows, grown = map(int, done.stdout.split())
    assert most_rows == 10_000_000 // 20_004
    assert grown < 200, "MiB; 800 for all rows at once"


def test_what_fails_is_raised_and_not_printed_too(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GraphError):
        session(frozen_graph(3, {"input": 2, "latent": 2})).run(np.zeros((64, 2), np.float32))
    with pytest.raises(GraphError):
        session(ENCODER.replace(b"input", b"inpu\xff", 1))
    assert capfd.readouterr() == ("", "")
