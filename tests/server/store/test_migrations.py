"""A database that is up to date starts without alembic; what it is compared with is what alembic would bring it to."""

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from server.store import migrations
from server.store.database import Database

FOLDER = Path(migrations.__file__).parent
OPEN_AND_TELL = """
import sys
from server.store.database import Database
Database.open(sys.argv[1]).close()
print("alembic" in sys.modules)
"""


def test_the_newest_file_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert migrations.newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_a_database_that_is_up_to_date_is_opened_without_alembic(database_url: str) -> None:
    Database.open(database_url).close()
    command = [sys.executable, "-c", OPEN_AND_TELL, database_url]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert told.stdout == "False\n"
