"""Four cities of the demonstration come alive: assets of Samui, air of Nakhon Sawan, a canal of Chiang Mai, floods of Hat Yai.

Every value is computed from names and time alone: the same on each machine, and the same when it is asked for twice.
"""
