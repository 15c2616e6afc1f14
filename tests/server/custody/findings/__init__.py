"""Tests of what a supervisor should look at."""
