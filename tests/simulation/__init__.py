"""Server, agents, broker, boards and people in one thread of virtual time: real decisions, and a world that is played.

Time, the network, power cuts, disks and chance come from here; everything that decides is the product's own: the
agent's journal (SQLite), custodian, correspondence and line master; the server's use cases, log, publication and
reception; the emulated boards. A seed makes the whole story again: `python -m tests.simulation --seed 7`.
"""
