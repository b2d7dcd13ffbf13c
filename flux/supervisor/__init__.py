"""Running Flux as one: web, queue clusters and watcher under one process that restarts what dies."""
