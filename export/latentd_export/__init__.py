"""The offline half of latentd: trains autoencoders and writes them as bundles (needs torch)."""
