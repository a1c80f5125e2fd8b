"""What several threads want at once is done together, and nobody waits for more than that."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from avow.api.together import Together

MANY = 16
SOON = 10


def test_each_of_many_threads_gets_its_own_answer_and_none_is_lost() -> None:
    """Theorem: however many ask at once, each is answered once, with its own answer or error."""
    groups: list[int] = []

    def double(asked: Sequence[int]) -> list[int | Exception]:
        groups.append(len(asked))
        return [ValueError(str(one)) if one % 7 == 0 else one * 2 for one in asked]

    asking = Together(double)
    begin = Barrier(MANY)

    def ask(start: int) -> None:
        begin.wait(SOON)
        for one in range(start * 1000 + 1, start * 1000 + 200):
            if one % 7 == 0:
                with pytest.raises(ValueError, match=str(one)):
                    asking(one)
            else:
                assert asking(one) == one * 2

    with ThreadPoolExecutor(MANY) as threads:
        list(threads.map(ask, range(MANY)))
    assert sum(groups) == MANY * 199


def test_whoever_is_answered_goes_while_the_next_group_is_at_work() -> None:
    """Theorem: nobody waits for the group after their own."""
    begun, go, second, end = Event(), Event(), Event(), Event()

    def slowly(asked: Sequence[str]) -> list[str | Exception]:
        if "first" in asked:
            begun.set()
            assert go.wait(SOON)
        elif "last" in asked:
            second.set()
            assert end.wait(SOON)
        return [*asked]

    asking = Together(slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(asking, "first")
        assert begun.wait(SOON)
        last = threads.submit(asking, "last")
        go.set()
        assert first.result(SOON) == "first"
        assert second.wait(SOON)
        assert not last.done()
        end.set()
        assert last.result(SOON) == "last"


def test_an_error_of_all_is_told_to_each_and_the_next_question_is_answered() -> None:
    """An error of the whole is each one's, and the way is free after it."""

    def fail(asked: Sequence[str]) -> list[str | Exception]:
        if "bad" in asked:
            raise OSError("away")
        return list(asked)

    asking = Together(fail)
    with pytest.raises(OSError, match="away"):
        asking("bad")
    assert asking("good") == "good"
