"""Name what waits to be done, in the order in which it is done: refusals before everything."""

from functools import partial

from avow.accuracy.barred import bar
from avow.accuracy.barred.erase import erase
from avow.accuracy.forgotten.sweep import sweep, sweep_people
from avow.cookies import report as visits
from avow.disclosure.legal.tell import tell
from avow.disclosure.outside import notices
from avow.ledger.sequencer import sequence
from avow.mail import outbox
from avow.mail.course.tend import tend
from avow.mail.stop import apply_kept
from avow.mail.taken import cases, raw
from avow.mail.taken.over import over
from avow.page.staff import session as sessions
from avow.record.journal.keep import keep
from avow.store.scrub import scrub_due
from avow.updates.ask import ask_due
from avow.work.loop import Job
from avow.work.polled import counted, polled

JOBS = (
    Job("the refusals", apply_kept),
    Job("the sequencer", sequence, every=1.0),
    Job("the journal", keep, every=1.0),
    Job("the questions", ask_due, every=2.0),
    Job("the notices to others", notices.turn, every=60.0),
    Job("the orders of the law", tell, every=60.0),
    Job("the holds", bar.turn, every=30.0),
    Job("the erasures", erase, every=60.0),
    Job("the mailings", tend, every=1.0),
    Job("the outbox", outbox.turn),
    Job("the mailbox", polled.go, every=30.0),
    Job("the letters", cases.tidy, every=5.0),
    Job("what is over", over, every=5.0),
    Job("the letters as they came", raw.sweep, every=3600.0),
    Job("the sweep", sweep, every=60.0),
    Job("the sessions", sessions.sweep, every=3600.0),
    Job("the unproven", sweep_people, every=3600.0),
    Job("the counts of visits", visits.sweep, every=3600.0),
    Job("the insight", counted.go, every=600.0),
    Job("the scrub", scrub_due, every=600.0),
)

SENDING = (Job("the outbox", partial(outbox.turn, 5.0)),)
"""What processes do that only send; refusals that came while the store was away are applied by the one beside them."""
