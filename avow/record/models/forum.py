"""Lay out the forum: where one posts, what was posted where, and what was reported; no word of it stands here."""

from django.db import models

from avow.record.models.stated import List


class Board(models.Model):
    """A part of the forum: its title and charter; one that has a list is a community, whose members it can write to."""

    id = models.TextField(primary_key=True)
    title = models.TextField()
    charter = models.TextField()
    list = models.ForeignKey(List, models.DO_NOTHING, null=True, db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "board"


class Poster(models.Model):
    """Who posts in the forum: the item that holds their name there, the mailbox (its exact key) of notices to them."""

    person_id = models.UUIDField(primary_key=True)
    name = models.UUIDField()
    exact = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "poster"


class Thread(models.Model):
    """A conversation on a board: when it began, when somebody last posted, how often; its subject is its first post's.

    Who began it is who posted first; nobody is named here.
    """

    id = models.UUIDField(primary_key=True)
    board = models.ForeignKey(Board, models.DO_NOTHING, db_index=False)
    at = models.DateTimeField()
    last = models.DateTimeField()
    posts = models.IntegerField(default=0)

    class Meta:
        db_table = "thread"
        indexes = [models.Index(fields=["board", "-last", "-id"], name="thread_last")]


class Post(models.Model):
    """A post: whose, the item that holds its words, its number in its thread, and whether it is shown.

    `state` is "shown", "hidden" by the moderators, or "removed": then its place is left, and neither words nor whose.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(unique=True)
    item = models.UUIDField()
    thread = models.ForeignKey(Thread, models.DO_NOTHING, db_index=False)
    no = models.IntegerField()
    at = models.DateTimeField()
    state = models.TextField()
    why = models.TextField(default="")

    class Meta:
        db_table = "post"
        constraints = [models.UniqueConstraint(fields=["thread", "no"], name="post_once")]
        indexes = [models.Index(fields=["-at", "-id"], name="post_at")]


class Report(models.Model):
    """That a post was reported: for which of the reasons that there are, by whom (or nobody), how it ended.

    `item` holds the words of who reported, if there are any; `outcome` is "" while it is open.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    post = models.UUIDField()
    item = models.UUIDField(null=True)
    exact = models.BinaryField(null=True)
    reason = models.TextField()
    at = models.DateTimeField()
    outcome = models.TextField(default="")
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "report"
        indexes = [
            models.Index(fields=["post"], name="report_post"),
            models.Index(fields=["at"], name="report_open", condition=models.Q(outcome="")),
        ]
