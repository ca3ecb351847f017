"""The layer table: one row for each layer of the encoder and the decoder, with its output shape and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from torch import nn

from latentd.bundle.records import Layer
from latentd_export.architectures import Autoencoder


def layer_table(model: Autoencoder) -> tuple[Layer, ...]:
    """The dense layers of both parts in the order in which they run, each named with the activation that follows."""
    return (*_part_layers("encoder", model.encoder), *_part_layers("decoder", model.decoder))


def format_table(name: str, input_dim: int, layers: Sequence[Layer]) -> str:
    """The table as text, the way Keras prints a model's summary."""
    lines = [("Layer", "Output shape", "Parameters"), ("input", f"(batch, {input_dim})", "0")]
    for part in ("encoder", "decoder"):
        own = [layer for layer in layers if layer.part == part]
        lines += [
            (f"{part}.{row.name} ({row.kind})", f"(batch, {row.output_shape[0]})", f"{row.parameters:,}") for row in own
        ]
    for part in ("encoder", "decoder", "autoencoder"):
        total = sum(layer.parameters for layer in layers if part in (layer.part, "autoencoder"))
        lines.append((part, "", f"{total:,}"))
    first, second, third = (max(map(len, column)) for column in zip(*lines, strict=True))
    texts = [f"{line[0]:<{first}}   {line[1]:<{second}}   {line[2]:>{third}}" for line in lines]
    rule = "─" * len(texts[0])
    return "\n".join([f"Model: {name}", rule, texts[0], rule, *texts[1:-3], rule, *texts[-3:], rule])


def _part_layers(part: Literal["encoder", "decoder"], module: nn.Module) -> Iterator[Layer]:
    children = list(_flatten(module))
    for position, (name, child) in enumerate(children):
        if isinstance(child, nn.Linear):
            following = children[position + 1][1] if position + 1 < len(children) else child
            activation = "" if isinstance(following, nn.Linear) else f" + {type(following).__name__}"
            parameters = sum(parameter.numel() for parameter in child.parameters())
            yield Layer(
                part=part,
                name=name,
                kind=f"Dense{activation}{_squashing(module, name)}",
                output_shape=(child.out_features,),
                parameters=parameters,
            )


def _flatten(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, child in module.named_children():
        if isinstance(child, nn.Sequential):
            yield from child.named_children()
        else:
            yield name, child


def _squashing(module: nn.Module, name: str) -> str:
    return " + Sigmoid" if name == "output" and getattr(module, "value_range", None) is not None else ""
