"""Writes records as files that others open: CSV, Excel, GeoJSON, GeoPackage, Shapefile, GeoParquet, each as a stream of rows.

It knows columns and rows, not registers: protected properties never reach it. ``write(format, table, path)`` is the way in.
"""
