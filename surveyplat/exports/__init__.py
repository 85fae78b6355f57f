"""What leaves for other programs: rows, results and codebooks, as CSV, workbooks, Parquet, SPSS, Triple-S."""
