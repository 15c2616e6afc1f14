"""The program beside the cabinets: a Raspberry Pi that opens a compartment by permit and remembers what happened."""
