"""The witness: a small program for an office that does not run the log. It vouches for the log's heads and mirrors it.

It shares nothing with the server but the formats: its own folder, its own key, no database of the server's.
"""
