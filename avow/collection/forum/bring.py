"""Take over the threads of an earlier forum: whoever wrote is decided for anybody to read before it is shown."""

from collections.abc import Sequence

from avow.collection.forum.shown.form import here
from avow.errors import GateError
from avow.gate.clear import clear
from avow.gate.seen.each import to_anybody
from avow.policy.proof.keeps import keeps
from avow.record.forum import brought
from avow.record.taken.whole import whole
from avow.terms import Promise


@keeps(Promise.FORUM)
def bring(threads: Sequence[tuple[str, Sequence[brought.Moved]]]) -> int:
    """Show threads, each a board and its posts in their order, whose words were taken in before; give how many posts.

    Posts of those of whom the gate lets nobody read anything are left out, and a thread that nobody began with them.
    Raises GateError where the policy shows nobody anything of anybody.
    """
    request, asked = to_anybody(), here()
    if request is None:
        raise GateError("the policy in force shows nothing of anybody to anybody", "state a purpose towards the public")
    with whole():
        people = list(dict.fromkeys(one.person for _, posts in threads for one in posts))
        shown = {one.person for one in clear(request, people).allowed}
        kept = [(board, [one for one in posts if one.person in shown]) for board, posts in threads]
        kept = [(board, posts) for board, posts in kept if posts]
        return brought.bring(kept, asked.words[0], asked.name[0]) if kept else 0
