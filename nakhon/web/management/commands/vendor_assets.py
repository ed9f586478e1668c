"""``vendor_assets``: put the typeface, htmx, map and chart libraries where the platform serves them from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nakhon.web import vendor


class Command(BaseCommand):
    """Copy browser assets from node_modules; with ``--add-icon``, take another icon into the committed set."""

    help = "Copy browser assets from node_modules into static/vendor (safe to repeat)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--add-icon", nargs="+", metavar="NAME", default=[], help="take these Lucide icons into the committed set"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["add_icon"]:
                added = vendor.add_icons(options["add_icon"])
                self.stdout.write(f"icons added: {', '.join(added) or 'none, all were there'}")
                return
            written = vendor.install_vendor()
        except vendor.VendorError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"browser assets: {len(written)} written, {len(vendor.VENDOR) - len(written)} already there")
