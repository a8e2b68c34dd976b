"""What the program must reach, beside the least that it could cost: `python -m tests.bench`."""
