"""How fast latentd is, beside other ways to serve the same models: `python -m benchmarks`, or `make bench`."""
