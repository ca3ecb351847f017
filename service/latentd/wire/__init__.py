"""Bytes <-> arrays. Knows media types and numpy, but neither models nor routes."""
