"""The technician's commands, `commission` and `check`: terminal, lines and files around a pure core."""
