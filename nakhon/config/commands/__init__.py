"""Sub-commands of ``nakhon``: a module ``audit.py`` here is ``nakhon audit`` and exposes ``group`` or ``command`` (click).

A module is imported only when its command is asked for, so keep Django imports inside the functions and
begin them with ``nakhon.config.run.django.setup()``.
"""
