"""What the watchmen share with the tests of pages."""

from tests.web.conftest import plain_static_names

__all__ = ["plain_static_names"]
