"""Reads tables and maps as offices have them: CSV, Excel, GeoJSON, GeoPackage, zipped Shapefile, in rows that stream.

It knows files, not registers: no table, no tenant. ``open_source(path, name)`` says what a file holds and gives its rows.
"""
