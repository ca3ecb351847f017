"""What a graph may do, and how much of it, is found out from its bytes alone."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import ModelProto, TensorProto, helper

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint, decoder_graph, encoder_graph
from hostile_graphs import GRAPHS, elsewhere, graph, proto
from latentd.bundle.graph import RULES, check_graph, demand
from latentd.bundle.graph.model import read_graph

SHIPPED = sorted((Path(__file__).parents[4] / "models").glob("*/*/*.onnx"))
GOOD = encoder_graph(TOY)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_shipped_graphs_are_plain(file: Path) -> None:
    check_graph(file.read_bytes())


@pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name)
def test_graphs_of_standard_operators_are_plain(blueprint: Blueprint) -> None:
    check_graph(encoder_graph(blueprint))
    check_graph(decoder_graph(blueprint))
    check_graph(graph())


@pytest.mark.parametrize(("content", "reason"), GRAPHS.values(), ids=GRAPHS)
def test_others_are_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_graph(content)


def test_a_domain_may_be_spelt_out() -> None:
    check_graph(graph(helper.make_node("Tanh", ["score"], ["latent"], domain="ai.onnx")))


def test_where_weights_are_said_to_be_in_the_file_they_are() -> None:
    made = proto()
    made.graph.initializer[0].data_location = TensorProto.DEFAULT
    check_graph(made.SerializeToString())


def test_a_graph_in_two_pieces_is_refused() -> None:
    second = ModelProto(graph=proto(weights=elsewhere("w")).graph).SerializeToString()
    with pytest.raises(ValueError, match="given twice"):
        check_graph(GOOD + second)


@given(
    st.binary(max_size=60) | st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=6)).map(lambda cut: spliced(*cut))
)
def test_any_bytes_are_plain_or_refused(content: bytes) -> None:
    with suppress(ValueError):
        check_graph(content)


def spliced(place: int, put: bytes) -> bytes:
    return GOOD[:place] + put + GOOD[place + len(put) :]


def test_the_guide_names_the_operators() -> None:
    guide = (Path(__file__).parents[4] / "docs" / "graphs.md").read_text()
    table = guide.partition("## Operators")[2].partition("All of ONNX's")[0]
    assert set(re.findall(r"`(\w+)`", table)) == set(RULES)


def test_the_limit_is_a_setting_and_more_rows_are_run_in_parts() -> None:
    values = demand(read_graph(GOOD), 1).values
    assert check_graph(GOOD, 10 * values) == 10
    assert check_graph(GOOD, values) == 1
    with pytest.raises(ValueError, match=f"more than the {values - 1} numbers that LATENTD_MAX_RUN_VALUES sets"):
        check_graph(GOOD, values - 1)
