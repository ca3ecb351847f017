from __future__ import annotations

import pytest
from torch import nn

from latentd_export.architectures import build_model
from latentd_export.layer_table import format_table, layer_table
from small_models import make_recipe


def rows(kind: str, value_range: tuple[float, float] | None = None) -> list[tuple[str, str, str, int, int]]:
    model = build_model(make_recipe(kind, hidden=[8, 5], activation="relu"), 10, value_range)
    table = layer_table(model)
    assert sum(row.parameters for row in table) == sum(p.numel() for p in model.parameters())
    return [(row.part, row.name, row.kind, row.output_shape[0], row.parameters) for row in table]


def test_layers_stand_in_the_order_in_which_they_run_with_their_counts() -> None:
    assert rows("ae") == [
        ("encoder", "dense_1", "Dense + ReLU", 8, 10 * 8 + 8),
        ("encoder", "dense_2", "Dense + ReLU", 5, 8 * 5 + 5),
        ("encoder", "latent", "Dense", 2, 5 * 2 + 2),
        ("decoder", "dense_1", "Dense + ReLU", 5, 2 * 5 + 5),
        ("decoder", "dense_2", "Dense + ReLU", 8, 5 * 8 + 8),
        ("decoder", "output", "Dense", 10, 8 * 10 + 10),
    ]


def test_a_posterior_has_a_layer_more_and_a_range_a_sigmoid() -> None:
    assert [row[1] for row in rows("vae")][2:4] == ["latent", "logvar"]
    assert rows("ae", (0.0, 1.0))[-1][2] == "Dense + Sigmoid"


@pytest.mark.parametrize("name", ["silu", "leaky-relu", "tanh"])
def test_an_activation_has_its_own_name(name: str) -> None:
    kind = layer_table(build_model(make_recipe(activation=name), 10, None))[0].kind
    assert kind.split(" + ")[1] in {nn.SiLU.__name__, nn.LeakyReLU.__name__, nn.Tanh.__name__}
    assert kind.lower().endswith(name.replace("-", ""))


def test_the_table_s_columns_line_up_and_its_sums_are_right() -> None:
    table = layer_table(build_model(make_recipe(hidden=[64]), 784, (0.0, 1.0)))
    lines = format_table("mine", 784, table).splitlines()
    assert lines[0] == "Model: mine"
    assert len({len(line) for line in lines[1:]}) == 1
    sums = {line.split()[0]: line.split()[-1] for line in lines[-4:-1]}
    assert sums == {"encoder": "50,370", "decoder": "51,152", "autoencoder": "101,522"}
