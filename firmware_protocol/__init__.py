"""The agreed bytes between server, agents and lock boards; pure, standard library and `cryptography` only."""
