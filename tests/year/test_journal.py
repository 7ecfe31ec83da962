"""A change to several files is whole or not at all, wherever it is cut short."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from turning import Killed, dying, state

from bluebook.messages import BadInput
from bluebook.year import journal

NEVER = 10**6


def lay(home: Path) -> Path:
    (home / "shelf").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "shelf/old.txt"):
        (home / name).write_text(f"old {name}", "utf-8")
    return home


def work(home: Path) -> None:
    with journal.change(home) as change:
        change.write(home / "a.txt", "new a")
        change.remove(home / "shelf")
        change.write(home / "shelf/again/c.txt", b"new c")
        change.folder(home / "far/away", {"x": "1", "deep/y": "2"})
        change.remove(home / "b.txt")


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    numbers = iter(range(NEVER))
    return lambda: lay(tmp_path / str(next(numbers)))


def before_and_after(fresh: Callable[[], Path]) -> tuple[dict, dict]:
    old, new = fresh(), fresh()
    work(new)
    return state(old), state(new)


def steps(fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> int:
    home = fresh()
    with dying(monkeypatch, NEVER) as done:
        work(home)
    return len(done)


def test_a_change_does_all_that_it_says(fresh) -> None:
    old, new = before_and_after(fresh)
    assert new == {
        "a.txt": b"new a",
        "shelf/again/c.txt": b"new c",
        "far/away/x": b"1",
        "far/away/deep/y": b"2",
    }
    assert old != new


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_and_recovery_may_be_killed_too(
    fresh, monkeypatch
) -> None:
    old, new = before_and_after(fresh)
    seen = set()
    for at in range(1, steps(fresh, monkeypatch) + 1):
        for again in (1, 5, 11, NEVER):
            home = fresh()
            with pytest.raises(Killed), dying(monkeypatch, at):
                work(home)
            try:
                with dying(monkeypatch, again):
                    journal.recover(home)
            except Killed:
                journal.recover(home)
            assert state(home) in (old, new), (at, again)
            seen.add(state(home) == new)
            assert [p.name for p in (home / journal.FOLDER).glob("*")] in ([], ["lock"]), (at, again)
    assert seen == {True, False}


def test_the_next_command_completes_what_was_cut_short(fresh, monkeypatch) -> None:
    old, new = before_and_after(fresh)
    for at in range(1, steps(fresh, monkeypatch) + 1):
        home = fresh()
        with pytest.raises(Killed), dying(monkeypatch, at):
            work(home)
        with journal.change(home) as change:
            change.write(home / "d.txt", "d")
        assert state(home) in ({**old, "d.txt": b"d"}, {**new, "d.txt": b"d"}), at


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_refuses_at_any_moment_is_one_line_and_the_old_state(
    fresh, monkeypatch, code: int
) -> None:
    old, new = before_and_after(fresh)
    refused = 0
    for at in range(1, steps(fresh, monkeypatch) + 1):
        home = fresh()
        try:
            with dying(monkeypatch, at, OSError(code, "no")):
                work(home)
        except BadInput as problem:
            refused += 1
            assert "\n" not in problem.zh and problem.zh.startswith("写不进")
        else:  # only clearing up was refused, and nobody needs to know
            assert state(home) == new
        journal.recover(home)
        assert state(home) in (old, new), at
    assert refused > 10


def test_what_fails_inside_a_change_leaves_everything_as_it_was(fresh) -> None:
    home = fresh()
    with pytest.raises(ZeroDivisionError), journal.change(home) as change:
        change.write(home / "a.txt", "new")
        raise ZeroDivisionError
    assert state(home) == state(fresh())


def test_two_commands_take_turns_and_the_second_says_so(fresh) -> None:
    home, held, end = fresh(), threading.Event(), threading.Event()

    def hold() -> None:
        with journal.locked(home):
            held.set()
            end.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(20)
    with pytest.raises(BadInput, match="另一个命令"), journal.change(home, wait=0.05) as change:
        change.write(home / "a.txt", "new")
    end.set()
    other.join()
    assert state(home) == state(fresh())


def test_a_command_that_holds_the_lock_may_ask_again(fresh) -> None:
    home = fresh()
    with journal.locked(home), journal.change(home, wait=0.05) as change:
        change.write(home / "a.txt", "new")
    assert (home / "a.txt").read_text("utf-8") == "new"
