"""The netCDF form of a set of model atmospheres: schema, writing, reading and checks."""
