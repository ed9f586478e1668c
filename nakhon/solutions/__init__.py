"""solutions: folders of YAML that a city installs: read, checked, planned as a diff, applied as one, exported, removed.

Chief verbs: apply_solution, remove_solution; chief questions: list_solutions, plan_solution, export_solution.
It is not: what a kind of definition means (its room's ``definitions.py``) nor the store of versions (``kernel.definitions``).
"""
