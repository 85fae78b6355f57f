"""The benchmarks behind ``surveyplat bench``: each figure beside a floor that was measured in the same run."""
