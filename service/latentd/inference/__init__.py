"""Models that run: numpy arrays in, numpy arrays out. Knows nothing of HTTP."""

from latentd.inference.autoencoder import Autoencoder, Posterior, Reconstruction
from latentd.inference.registry import Registry

__all__ = ["Autoencoder", "Posterior", "Reconstruction", "Registry"]
