"""The benchmarks behind `surveyplat bench`."""
