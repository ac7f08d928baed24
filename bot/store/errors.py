"""What may go wrong with the database: each message tells the operator what to do."""

# ruff: noqa: N818 - the names say what is wrong; that it is an error is said by StoreError

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """The database cannot be used as asked; the message is one sentence for the operator."""


class StoreLocked(StoreError):
    """Another program holds the database for longer than the lock time-out."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The database {path} is locked by another program: stop the other bot or tool that "
            "holds it, then try again."
        )


class StoreFull(StoreError):
    """There is no room for what was to be written; nothing of the transaction was kept."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The disk that holds the database {path} is full: make room on it.")


class StoreReadOnly(StoreError):
    """The database may be read but not written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The database {path} may not be written: give the bot's user write permission to the "
            "file and its directory."
        )


class StoreUnreadable(StoreError):
    """The database file cannot be opened: no such directory, no permission, no regular file."""

    def __init__(self, path: Path, reason: str = "it cannot be opened") -> None:
        super().__init__(
            f"The database {path} is out of reach ({reason}): check that its directory exists and "
            "that the bot's user may read and write there."
        )


class StoreUnfit(StoreError):
    """The file system cannot share memory between programs, which the write-ahead log needs."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The file system under {path} does not support SQLite's write-ahead log: put the "
            "database on a local disk."
        )


class StoreForeign(StoreError):
    """The file is something else than this program's database."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The file {path} is not a database of this bot: set another database path, or move "
            "the file away."
        )


class StoreDamaged(StoreError):
    """The file is, or was, a database of this program, but parts of it are missing or broken."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The database {path} is damaged: stop the bot, put the latest backup in its place, "
            "and check the disk."
        )


class StoreTooNew(StoreError):
    """A newer version of this program has changed the database's form."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"The database {path} has version {found}, but this bot knows none above {known}: "
            "install the newer bot again, or go back to the backup made before its migration."
        )


class StoreClosed(StoreError):
    """The database was closed; the program is about to end."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The database {path} is closed: start the bot again.")


class BackupExists(StoreError):
    """A backup never overwrites a file."""

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} exists already: name a new file for the backup.")


class BackupFailed(StoreError):
    """A backup could not be written, or did not read back whole; no file was left."""

    def __init__(self, target: Path, reason: str) -> None:
        super().__init__(
            f"The backup {target} could not be made ({reason}): check its directory and disk, "
            "then try again."
        )


class NameTaken(StoreError):
    """A subscription of that name exists in that place already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a subscription named “{name}” here already: choose another.")
