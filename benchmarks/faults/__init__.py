"""The ingest under faults: a real Flux against a real Dovecot, broken on purpose, compared with what was delivered.

`python -m benchmarks.faults` runs it and writes FAULTS.md. Everything happens on 127.0.0.1 and in a temporary
directory; what is killed are processes that the run itself started.
"""
