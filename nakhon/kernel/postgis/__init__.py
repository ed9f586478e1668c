"""The PostGIS database back end, with the tenant of the current context set on the connection before each query."""
