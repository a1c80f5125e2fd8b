"""Measure the telling of a month in which everybody gave something, beside a bare count of the same rows."""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

import avow.cli  # it readies Django, which the rest needs
from avow.store.server.embedded import OWNER
from avow.uses.insight.month import last_closed
from avow.uses.insight.release import release, tables
from bench.apart import apart
from bench.crowd import crowd

assert avow.cli.__doc__

MOVED = """
INSERT INTO product (id, title) VALUES ('pier', 'Pier'), ('buoy', 'Buoy'), ('quay', 'Quay');
INSERT INTO address (person_id, exact, reach_id, at, verified) SELECT id, reach, reach, now(), now() FROM crowd;
UPDATE item SET at = %(at)s + (hashint4(entry::int) & 1048575) * interval '1 second',
    category = CASE WHEN category = 'inquiry' AND stamp_id = (SELECT id FROM stamp WHERE channel = 'order')
        THEN 'order' ELSE category END,
    fields = CASE category
        WHEN 'profile' THEN fields || jsonb_build_object('country',
            (ARRAY['Germany', 'FR', 'Spain', 'Italy', 'nowhere', ''])[1 + (hashint4(entry::int + 3) & 1048575) %% 6])
        WHEN 'inquiry' THEN jsonb_build_object('product',
            (ARRAY['pier', 'Buoy', 'quay', 'a boat'])[1 + (hashint4(entry::int + 4) & 3)])
        ELSE fields END;
INSERT INTO mailing (id, list, purpose, kind, words, version, state, expected, at, begun)
    SELECT uuidv7(), 'offers', 'offers', 'marketing.offer', '# Berths' || n, '', 'done', 0, %(at)s, %(at)s
    FROM generate_series(1, 3) AS n;
INSERT INTO delivery (mailing_id, reach, person_id, state, due, attempts, because, message_id, outcome, ended)
    SELECT m.id, c.reach, c.id, 'sent', %(at)s, 1, '', '', '', %(at)s + interval '5 days'
    FROM mailing m CROSS JOIN crowd c WHERE c.n %% 4 = 0;
VACUUM (ANALYZE)
"""
BARE = """
SELECT fields->>'country', channel, count(DISTINCT person_id) FROM item JOIN stamp s ON s.id = stamp_id
WHERE category = ANY(ARRAY['profile', 'inquiry', 'order']) GROUP BY 1, 2
"""


def run(size: int = 100_000) -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.insight", str(size))


def measure(size: int) -> list[dict[str, object]]:
    """Make the crowd, let all of it come in a closed month, and tell that month."""
    with crowd(Path(os.environ["AVOW_DATA"]), size, rivals=False) as (server, _):
        month = last_closed(datetime.now(UTC), ZoneInfo("UTC"))
        with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
            owner.execute("SET session_replication_role = replica")
            for part in MOVED.split(";\n"):
                owner.execute(part.encode(), {"at": month.begin(ZoneInfo("UTC"))} if "%(" in part else None)
            started = time.perf_counter()
            owner.execute(BARE)
            bare = time.perf_counter() - started
        started = time.perf_counter()
        found = tables(release(month))
        spent = time.perf_counter() - started
        assert len(found) == 5, found
    return [
        {
            "name": "month",
            "value": round(spent, 2),
            "unit": "s",
            "against": f"limit in s for a million people, all of whom came in the month; measured at {size:,};"
            f" a bare count by two things without guard or rule, {bare:.2f} s",
            "ratio": round(spent * 1_000_000 / size, 1),
            "resolve": 20,
            "goal": 5,
            "better": "lower",
        }
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
