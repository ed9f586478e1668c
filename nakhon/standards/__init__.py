"""Doors for other software, one folder for each standard. Built so far: ``mqtt``. A standard keeps no tables of its own."""
