"""Models that run: numpy arrays in, numpy arrays out. Knows nothing of HTTP."""

from latentd.inference.autoencoder import Autoencoder, Reconstruction
from latentd.inference.registry import Registry
from latentd.posterior import Posterior

__all__ = ["Autoencoder", "Posterior", "Reconstruction", "Registry"]
