"""Who appears in cases for measuring: the company as it is, a small one where there is none, and many customers."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from random import Random

from django.db import transaction

from huiyin.cases.models import Category
from huiyin.cases.queries import categories
from huiyin.customers.actions import add_customers
from huiyin.customers.models import Customer
from huiyin.db.rows import new_row
from huiyin.org import access, queries
from huiyin.org import actions as org
from huiyin.org.access import Verb
from huiyin.org.models import Department, Role, Site, Stage, User

from .lives import Matter, matters
from .presets import PACK

SITES = (("BULK-1", "青松里"), ("BULK-2", "望湖苑"), ("BULK-3", "云台公馆"))
AGENTS = (("bulk-agent-1", "前台甲"), ("bulk-agent-2", "前台乙"), ("bulk-agent-3", "前台丙"))
SURNAMES, TITLES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", ("女士", "先生", "阿姨", "老师")
AT_ONCE = 2_000


@dataclass(frozen=True)
class Scene:
    """Where cases happen and who is there."""

    sites: list[Site]
    agents: dict[int, list[User]]
    """By site."""
    departments: list[Department]
    workers: dict[int, User]
    """By department."""
    subjects: list[tuple[Matter, Category | None]]


def gather() -> Scene:
    """The company as it is; when it is too small to handle cases, a small one is added first."""
    scene = _look()
    if scene.sites and scene.departments:
        return scene
    hire()
    return _look()


def _look() -> Scene:
    found, people = queries.organisation(), queries.staff()
    sites = [site for site in found.sites.values() if site.pk not in found.children]
    agents = {site.pk: [user for user in people if access.may(user, Verb.VISIT, site.pk)] for site in sites}
    known = categories().by_code
    return Scene(
        # One takes the case and another one asks whether it went well.
        sites=[site for site in sites if len(agents[site.pk]) > 1],
        agents=agents,
        departments=[department for department in found.departments.values() if department.stage == Stage.BACK],
        workers={user.department_id: user for user in people if user.department_id is not None},
        subjects=[(matter, known.get(matter.category)) for matter in matters()],
    )


@transaction.atomic
def hire() -> None:
    """Add sites, departments with one worker each, and agents; nobody of them can log in."""
    root = queries.organisation().root if queries.organisation().sites else org.add_site("HQ", "总部", parent=None)
    if len(queries.organisation().sites) == 1:
        for code, name in SITES:
            org.add_site(code, name, parent=root)
    PACK.load(root)
    for username, name in AGENTS:
        _add(username, name, Role.AGENT, root)
    for department in queries.organisation().departments.values():
        if department.stage == Stage.BACK:
            _add(f"bulk-{department.code}", department.name, Role.BACK_OFFICE, root, department)


def _add(username: str, name: str, role: Role, site: Site, department: Department | None = None) -> None:
    if queries.user_named(username) is None:
        org.add_user(username, name, password=None, department=department, grants=((role, site),))


class Crowd:
    """Customers whose names, sites and phone numbers follow from their place in the crowd; only keys are kept."""

    def __init__(self, scene: Scene, *, size: int, seed: int) -> None:
        self.sites, self.size, self.seed = scene.sites, size, seed
        self.keys = array("q")

    def come(self) -> None:
        """Insert those who aren't here yet."""
        for first in range(0, self.size, AT_ONCE):
            some = [self._at(place) for place in range(first, min(first + AT_ONCE, self.size))]
            with transaction.atomic():
                phones = [customer.phone for customer in some]
                known = dict(Customer.objects.filter(phone__in=phones).values_list("phone", "pk"))
                add_customers([customer for customer in some if customer.phone not in known])
            self.keys.extend(known.get(customer.phone, customer.pk) for customer in some)

    def anybody(self, chance: Random) -> Customer:
        """One of them; a few speak up again and again."""
        place = int(self.size * chance.random() ** 2)
        customer = self._at(place)
        customer.pk = self.keys[place]
        return customer

    def _at(self, place: int) -> Customer:
        # No number in China begins with 12, so nobody is ever called.
        phone = f"12{(self.seed * 104_729 + place) % 10**9:09}"
        name = SURNAMES[place % len(SURNAMES)] + TITLES[place // len(SURNAMES) % len(TITLES)]
        customer = new_row(Customer, name=name, phone=f"+86{phone}", phone_as_typed=phone)
        customer.site = self.sites[place % len(self.sites)]
        return customer
