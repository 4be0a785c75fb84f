"""The invented company: sites, staff, homes and the people who live and work there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.contrib.auth.hashers import make_password

from huiyin.cases import queries as cases
from huiyin.cases.models import Category
from huiyin.customers.actions import add_customers, to_e164
from huiyin.customers.models import Customer, Home
from huiyin.db.rows import insert_rows
from huiyin.messages.models import Entry
from huiyin.org import actions as org
from huiyin.org import queries, reference
from huiyin.org.models import Department, Role, Site, User
from huiyin.packs.property.presets import rows

DATA = Path(__file__).parent / "data"
CODES = (
    ("LIFT3", "LJF", "3 栋 1 单元 电梯"),
    ("GATE1", "LJF", "东门岗亭"),
    ("PUMP1", "FLY", "地下一层 水泵房"),
    ("LOBBY", "YGZ", "一楼大堂"),
)
"""QR codes that hang there: code, site, place."""
LEAVER, SUCCESSOR = "xiaosun", "chenjia"
SUPERVISOR, MANAGER, COMPANY = "zhaozhuguan", "zhengjingli", "guozong"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"


def names(sort: str) -> list[str]:
    """Names of a sort: `woman`, `man`, `firm`, `trade`."""
    return [row["name"] for row in rows("names.csv", DATA) if row["sort"] == sort]


WOMEN, MEN, FIRMS, TRADES = names("woman"), names("man"), names("firm"), names("trade")


@dataclass(frozen=True)
class Contact:
    """Somebody known to us, and where they live or work."""

    customer: Customer
    site: str
    home: str


@dataclass(frozen=True)
class Company:
    """Everything a story needs to know of the organisation."""

    root: Site
    sites: dict[str, Site]
    kinds: dict[str, str]
    """Site code → `estate` or `office`."""
    staff: dict[str, User]
    departments: dict[str, Department]
    categories: dict[str, Category]
    """By the last two levels of their code, as the tables of the demo name them."""
    contacts: dict[str, list[Contact]]


def build(rng: Random, *, password: str) -> Company:
    """Add the invented sites, people, homes and customers to a company that has its presets."""
    root = queries.organisation().root
    kinds = {row["code"]: row["kind"] for row in rows("sites.csv", DATA)}
    for row in rows("sites.csv", DATA):
        org.add_site(row["code"], row["name"], parent=root, time_zone=root.time_zone)
    sites = {site.code: site for site in queries.organisation().sites.values()}
    departments = {department.code: department for department in queries.organisation().departments.values()}
    add_codes(sites)
    return Company(
        root=root,
        sites=sites,
        kinds=kinds,
        staff=add_staff(sites | {"HQ": root}, departments, password),
        departments=departments,
        categories={category.code.split("/", 1)[1]: category for category in cases.categories().leaves},
        contacts={row["code"]: list(_populate(rng, row, sites[row["code"]])) for row in rows("sites.csv", DATA)},
    )


def add_staff(sites: dict[str, Site], departments: dict[str, Department], password: str) -> dict[str, User]:
    """The people of the company, all with one password, hashed once because hashing is slow on purpose."""
    hashed = make_password(password)
    staff: dict[str, User] = {}
    for row in rows("staff.csv", DATA):
        grants = tuple((Role(row["role"]), sites[code]) for code in row["sites"].split())
        user = org.add_user(
            row["username"], row["name"], password=None, department=departments.get(row["department"]), grants=grants
        )
        user.password = hashed
        user.save(update_fields=["password"])
        staff[user.username] = user
    return staff


def add_codes(sites: dict[str, Site]) -> None:
    """The codes on walls."""
    Entry.objects.bulk_create([Entry(code=code, site=sites[site], place=place) for code, site, place in CODES])
    reference.changed()


def called(name: str) -> str:
    """How a customer is called: surname and 女士 or 先生."""
    given = name.split("（", maxsplit=1)[0][1:]
    return name[0] + ("女士" if given in WOMEN else "先生")


def sites_there() -> list[str]:
    """Codes of the demo's sites that the company has already."""
    taken = {site.code for site in queries.organisation().sites.values()}
    return [row["code"] for row in rows("sites.csv", DATA) if row["code"] in taken]


def accounts() -> list[tuple[str, str]]:
    """User names and names of those who can log in, apart from the administrator."""
    return [(row["username"], row["name"]) for row in rows("staff.csv", DATA) if row["username"] != LEAVER]


def _populate(rng: Random, row: dict[str, str], site: Site) -> Iterator[Contact]:
    labels = list(_labels(row["code"]))[: int(row["homes"])]
    keys = insert_rows(Home, ("site_id", "label"), [(site.pk, label) for label in labels], returning=True)
    homes = list(zip(keys, labels, strict=True))
    # Everybody has at least one contact; the others are second contacts of some homes.
    chosen = homes + [rng.choice(homes) for _ in range(int(row["contacts"]) - len(homes))]
    firms = {label: _firm(number) for number, label in enumerate(labels)} if row["kind"] == "office" else {}
    customers = []
    for key, label in chosen:
        person = rng.choice(SURNAMES) + rng.choice(WOMEN + MEN)
        name = f"{person}（{firms[label]}）" if firms else person
        customers.append(Customer(site=site, home_id=key, name=name))
    _give_phones(customers, start=int(row["first_phone"]))
    add_customers(customers)
    return (Contact(customer, row["code"], label) for customer, (_key, label) in zip(customers, chosen, strict=True))


def _give_phones(customers: list[Customer], *, start: int) -> None:
    # Numbers that begin with 142 have not been given out in China: nobody can be called by mistake.
    for number, customer in enumerate(customers, start=start):
        customer.phone_as_typed = str(number)
        customer.phone = to_e164(str(number))


def _labels(site: str) -> Iterator[str]:
    """Every flat or office of a site, in the order of the register."""
    if site == "FLY":  # six floors without lift, three stairs of two flats; then two towers
        yield from _flats(buildings=range(1, 15), units=3, floors=6, doors=2)
        yield from _flats(buildings=range(15, 17), units=1, floors=18, doors=7)
    elif site == "LJF":
        # 8 × 30 × 4 would be more than there are: the lowest floors are lobby and shops.
        yield from _flats(buildings=range(1, 9), units=2, floors=28, doors=2)
    else:
        yield from (f"{floor}层{floor:02d}{door:02d}" for floor in range(2, 23) for door in range(1, 6))


def _flats(*, buildings: range, units: int, floors: int, doors: int) -> Iterator[str]:
    for building in buildings:
        for unit in range(1, units + 1):
            for floor in range(1, floors + 1):
                yield from (f"{building}-{unit}-{floor}{door:02d}" for door in range(1, doors + 1))


def _firm(number: int) -> str:
    return FIRMS[number % len(FIRMS)] + TRADES[number // len(FIRMS) % len(TRADES)]
