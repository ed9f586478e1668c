"""config: settings, addresses and the command line; ``run`` is what starts, watches, saves and mends the platform."""
