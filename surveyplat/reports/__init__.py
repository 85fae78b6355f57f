"""Reports: scores -> findings -> content -> charts -> PDF. What the numbers mean, and how that is shown.

``findings`` decides what is worth saying, ``content`` decides every sentence and number, ``charts`` and ``pdf`` draw.
"""
