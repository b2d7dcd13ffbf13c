"""A second machine: one more parse cluster under a supervisor of its own, on the same database."""

from __future__ import annotations

from flux.supervisor.run import Supervisor, children

if __name__ == "__main__":
    Supervisor([child for child in children(0) if child.name == "parse"], set).run()
