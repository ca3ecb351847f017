"""Graphs that users make with torch.onnx, by either exporter, are among those that are run."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from latentd.bundle.graph import check_graph
from latentd.inference.session import Session

pytestmark = pytest.mark.filterwarnings("ignore")  # the exporters warn of torch's own doings, and these are not tested


class Attending(nn.Module):
    """(batch, 12) as four steps of three that see each other."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Linear(3, 8)
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)

    def forward(self, inputs: Tensor) -> Tensor:
        seen: Tensor = self.layer(self.wide(inputs.view(-1, 4, 3)))
        return seen.mean(1)


class Recurrent(nn.Module):
    """(batch, 12) as four steps of three."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.LSTM(3, 5, batch_first=True, bidirectional=True)

    def forward(self, inputs: Tensor) -> Tensor:
        _, (hidden, _) = self.layer(inputs.view(-1, 4, 3))
        last: Tensor = hidden.permute(1, 0, 2).reshape(inputs.size(0), -1)
        return last


class Repeated(nn.Module):
    """(batch, 4) unrolled into as many steps."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.GRU(4, 6, batch_first=True)

    def forward(self, latent: Tensor) -> Tensor:
        steps, _ = self.layer(latent.unsqueeze(1).repeat(1, 4, 1))
        unrolled: Tensor = steps.flatten(1)
        return unrolled


class Sparse(nn.Module):
    """The three largest of eight."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 8)

    def forward(self, inputs: Tensor) -> Tensor:
        score = self.layer(inputs).relu()
        values, places = score.topk(3, dim=-1)
        return torch.zeros_like(score).scatter(-1, places, values)


class Quantized(nn.Module):
    """The nearest of seven codes."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 4)
        self.codes = nn.Parameter(torch.randn(7, 4))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.codes[torch.cdist(self.layer(inputs), self.codes).argmin(1)]


MODELS: dict[str, tuple[nn.Module, int]] = {
    "convolutions": (
        nn.Sequential(
            nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.GELU(), nn.MaxPool2d(2, ceil_mode=True), nn.GroupNorm(4, 16),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 4), nn.LayerNorm(4), nn.Dropout(0.1),
        ),
        784,
    ),
    "and back": (
        nn.Sequential(
            nn.Linear(4, 784), nn.Unflatten(1, (16, 7, 7)),
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1), nn.SiLU(),
            nn.Upsample(scale_factor=2, mode="bilinear"), nn.ReflectionPad2d(1), nn.Conv2d(8, 4, 3), nn.PReLU(),
            nn.InstanceNorm2d(4), nn.PixelShuffle(2), nn.Hardswish(), nn.ZeroPad2d(1), nn.Sigmoid(), nn.Flatten(),
        ),
        4,
    ),
    "attention": (Attending(), 12),
    "an LSTM": (Recurrent(), 12),
    "a GRU": (Repeated(), 4),
    "the largest": (Sparse(), 12),
    "codes": (Quantized(), 12),
}  # fmt: skip  # a line a stage


def traced(model: nn.Module, dim: int) -> bytes:
    """By the exporter that traces."""
    file = io.BytesIO()
    free = {"input": {0: "batch"}, "latent": {0: "batch"}}
    torch.onnx.export(
        model, (torch.zeros(2, dim),), file,  # type: ignore[arg-type]  # torch's own words allow it
        input_names=["input"], output_names=["latent"], dynamic_axes=free,
        dynamo=False, opset_version=17,
    )  # fmt: skip
    return file.getvalue()


def captured(model: nn.Module, dim: int) -> bytes:
    """By the one that captures programs."""
    free = ({0: torch.export.Dim("batch", min=1)},)
    program = torch.onnx.export(
        model, (torch.zeros(2, dim),), input_names=["input"], output_names=["latent"], dynamic_shapes=free,
        dynamo=True, verbose=False,
    )  # fmt: skip
    assert program is not None
    content: bytes = program.model_proto.SerializeToString()
    return content


@pytest.mark.parametrize(
    ("exporter", "name"), [*((traced, name) for name in MODELS), (captured, "convolutions"), (captured, "attention")]
)
def test_it_is_run(exporter: Callable[[nn.Module, int], bytes], name: str) -> None:
    model, dim = MODELS[name]
    model.eval()
    content = exporter(model, dim)
    most_rows = check_graph(content)
    assert most_rows > 1000
    rows = torch.rand(5, dim)
    with torch.no_grad():
        expected = model(rows)
    (found,) = Session(content, "input", ("latent",), threads=1, most_rows=2).run(rows.numpy())
    torch.testing.assert_close(torch.from_numpy(found), expected, rtol=1e-3, atol=1e-4)
