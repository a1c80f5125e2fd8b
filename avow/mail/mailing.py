"""Make a mailing: say first who is in and who is not and why, then write one delivery for each mailbox."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from avow.errors import MailError
from avow.gate.picked.reached import reached
from avow.mail.exempt.promotion import unpromotional
from avow.mail.exempt.within import within
from avow.mail.form.form import Form, to_list
from avow.mail.form.letterhead import check_marketing, letterhead
from avow.mail.form.text import text
from avow.mail.queue.blank import blank_gone
from avow.mail.queue.fill import fill
from avow.mail.queue.still import MailingState, goes
from avow.record.key import new_key
from avow.record.shown.versions import in_force
from avow.record.upkeep import up_to_date, upkeep

_MADE = (
    "UPDATE mailing SET expected = all_.count, state = CASE WHEN all_.count > 0 THEN 'sending' ELSE 'done' END,"
    " made = clock_timestamp(), done = CASE WHEN all_.count = 0 THEN clock_timestamp() END"
    " FROM (SELECT count(*) FROM delivery WHERE mailing_id = %s) AS all_ WHERE id = %s AND state = 'expanding'"
)
_LISTS = """
SELECT id, title, purpose, topic, joined_only FROM list WHERE NOT EXISTS (SELECT FROM outside WHERE list = list.id)
ORDER BY id
"""
_CANCEL = (
    "UPDATE delivery SET state = 'failed', outcome = %s, ended = clock_timestamp()"
    " WHERE mailing_id = %s AND state = 'waiting'"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that mail can go to: its id, title, purpose, topic, and whether only who joined is on it."""

    id: str
    title: str
    purpose: str
    topic: str | None
    joined_only: bool


@dataclass(frozen=True, slots=True)
class Report:
    """How far a mailing came: how many deliveries were made, how many stand in each state, and why some were denied."""

    id: UUID
    list: str
    subject: str
    state: str
    at: datetime
    expected: int
    states: Mapping[str, int]
    denied: Mapping[str, int]

    @property
    def open(self) -> int:
        """Give how many are due or on the wire."""
        return self.states.get("waiting", 0) + self.states.get("sending", 0)

    @property
    def accounted(self) -> bool:
        """Say whether every mailbox that it was made for stands in exactly one state."""
        return sum(self.states.values()) == self.expected


