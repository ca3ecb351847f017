"""latentd serves the latent space of an autoencoder over HTTP."""

__version__ = "0.1.0"
