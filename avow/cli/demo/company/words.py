"""Hold what the invented people of the company say, and what it has to sell."""

from typing import Final

PRODUCTS: Final = {
    "harbour-mail": "Harbour Mail",
    "harbour-gate": "Harbour Gate",
    "harbour-archive": "Harbour Archive",
    "lighthouse": "Lighthouse",
}
"""The company's products, by their short names."""
VERSIONS: Final = ("4.0", "4.1", "4.2", "5.0", "5.1", "5.2")
"""Their versions, the oldest first: one about every half year."""
SUBJECTS: Final = (
    ("Prices for a school", "What do forty licences cost a school that pays in August?"),
    ("Does it run on ARM?", "We have small boards in each office, and would like to keep them."),
    ("A quotation, please", "For three servers and two years of help, made out to our purchasing."),
    ("How many mailboxes?", "We grow by some hundred a year. Where does it end?"),
    ("Moving from another program", "Can we keep the old folders, and for how long will it take?"),
    ("A reseller near Lyon", "Is there somebody who sets it up and speaks French?"),
)
"""What is asked: subject and question."""
PROBLEMS: Final = (
    "Messages wait in the queue since the update.",
    "The licence key is not taken.",
    "Logs fill the disk within a day.",
    "Two servers answer under one name.",
    "The archive finds nothing that is older than a month.",
    "After a restart the gate asks for its key three times.",
    "Letters with two attachments arrive with one.",
)
"""What does not work."""
LETTERS: Final = (
    ("Thank you", "The update went in over lunch and nobody noticed. That is how I like it."),
    ("Your policy", "I read all of it. Good that it says who else sees my address."),
    ("About your policy", "Could you write how long letters such as this one are kept?"),
    ("A wish", "Please let the archive search by the day as well."),
    ("Your stand at the fair", "I liked the talk. Will there be notes of it?"),
)
"""What is written to the privacy mailbox, with its subject."""
POSITIONS: Final = ("Writer of manuals", "Developer of mail programs", "Help desk, half days", "Bookkeeper")
"""What one applies for."""
ABOUT_ME: Final = (
    "I have looked after mail servers for nine years, and would like to write about them now.",
    "I come from bookkeeping. I like it when both sides agree.",
    "My thesis was about queues. I am told that I explain well.",
)
"""What applicants say of themselves."""
THREADS: Final = (
    ("tips", "Keep the queue short", "What do you set for the first retry? Five minutes seems long to me."),
    ("tips", "Moving to the new archive", "We moved forty thousand letters last night. Here is what I would do again."),
    ("help", "Two names, one server", "Both names answer, and the certificate knows only one of them. What now?"),
    ("help", "Logs without end", "A day of logs is four gigabytes here. Where do I turn that down?"),
    ("help", "Which version for old boards?", "Ours are from 2014, and run well. Does 5.1 still take them?"),
    ("beacon", "Who runs the second beta?", "We do, on two machines. Nothing bad to tell so far."),
    ("beacon", "Names of colours", "The new lamp is called amber in one place, and yellow in another."),
)
"""What threads begin with: board, subject, post."""
ANSWERS: Final = (
    "Same here. A restart of the gate helps for a day.",
    "It is in the manual under Queues, and easy to miss.",
    "We use two minutes, and nobody has complained yet.",
    "Thank you, that was it.",
    "Does that hold for 5.0 as well?",
    "I would wait for the next version.",
)
"""What is answered in a thread."""
BOARDS: Final = (
    ("help", "Help from others", "Ask here what a manual does not say. Whoever knows it answers.", False),
    ("tips", "Tips", "What made your work lighter. Advertising has no place here.", False),
    (
        "beacon",
        "Friends of Beacon",
        "Those who try Beacon before others. We write when there is a new one.",
        True,
    ),
)
"""The boards: name, title, charter, and whether it is a community."""
FACTS: Final = ("11 to 50 people", "51 to 200 people", "more than 200 people", "a school", "a public office")
"""What others say of people's companies."""
