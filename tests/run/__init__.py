"""Running the platform for real: clusters, processes, backups, and what happens when any of them is killed."""
