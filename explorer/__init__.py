"""Explorer: what the marts say, one page per question. Reads a publication (Parquet) and nothing else."""
