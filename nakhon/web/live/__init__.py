"""Live pages: server-sent events that say what changed in a city, only to those who may see it.

A page asks Django for a ticket (``/<city>/live/ticket``: the ordinary sign-in and permissions), then opens
``/<city>/live/stream?ticket=...``, which ``nakhon/config/asgi.py`` answers beside Django. Each stream ends after some minutes,
so that rights are looked at anew. Everything goes through ``hub``: one connection that listens, however many look.
"""
