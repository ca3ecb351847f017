"""One ONNX graph in onnxruntime. Nothing else imports onnxruntime."""

from __future__ import annotations

import os
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when onnxruntime is loaded: latentd sends nothing anywhere

import numpy as np
import onnxruntime

from latentd.inference.arrays import FloatArray

onnxruntime.disable_telemetry_events()


class GraphError(ValueError):
    """A graph that onnxruntime will not load, or that does not have the tensors it was said to have."""


class Session:
    """A graph with one float32 input [batch, n] and float32 outputs [batch, m], all with a free batch axis.

    `threads` is how many the graph may use for one run. They do not spin while they wait: a service that is idle
    leaves the processor alone, and one that is busy leaves it to the other workers. More than `most_rows` are run in
    parts, one after the other: what a run takes of memory is bounded, however many rows a request has.
    """

    def __init__(
        self, graph: bytes, input_name: str, output_names: tuple[str, ...], threads: int, most_rows: int = sys.maxsize
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.load_model_format", "ONNX")  # bundle/graph has read it as such
        options.log_severity_level = 4  # what is fatal; errors are raised, and the log is not for them
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"], enable_fallback=0
            )
        except Exception as error:  # noqa: BLE001 - onnxruntime raises a dozen unrelated types for a bad graph
            raise GraphError(f"onnxruntime will not load it: {error}") from None
        # What InferenceSession.run looks at before it gets there has been checked, and costs half of a small run.
        self._run = getattr(self._session, "_sess", self._session).run
        # It keeps the bytes to fall back from one provider to another; there is one alone, and it has its own copy.
        self._session._model_bytes = None  # noqa: SLF001 - nothing public lets go of them
        self._input_name = input_name
        self._output_names = list(output_names)
        self._most_rows = most_rows

    def check(self, input_dim: int, output_dim: int) -> None:
        """Raise GraphError unless the graph maps [batch, input_dim] to [batch, output_dim] under the given names."""
        _check_tensors("input", self._session.get_inputs(), [self._input_name], input_dim)
        _check_tensors("output", self._session.get_outputs(), self._output_names, output_dim)

    def run(self, rows: FloatArray) -> list[FloatArray]:
        """Run rows [N, n] through the graph; the outputs [N, m] come in the order of `output_names`.

        Raises GraphError when it fails, such as for a graph that works with one number of rows alone.
        """
        if len(rows) > self._most_rows:
            return self._run_in_parts(rows)
        try:
            outputs: list[FloatArray] = self._run(self._output_names, {self._input_name: rows}, None)
        except Exception as error:  # noqa: BLE001 - as above
            raise GraphError(f"onnxruntime will not run it with {len(rows)} rows: {error}") from None
        return outputs

    def _run_in_parts(self, rows: FloatArray) -> list[FloatArray]:
        parts = [self.run(rows[start : start + self._most_rows]) for start in range(0, len(rows), self._most_rows)]
        return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]


def _check_tensors(role: str, tensors: list[onnxruntime.NodeArg], names: list[str], dim: int) -> None:
    found = {tensor.name: tensor for tensor in tensors}
    if set(found) != set(names):
        raise GraphError(f"its {role}s are {sorted(found)}; the manifest says {sorted(names)}")
    for name, tensor in found.items():
        batch, *row = tensor.shape or [None]
        if isinstance(batch, int) or row != [dim] or tensor.type != "tensor(float)":
            raise GraphError(
                f"{role} {name!r} is {tensor.type} {tensor.shape}; expected tensor(float) ['batch', {dim}]"
            )
