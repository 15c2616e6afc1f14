"""Power cuts at any write, sync and rename, on a disk that loses and tears whatever was not synced.

SQLite writes through a file system of ours (apsw's VFS), others through functions of `os` that are listened to: the
disk knows the order of everything, and what a cut right there may leave. What runs on it is the product's own: whole
schedules of `tests.simulation`, a witness, and everything that keeps a file. Then the real start-up, and whatever was
acknowledged, let out or pulsed before the cut is looked up: `python -m tests.power_cuts --cuts 20000`.
"""
