"""A model on a server that runs in the place of one in this process."""

from __future__ import annotations

import json

from pydantic import ValidationError

from latentd.bundle.manifest import MANIFEST
from latentd.client import AnswerInvalidError, LatentClient
from latentd.errors import PosteriorMissingError
from latentd.inference import Posterior, Reconstruction
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec


class RemoteAutoencoder:
    """What the commands ask of an Autoencoder, answered by a server. Rows are checked here, as they are read."""

    def __init__(self, client: LatentClient, name: str | None, version: int | None) -> None:
        """Raises ClientError where the server does not have the model or is not there."""
        model = client.model(name, version)
        fields = {field: value for field, value in model.fields.items() if field != "versions"}
        try:
            self.manifest = MANIFEST.validate_json(json.dumps(fields))
        except ValidationError as error:
            detail = f"the server describes model {model.name!r} in another way than this latentd knows: {error}"
            raise AnswerInvalidError(detail.partition("\n")[0], 200, "application/json") from None
        self.inputs = RowSpec.of_inputs(self.manifest)
        self.latents = RowSpec.of_latents(self.manifest)
        self._client = client
        self._name, self._version = model.name, model.version

    def require_posterior(self) -> None:
        """Raise PosteriorMissingError unless the encoder gives a logvar beside the latent."""
        if self.manifest.encoder.logvar is None:
            raise PosteriorMissingError(self._name)

    def encode_rows(self, rows: FloatArray) -> Posterior:
        """Rows [N, D] -> the posterior of each. Raises ClientError."""
        has_logvar = self.manifest.encoder.logvar is not None
        found = self._client.encode(rows, logvar=has_logvar, model=self._name, version=self._version)
        return Posterior(found.latents, found.logvar)

    def decode_rows(self, rows: FloatArray) -> FloatArray:
        """Rows [N, L] -> outputs [N, D]. Raises ClientError."""
        return self._client.decode(rows, model=self._name, version=self._version).outputs

    def reconstruct_rows(self, rows: FloatArray) -> Reconstruction:
        """Rows [N, D] -> outputs, latents, errors and percentiles of each. Raises ClientError."""
        found = self._client.reconstruct(rows, model=self._name, version=self._version)
        return Reconstruction(found.outputs, found.latents, found.errors, found.percentiles)
