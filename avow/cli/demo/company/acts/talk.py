"""Let people talk in the forum: threads over three years, members of a community, reports and what became of them."""

from typing import Final

from avow.cli.demo.company.past import Did
from avow.cli.demo.company.scene import Scene
from avow.collection.forum.bring import bring
from avow.record.forum.brought import Moved
from avow.record.forum.posts import newest
from avow.record.forum.reports import Reason, add_report
from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, ChannelKind
from avow.uses.conduct import Act, conduct

_BEACON: Final = Chosen(Answer.YES, list="community.beacon")
_LATEST: Final = 12
"""How many of the latest threads get answers."""


def talk(scene: Scene) -> None:
    """Take over the forum, let some join its community, and report posts; the moderators decide about half of them."""
    threads: list[tuple[str, list[Did]]] = []
    for one in sorted(scene.past.of(ChannelKind.FORUM), key=lambda did: did.at):
        if one.what:
            threads.append((one.what, [one]))
        elif threads:
            scene.luck.choice(threads[-_LATEST:])[1].append(one)
    bar = scene.bar("posts in the forum", sum(len(posts) for _, posts in threads))
    bar(bring([(board, [_moved(one) for one in posts]) for board, posts in threads]))
    posters = list({one.person: one for _, posts in threads for one in posts}.values())
    joining = scene.some(posters, 500, 60)
    bar = scene.bar("members of a community", len(joining))
    for one in joining:
        at = parse(one.address)
        choose(_BEACON, Actor.PERSON_VERIFIED, "joined on the community's page", one.person, at.reach_id)
        bar(1)
    reported = scene.some(newest(200), 5_000, 16)
    bar = scene.bar("posts reported", len(reported))
    for number, post in enumerate(reported):
        reason = scene.luck.choice(list(Reason))
        add_report(post.id, reason)
        if number % 2:
            conduct(post.id, scene.luck.choice((Act.HIDE, Act.WARN, Act.LEAVE)), reason)
        bar(1)


def _moved(one: Did) -> Moved:
    return Moved(one.person, parse(one.address).exact_id, one.at)
