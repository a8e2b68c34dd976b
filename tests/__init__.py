"""Everything that is tested, by the nouns of the house."""

import os
import sys

# Several processes read these files and start programs that read as many: they are compiled once.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
