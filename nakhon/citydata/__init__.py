"""citydata: the city's own data: registers of what it has, sensors and what they measure, watches over them, the catalogue.

It is four rooms in one, each below the next: registers, sensors, watches, catalog. It holds no person's record.
"""
