"""A change to several files and folders that is whole or not at all, wherever it is cut short.

What is new is laid ready in a scratch folder; a journal then says what goes where; renames bring it there,
each old file or folder being kept in the scratch folder until the last one is done. A change that was cut
short before its journal stood leaves everything as it was; one that was cut short later is completed by the
next command (`recover`). One lock lets the commands that write take turns.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bluebook.messages import BadInput, Catalogue, message

SAYS = Catalogue(__file__)
FOLDER, JOURNAL, STAGE = ".bluebook", "journal.json", "stage"
WAIT = 10.0  # seconds that a command waits for another one
Content = bytes | str | Path


class Change:
    """What one command changes below ``home``, all of it or nothing; made by `change`."""

    def __init__(self, home: Path) -> None:
        self.home, self.stage = home, home / FOLDER / STAGE
        self._moves: list[dict[str, str | bool]] = []
        (self.stage / "new").mkdir(parents=True)
        (self.stage / "old").mkdir()

    def scratch(self, name: str) -> Path:
        """Return a path in the scratch folder, to be filled and then handed to `write` or `folder`."""
        return self.stage / name

    def write(self, target: Path, content: Content) -> None:
        """Let ``target`` hold ``content``: bytes, text (UTF-8, LF), or a file of the scratch folder."""
        self._bring(target, lambda place: _lay(place, content))

    def folder(self, target: Path, files: Mapping[str, Content]) -> None:
        """Let ``target`` be a folder with exactly these files: name below it → content."""

        def lay(place: Path) -> None:
            place.mkdir()
            for name, content in files.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                _lay(place / name, content)

        self._bring(target, lay)

    def remove(self, target: Path) -> None:
        """Let there be no file or folder ``target``; folders that this leaves empty go with it."""
        self._moves.append({"target": target.relative_to(self.home).as_posix(), "new": False})

    def commit(self) -> None:
        """Write the journal, then bring everything to its place. Raises OSError with the old state whole."""
        if self._moves:
            ready = self.stage / JOURNAL  # a journal is there whole or not at all, whatever the machine does
            _lay(ready, json.dumps(self._moves, ensure_ascii=False, indent=1))
            ready.replace(self.home / FOLDER / JOURNAL)
            _sync_folder(self.home / FOLDER)
            try:
                _forward(self.home, self._moves)
            except OSError:
                _back(self.home, self._moves)
                _close(self.home)
                raise
        with contextlib.suppress(OSError):  # all is in its place; the next command clears up
            _close(self.home)

    def _bring(self, target: Path, lay: Callable[[Path], None]) -> None:
        place = self.stage / "new" / str(len(self._moves))
        lay(place)
        self._moves.append({"target": target.relative_to(self.home).as_posix(), "new": True})


@contextmanager
def change(home: Path, wait: float = WAIT) -> Iterator[Change]:
    """Let one command change the project ``home``: whole at the end of the block, nothing if it fails.

    Raises `BadInput`, with the old state whole, where another command is at work for ``wait`` seconds, and
    for a disk that is full or a folder that cannot be written.
    """
    with locked(home, wait), told(home):
        _settle(home)
        try:
            one = Change(home)
            yield one
            one.commit()
        except Exception:
            if not (home / FOLDER / JOURNAL).exists():
                shutil.rmtree(home / FOLDER / STAGE, ignore_errors=True)
            raise


def recover(home: Path, wait: float = WAIT) -> None:
    """Complete what a command that was cut short had written into its journal, and clear its scratch folder.

    Raises `BadInput` where another command is at work or the disk cannot be written.
    """
    if (home / FOLDER / JOURNAL).exists() or (home / FOLDER / STAGE).exists():
        with locked(home, wait), told(home):
            _settle(home)


@contextmanager
def locked(home: Path, wait: float = WAIT) -> Iterator[None]:
    """Hold the one lock of the commands that write; a command that holds it may ask again."""
    from filelock import FileLock, Timeout

    lock = home / FOLDER / "lock"
    with told(home):
        lock.parent.mkdir(exist_ok=True)
        held = FileLock(lock, is_singleton=True)
        try:
            held.acquire(timeout=wait)
        except Timeout:
            SAYS.refuse("at_work")
    try:
        yield
    finally:
        held.release()


@contextmanager
def told(home: Path) -> Iterator[None]:
    """Turn what a disk refuses into one line that names the file."""
    try:
        yield
    except OSError as problem:
        path = Path(problem.filename2 or problem.filename or home)
        inside = path.is_relative_to(home) and FOLDER not in path.parts
        shown = path.relative_to(home).as_posix() if inside and path != home else str(home)
        why = problem.strerror or problem
        raise BadInput(*message(__file__, "unwritable", path=shown, why=why)) from None


# ---------------------------------------------------------------- how it is done


def _settle(home: Path) -> None:
    journal = home / FOLDER / JOURNAL
    if journal.exists():
        _forward(home, json.loads(journal.read_text("utf-8")))
    _close(home)


def _close(home: Path) -> None:
    """End a change: without its journal the scratch folder means nothing."""
    (home / FOLDER / JOURNAL).unlink(missing_ok=True)
    _sync_folder(home / FOLDER)
    shutil.rmtree(home / FOLDER / STAGE, ignore_errors=True)


def _places(home: Path, number: int, move: Mapping[str, str | bool]) -> tuple[Path, Path, Path]:
    stage = home / FOLDER / STAGE
    return home / str(move["target"]), stage / "new" / str(number), stage / "old" / str(number)


def _forward(home: Path, moves: list[dict[str, str | bool]]) -> None:
    """Bring everything to its place; whatever is there already stays, so that it may be begun anew."""
    for number, move in enumerate(moves):
        target, new, old = _places(home, number, move)
        waiting = new.exists() if move["new"] else target.exists() and not old.exists()
        if waiting and target.exists():
            target.rename(old)
        if move["new"] and waiting:
            target.parent.mkdir(parents=True, exist_ok=True)
            new.rename(target)
            _sync_folder(target.parent)
        elif not move["new"]:
            _prune(home, target)


def _back(home: Path, moves: list[dict[str, str | bool]]) -> None:
    """Undo what `_forward` did, last first."""
    for number, move in reversed(list(enumerate(moves))):
        target, new, old = _places(home, number, move)
        if move["new"] and not new.exists() and target.exists():
            target.rename(new)
        if old.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            old.rename(target)
        _prune(home, target)


def _prune(home: Path, target: Path) -> None:
    """Remove the folders above ``target`` that are empty now."""
    with contextlib.suppress(OSError):
        for folder in target.parents:
            if folder == home:
                return
            folder.rmdir()


def _lay(place: Path, content: Content) -> None:
    if isinstance(content, Path):
        content.rename(place)
        with place.open("r+b") as file:
            os.fsync(file.fileno())
        return
    with place.open("wb") as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "nt":  # Windows cannot open a folder, and needs no such thing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
