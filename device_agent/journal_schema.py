"""The journal's tables, and what is said to them that takes more than a word."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS owner (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), agent TEXT NOT NULL,
    epoch INTEGER NOT NULL) STRICT;

-- What happened, as signed. `at_ms`, `type`, `opening`, `compartment` repeat the note, for the query below.
CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, type TEXT NOT NULL, opening TEXT,
    compartment TEXT, note BLOB NOT NULL, salt BLOB, body BLOB) STRICT;
CREATE INDEX IF NOT EXISTS entries_of_opening ON entries (opening) WHERE opening IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_of_doors ON entries (compartment, seq)
    WHERE type IN ('door_opened', 'door_forced', 'door_closed');
CREATE INDEX IF NOT EXISTS entries_of_resumptions ON entries (seq)
    WHERE type IN ('custody_resumed', 'items_transferred');
CREATE INDEX IF NOT EXISTS entries_of_refusals ON entries (at_ms) WHERE type = 'identification_refused';

-- Pulses that are spent. The primary key is the last word on "at most one pulse each".
CREATE TABLE IF NOT EXISTS burns (permit TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('attempt', 'return')),
    number INTEGER NOT NULL, opening TEXT NOT NULL UNIQUE, PRIMARY KEY (permit, kind, number)) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, note BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries stay'); END;
CREATE TRIGGER IF NOT EXISTS entries_stand BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries stand'); END;
CREATE TRIGGER IF NOT EXISTS burns_stay BEFORE DELETE ON burns BEGIN SELECT RAISE(ABORT, 'burns stay'); END;
CREATE TRIGGER IF NOT EXISTS burns_stand BEFORE UPDATE ON burns BEGIN SELECT RAISE(ABORT, 'burns stand'); END;
"""

NOTES = "SELECT name, note FROM notes WHERE name = ? OR name LIKE ? ORDER BY name"
WRITE_BURN = "INSERT INTO burns (permit, kind, number, opening) VALUES (?,?,?,?)"
RAISE_MARK = "INSERT INTO marks (name, value) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = max(value, ?)"

PAST = """
SELECT note FROM entries
WHERE opening IN (SELECT opening FROM burns WHERE permit IN
                    (SELECT substr(name, length('permit:') + 1) FROM notes WHERE name LIKE 'permit:%'))
   OR seq IN (SELECT max(seq) FROM entries
              WHERE type IN ('door_opened', 'door_forced', 'door_closed') GROUP BY compartment)
   OR (type = 'identification_refused' AND at_ms >= ?)
   OR type IN ('custody_resumed', 'items_transferred')
ORDER BY seq
"""
