"""Loaded at the start of every Python of the Flux under test (PYTHONPATH): room for the titles of its processes.

The queue's processes tell by their titles what they do. A title has as much room as the command line had, so each
process is started by a longer spelling of the same path.
"""

import os
import sys

_directory, _name = os.path.split(sys.executable)
sys.executable = os.path.join(os.path.dirname(_directory), *"." * 30, os.path.basename(_directory), _name)
