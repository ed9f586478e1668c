"""Nakhon (นคร): the open city platform. The storeys of the house are described in docs/map.md."""

__version__ = "0.1.0"
