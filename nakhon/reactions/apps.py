"""Loads every reaction of this folder, so that its handlers are subscribed in the web and in the worker alike."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig


class ReactionsConfig(AppConfig):
    name = "nakhon.reactions"
    label = "reactions"

    def ready(self) -> None:
        package = import_module("nakhon.reactions")
        for module in pkgutil.walk_packages(package.__path__, "nakhon.reactions."):
            if not module.name.endswith(".apps"):
                import_module(module.name)
