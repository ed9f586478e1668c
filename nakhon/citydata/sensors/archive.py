"""Closed days move to Parquet files in the vault, and what comes late is merged into them."""
