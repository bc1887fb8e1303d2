"""Measure the product on the machine at hand, as ratios to the bare work that cannot be saved.

A second of this machine says little about another; how many times the bare INSERT, the bare SQL or the bare join a thing
costs says the same anywhere. `python -m benchmarks` builds its data, measures and prints one table; nothing is kept.
"""