def lists() -> tuple[Listed, ...]:
    """Give every list that mail goes to; what is given to an organization is no mail."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTS)
        return tuple(Listed(*row) for row in cursor.fetchall())


def listed(name: str) -> Listed:
    """Find a list; raise MailError that names those there are."""
    found = {one.id: one for one in lists()}
    if name not in found:
        raise MailError(f"there is no list {name!r}", f"there are: {', '.join(found) or 'none'}")
    return found[name]


def compiled(to: Listed, words: str) -> Form:
    """Compile a message to a list and check every duty of it; raise MailError that names what it lacks."""
    policy = in_force()
    if to.purpose not in policy.purposes:
        raise MailError(f"the policy in force states no purpose {to.purpose!r}", "nothing can go to this list")
    form = to_list(policy, policy.purposes[to.purpose], to.id, to.topic, words)
    check_marketing(letterhead(policy, form.sender, form.answers), to.id)
    unpromotional(form.kind, words)
    return form


def somebody(form: Form) -> None:
    """Refuse a message to a segment that nobody is in, of those who may get it; raise MailError naming its lines."""
    if form.segment and not any(reached(form.request, form.list, form.segment)):
        lines = "; ".join(line.words for line in form.segment.lines)
        raise MailError(
            f"nobody who may get this is in its segment ({lines})",
            "look at what each line leaves out, and take one away",
        )


def expand(list_id: str, words: str, tick: Callable[[int], None] = lambda _: None) -> UUID:
    """Make a mailing and, page by page, one delivery for each mailbox that its use reaches now; give its id.

    Nobody is decided yet: each is decided when it is sent. Deliveries go out when all are made; what is interrupted
    before is left to `resume`. Raises StoreError, and makes nothing, if the store is older than what it published.
    """
    to = listed(list_id)
    form = compiled(to, words)
    within(to.id)
    up_to_date()
    somebody(form)
    key = new_key()
    with _making(key):
        with upkeep() as cursor:
            cursor.execute(
                "INSERT INTO mailing (id, list, purpose, kind, words, version, state, expected, at, begun)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'expanding', 0, %s, clock_timestamp())",
                [key, to.id, to.purpose, form.kind.value, words, in_force().front.version, datetime.now(UTC)],
            )
        _fill(key, to, form, tick)
    return key


def resume() -> int:
    """Go on with each mailing whose making was interrupted, and give how many there were.

    Whoever has a delivery of it gets no second one. One that cannot be made any more is ended: whoever has a
    delivery of it is failed, with the reason, and nobody is written to.
    """
    with upkeep() as cursor:
        cursor.execute("SELECT id, list, words FROM mailing WHERE state = 'expanding' ORDER BY at")
        found = cursor.fetchall()
    return sum(_resume(key, list_id, words) for key, list_id, words in found)


def _resume(key: UUID, list_id: str, words: str) -> bool:
    with _making(key) as ours:
        if not ours or report(key).state != "expanding":
            return False
        try:
            to = listed(list_id)
            form = compiled(to, words)
        except MailError as error:
            with upkeep() as cursor:
                cursor.execute(_CANCEL, [str(error)[:200], key])
                cursor.execute(_MADE, [key, key])
        else:
            _fill(key, to, form, lambda _: None)
    return True


def _fill(key: UUID, to: Listed, form: Form, tick: Callable[[int], None]) -> None:
    """Write a delivery for each mailbox that has none of this mailing yet, and let it go out.

    It ends where the mailing is paused or cancelled meanwhile: nobody is added after that.
    """
    for page in reached(form.request, to.id, form.segment):
        with upkeep() as cursor:
            if not goes(cursor, key, MailingState.EXPANDING):
                return
            fill(cursor, key, page)
        tick(len(page))
    with upkeep() as cursor:
        if goes(cursor, key, MailingState.EXPANDING):
            blank_gone(cursor, key)
            cursor.execute(_MADE, [key, key])


@contextmanager
def _making(key: UUID) -> Iterator[bool]:
    """Hold the mailing as the one who makes it, and say whether nobody else does; it ends with the connection."""
    number = key.int & (1 << 63) - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        ours = bool(cursor.fetchone()[0])
        try:
            yield ours
        finally:
            if ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def report(key: UUID) -> Report:
    """Count the deliveries of a mailing by state, and the denials by clause; raise MailError if there is none."""
    with upkeep() as cursor:
        cursor.execute("SELECT id, list, words, state, at, expected FROM mailing WHERE id = %s", [key])
        row = cursor.fetchone()
        if row is None:
            raise MailError(f"there is no mailing {key}", "`avow mailing show` lists them")
        cursor.execute(
            "SELECT state, CASE state WHEN 'denied' THEN because ELSE '' END, count(*) FROM delivery"
            " WHERE mailing_id = %s GROUP BY 1, 2",
            [key],
        )
        counted = cursor.fetchall()
    states: Counter[str] = Counter()
    denied: Counter[str] = Counter()
    for state, because, count in counted:
        states[state] += count
        if state == "denied":
            denied[because or "no clause permits it"] += count
    return Report(row[0], row[1], subject(row[2]), row[3], row[4], row[5], dict(states), dict(denied))


def going(key: UUID) -> bool:
    """Say whether a delivery of a mailing is due or on the wire; asks the indexes of what is open alone."""
    with upkeep() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM mailing WHERE id = %s AND state = 'sending') AND EXISTS (SELECT 1 FROM"
            " delivery WHERE mailing_id = %s AND state IN ('waiting', 'deferred') AND due <= clock_timestamp())"
            " OR EXISTS (SELECT 1 FROM delivery WHERE mailing_id = %s AND state = 'sending')",
            [key, key, key],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def unfinished(list_id: str, words: str) -> UUID | None:
    """Give the mailing that is taking these very words to this list just now, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM mailing WHERE list = %s AND words = %s"
            " AND state IN ('scheduled', 'expanding', 'sending', 'paused') ORDER BY at LIMIT 1",
            [list_id, words],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def recent(limit: int = 20) -> Iterator[Report]:
    """Give the newest mailings, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM mailing ORDER BY at DESC LIMIT %s", [limit])
        keys = [row[0] for row in cursor.fetchall()]
    return (report(key) for key in keys)


def subject(words: str) -> str:
    """Give the subject of a message as it stands for nobody: what a field would say is left to its stand-in.

    Of a draft that does not compile it is the line as it was written.
    """
    line = words.strip().partition("\n")[0].removeprefix("# ").strip()
    try:
        written = text(line)
    except MailError:
        return line
    return written.fill({hole.name: "" if hole.otherwise else "…" for hole in written.holes})
