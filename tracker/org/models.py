"""Store units, groups of units, posts, tenures, portfolios and users."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.audit.actors import ROLE_LABELS, Role


class UnitKind(models.TextChoices):
    COUNTY_DEPARTMENT = "county_department", _("county department")
    PARTY_BODY = "party_body", _("party body")
    TOWNSHIP = "township", _("township")
    VILLAGE = "village", _("village")
    VERTICAL = "vertical", _("vertical body")
    ENTERPRISE = "enterprise", _("enterprise")
    LEADING_GROUP = "leading_group", _("leading group")
    GROUP_OFFICE = "group_office", _("office of a leading group")
    SCHOOL_OR_HOSPITAL = "school_or_hospital", _("school or hospital")
    MASS_ORGANISATION = "mass_organisation", _("mass organisation")
    COLLECTIVE = "collective", _("units not named one by one")
    OTHER = "other", _("other")


class Unit(models.Model):
    """Be one body that can be made responsible, under its canonical name."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=UnitKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    doubt = models.TextField(_("doubt about the merge of names"), blank=True)
    lines = models.JSONField(default=list, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Be one spelling of a unit: met in a text, or added `by_hand` for a ledger of another house."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120, unique=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")

    def __str__(self) -> str:
        return self.name


class UnitGroup(models.Model):
    """Be a set of units that a text names together (各乡（镇）人民政府), with the line that says who they are.

    Once the office has set its members (`by_hand`), a load of the seed leaves them as they are.
    """

    name = models.CharField(_("name"), max_length=160, unique=True)
    aliases = models.JSONField(default=list, blank=True)
    members = models.ManyToManyField(Unit, related_name="groups", blank=True)
    is_open = models.BooleanField(_("members not named by the text"), default=False)
    line = models.PositiveIntegerField(null=True, blank=True)
    basis = models.TextField(blank=True)
    by_hand = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("group of units")
        verbose_name_plural = _("groups of units")

    def __str__(self) -> str:
        return self.name


class Position(models.TextChoices):
    COUNTY_HEAD = "county_head", _("county head")
    DEPUTY_HEAD = "deputy_head", _("deputy county head")
    UNIT_HEAD = "unit_head", _("unit head")
    DEPUTY = "deputy", _("deputy")
    LIAISON = "liaison", _("liaison")
    GROUP_HEAD = "group_head", _("head of a leading group")
    GROUP_DEPUTY = "group_deputy", _("deputy head of a leading group")
    GROUP_MEMBER = "group_member", _("member of a leading group")
    GROUP_OFFICE_HEAD = "group_office_head", _("head of a leading group's office")
    OTHER = "other", _("other")


class Post(models.Model):
    """Be a position that holds duties; people pass through it by tenure.

    `position` is what the post is in the county; `role` what its holder may do here, empty for posts without an account's
    rights of their own. `seat` tells several posts of one title in one unit apart: the field a deputy head answers for,
    the post by which somebody sits on a leading group.
    """

    key = models.CharField(max_length=200, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    title = models.CharField(_("title"), max_length=120)
    seat = models.CharField(_("seat"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, blank=True, choices=[(r.value, ROLE_LABELS[r]) for r in Role])
    position = models.CharField(_("position"), max_length=20, choices=Position.choices, default=Position.OTHER)
    line = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["unit__name", "title"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        name = self.title if self.title.startswith(self.unit.name) else f"{self.unit.name}{self.title}"
        return f"{name}（{self.seat}）" if self.seat else name


class User(AbstractUser):
    """Be an account; what it may do comes from the posts its person holds that day.

    `must_change_password` is set while the password is one that somebody else has seen.
    """

    name = models.CharField(_("name"), max_length=60)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    mail_copies = models.BooleanField(_("mail the digest"), default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(_("last change of the password"), null=True, blank=True)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def __str__(self) -> str:
        return self.name or self.username


class Tenure(models.Model):
    """Record who held a post from one day to another, both inclusive; an open end has no date.

    Whoever acts (代理, 主持工作, 临时负责) answers for all duties of the post, while nobody holds it or beside its holder.
    One entered by mistake is withdrawn and stays readable; `by_hand` says that people have entered or changed it, so that
    a load of the seed leaves it as it is.
    """

    class Kind(models.TextChoices):
        HOLDER = "holder", _("holds the post")
        ACTING = "acting", _("acts in the post")

    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.HOLDER)
    holder = models.CharField(_("holder"), max_length=60)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tenures")
    printed_post = models.CharField(_("post as printed"), max_length=160, blank=True)
    from_day = models.DateField(_("from"), null=True, blank=True)
    to_day = models.DateField(_("to"), null=True, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    by_hand = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["post", "from_day"]
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "holder", "from_day"],
                condition=models.Q(withdrawn_at=None),
                name="tenure_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["user"], name="tenure_user")]

    def __str__(self) -> str:
        return f"{self.holder} {self.post}"

    @property
    def acting(self) -> bool:
        return self.kind == self.Kind.ACTING


class Portfolio(models.Model):
    """Record that a leader's post supervises (分管), runs (主管) or keeps contact with (联系) a unit.

    `source` is the document a change by the office rests on; `by_hand` as for a tenure.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="portfolios")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="supervised_by")
    relation = models.CharField(max_length=8)
    from_day = models.DateField(null=True, blank=True)
    to_day = models.DateField(null=True, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    by_hand = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "unit", "relation", "from_day"],
                condition=models.Q(withdrawn_at=None),
                name="portfolio_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.relation} {self.unit}"


class WorkdayOverride(models.Model):
    """Record a county's own correction to the holiday table; `source` is the notice it rests on."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    reason = models.CharField(max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("calendar override")
        verbose_name_plural = _("calendar overrides")

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class FeedToken(models.Model):
    """Be one calendar subscription: a secret kept only as its hash, good for one scope and nothing else.

    `target` is a unit's slug, a post's key or a document's slug; empty for the person's own tasks and the whole county.
    `content_tag` stands for what the last fetch found and `content_since` for when that was first found: what a client
    is told as its Last-Modified, which has to move when an entry only leaves the calendar, too.
    """

    class Scope(models.TextChoices):
        MINE = "mine", _("my tasks")
        UNIT = "unit", _("a unit")
        PORTFOLIO = "portfolio", _("a leader's portfolio")
        DOCUMENT = "document", _("a document")
        COUNTY = "county", _("the whole county")

    user = models.ForeignKey(User, models.CASCADE, related_name="feed_tokens")
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices)
    target = models.CharField(max_length=200, blank=True)
    label = models.CharField(_("name"), max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
    as_todo = models.BooleanField(_("as to-dos"), default=False)
    alarms = models.BooleanField(_("with alarms"), default=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    content_tag = models.CharField(max_length=64, blank=True)
    content_since = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")

    def __str__(self) -> str:
        return self.label


class Remark(models.Model):
    """Be what somebody says of the tracker itself (意见建议), and what the house answered.

    `page` is the address it was written from. Names and posts are those of the day, copied.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="remarks")
    by = models.CharField(max_length=120)
    by_post = models.CharField(max_length=400, blank=True)
    text = models.TextField(_("remark"))
    page = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self) -> str:
        return self.text[:60]
