"""Measures speed, memory and growth of the build, beside a floor on the same files."""
