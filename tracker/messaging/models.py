"""Store what is to be told (items), the digests they are gathered into, and each digest's deliveries."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.commitments.models import Task
from tracker.org.models import Post, Unit, User


class Item(models.Model):
    """Be one line somebody is to read, addressed to a post; it becomes a person's at delivery.

    `key` is unique: the same cause never makes two items. `stands_while` lists the task states in which the item is
    still worth saying and `due_version` the date it speaks of; both are checked again just before sending. Rule text and
    legal basis are frozen here.
    """

    class Kind(models.TextChoices):
        ASSIGNMENT = "assignment", _("assignment")
        REMINDER = "reminder", _("reminder")
        STEP = "step", _("escalation step")
        REVIEW = "review", _("review")
        BACKFILL = "backfill", _("to be confirmed")
        NOTICE = "notice", _("notice")
        INSTRUCTION = "instruction", _("instruction")
        WARNING = "warning", _("early warning")
        SYSTEM = "system", _("system")

    key = models.CharField(max_length=260, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    post = models.ForeignKey(Post, models.PROTECT, related_name="items")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="items")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="items")
    due_version = models.PositiveSmallIntegerField(default=0)
    stands_while = models.JSONField(default=list)
    text = models.JSONField(help_text=_("code and parameters, turned into a sentence in the reader's language"))
    basis = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    late = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    digest = models.ForeignKey("Digest", models.PROTECT, null=True, related_name="items")
    read_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        indexes = [
            models.Index(
                fields=["post", "id"],
                name="item_to_gather",
                condition=models.Q(digest__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(fields=["task"], name="item_task"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> str:
        """Return the page the item is about: the one its text names, else its task's; empty when there is none."""
        return str(self.text.get("path") or (f"/tasks/{self.task_id}/" if self.task_id else ""))


class Digest(models.Model):
    """Be the one message of a person's working day, or of a chat robot's room; the unique pair with the day is the promise.

    Either `user` or `robot`, the robot's name in the settings, is given. A person's digest carries items; a room's is
    written from the items that came up for its unit since the room was last told (`rooms`), and holds none.
    """

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="digests")
    robot = models.CharField(max_length=80, blank=True)
    day = models.DateField()
    created_at = models.DateTimeField()
    message_id = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day"),
            models.UniqueConstraint(
                fields=["robot", "day"], name="one_robot_digest_a_day", condition=~models.Q(robot="")
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, robot="") | (models.Q(user__isnull=True) & ~models.Q(robot="")),
                name="digest_of_a_person_or_a_robot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.robot or self.user} {self.day}"


class Delivery(models.Model):
    """Be one digest's way through one channel, claimed with a lease.

    pending → sending (lease token, attempts + 1) → sent | pending again (backed off) | unknown (the outcome cannot be
    told; tried again with the same Message-ID) | failed (permanent) | dead (too many attempts) | skipped (nothing left to
    say). Lease times are real time.
    """

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("inbox")
        MAIL = "mail", _("mail")
        ROBOT = "robot", _("chat robot")

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        UNKNOWN = "unknown", _("outcome unknown")
        FAILED = "failed", _("failed")
        DEAD = "dead", _("given up")
        SKIPPED = "skipped", _("skipped")

    digest = models.ForeignKey(Digest, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_token = models.CharField(max_length=36, blank=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["digest", "channel"], name="one_delivery_a_channel")]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="delivery_to_send",
                condition=models.Q(state__in=["pending", "sending", "unknown"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest} {self.channel} {self.state}"


class ChannelTest(models.Model):
    """Record one test of a channel: who had it sent, where to, and how it ended; `ended_at` is empty while it is under way.

    `robot` is the robot's name in the settings, empty for mail and inbox; `said` is the reason where it did not go.
    """

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        PUT_OFF = "put_off", _("not taken now")
        REFUSED = "refused", _("refused")
        UNKNOWN = "unknown", _("outcome unknown")

    channel = models.CharField(max_length=8, choices=Delivery.Channel.choices)
    robot = models.CharField(max_length=80, blank=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="channel_tests")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    said = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("test of a channel")
        verbose_name_plural = _("tests of channels")
        indexes = [models.Index(fields=["channel", "robot", "-at"], name="channel_test_last")]

    def __str__(self) -> str:
        return f"{self.channel} {self.robot}".strip()


class Switch(models.Model):
    """Hold an operator's switch, such as the dispatcher's pause after a restore."""

    PAUSED = "dispatcher_paused"

    name = models.CharField(max_length=40, unique=True)
    on = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return f"{self.name} {self.on}"
