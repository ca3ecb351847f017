"""The processes that serve: how one ends without losing a request, and how several are kept alive."""
