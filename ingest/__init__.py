"""Ingest: what departments export, keep in databases or offer as an API becomes landed Parquet files."""
