"""A storm stops a lift, and everybody is made whole: twelve voices, one group, one answer, money above the desk's
authority, return visits, one that wasn't solved, and a copy that proves it all."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huiyin.base.ids import parse_receipt_number
from huiyin.cases import seals
from huiyin.cases.models import Case
from huiyin.evidence import actions as evidence
from huiyin.evidence.models import Copy
from huiyin.groups import candidates, joining
from huiyin.messages.models import Entry
from huiyin.org import actions as org
from huiyin.org.models import Role
from tests.people import PASSWORD, Company, TestClock

from .test_whole_loop import PHONE, Door, act, door

__all__ = ["door"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("door", [True], indirect=True, ids=["with script"]),
]
VOICES = (
    "暴雨之后电梯停了，走楼梯上十二楼，老人下不来",
    "电梯进水停运，暴雨以后一直停着",
    "暴雨后电梯停了，家里老人下不了楼",
    "电梯又停了，下暴雨进水了，请尽快恢复",
)


def speak(page: Page, number: int) -> tuple[str, str]:
    """A customer scans the code at the lift and speaks up; receipt number and address of the page."""
    page.context.clear_cookies()
    page.goto("/q/LIFT7/")
    page.locator("label:has([name=kind][value=complaint])").click()
    page.fill("[name=text]", f"{VOICES[number % len(VOICES)]}，{number + 1}楼")
    page.fill("[name=phone]", f"138001380{number:02d}")
    page.click("form button.primary")
    expect(page).to_have_url(re.compile("/r/"))
    return "".join(page.locator(".number b").inner_text().split()), page.url


def on_group(page: Page, verb: str, **values: str) -> None:
    """An act on the group whose page is open."""
    page.goto(re.sub(r"(/groups/\d+/).*", rf"\1{verb}/", page.url))
    form = page.locator(f"form[action$='/{verb}/']")
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button.primary").click()
    expect(page).to_have_url(re.compile(r"/groups/\d+/$"))


def verified(path: Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """What the copy's own verify.py says, run as a stranger would run it."""
    with zipfile.ZipFile(path) as packed:
        packed.extract("verify.py", folder)
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(path)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def spoilt(path: Path, member: str) -> Path:
    """The same copy with one byte of one member changed."""
    other = path.with_name("spoilt.zip")
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(other, "w") as written:
        for name in packed.namelist():
            data = bytearray(packed.read(name))
            if name == member:
                data[len(data) // 2] ^= 1
            written.writestr(name, bytes(data))
    return other


def test_from_the_storm_to_the_copy_that_proves_it(
    door: Door, company: Company, clock: TestClock, tmp_path: Path
) -> None:
    candidates.forget()
    Entry.objects.create(code="LIFT7", site=company.ljf, place="7-2-电梯")
    manages = ((Role.MANAGER, company.ljf),)
    org.add_user("zheng", "郑经理", password=PASSWORD, department=company.frontdesk, grants=manages)
    agent, manager = door("/groups/", user="linxiao"), door("/inbox/to-decide/", user="zheng")
    customer, visitor = door("/p/LJF/", size=PHONE), door("/visits/", user="hemin")

    told = [speak(customer, number) for number in range(12)]
    keys = [parse_receipt_number(number) for number, _link in told]
    clock.move(2)
    while joining.sweep(clock.now):
        pass
    _answered_at_once(agent, customer, told)
    _made_good(agent, manager, customer, told[0])
    clock.move(120)
    _resolved_together(agent, keys)
    clock.move(60)
    visitor.reload()
    expect(visitor.locator(f"a[href*='{told[0][0]}']").first).to_be_visible()
    act(visitor, told[1][0], "visit", **ASKED, solved="yes", satisfied="5", promise_kept="yes", words="谢谢")
    _comes_back_once(agent, visitor, told[0][0], clock)
    seals.seal_now(clock.now)
    _proved(manager, told[0][0], clock, tmp_path)


ASKED = {"reached": "yes", "answered": "yes"}


def _answered_at_once(agent: Page, customer: Page, told: list[tuple[str, str]]) -> None:
    agent.reload()
    agent.locator("main a[href*='/groups/']").first.click()
    expect(agent).to_have_url(re.compile(r"/groups/\d+/$"))
    expect(agent.locator("main .case-row")).to_have_count(12)
    on_group(agent, "answer", text="水泵已恢复，电梯今晚 22 点前恢复运行。")
    for _number, link in (told[0], told[11]):
        customer.goto(link)
        expect(customer.get_by_text("电梯今晚 22 点前恢复").first).to_be_visible()
    assert told[0][0] not in customer.content()


def _made_good(agent: Page, manager: Page, customer: Page, told: tuple[str, str]) -> None:
    number, link = told
    act(agent, number, "failure", failure="修后又坏", gravity="critical")
    plan = agent.locator("details.plan", has_text="屡修不好")
    expect(plan).to_contain_text("经理上门")
    plan.locator("form button[name=act][value=done]").click()
    expect(plan).to_contain_text("1 / 1")
    act(agent, number, "remedy", kind1="费用减免", amount1="800", reason="两天没有电梯，减免两天物业费并补偿")
    customer.goto(link)
    assert "800" not in customer.locator("main").inner_text()
    manager.reload()
    expect(manager.locator(f"a[href*='{number}']").first).to_be_visible()
    act(manager, number, "approve", granted="yes", reason="与同类情况一致")
    act(agent, number, "promise", due_at="2026-03-13T18:00", text="减免两天物业费，周五前入账。")
    customer.reload()
    expect(customer.locator("#good")).to_contain_text("800")
    act(agent, number, "deliver")
    customer.reload()
    customer.click("#good button[value=yes]")
    expect(customer.locator("#good button")).to_have_count(0)


def _resolved_together(agent: Page, keys: list[int]) -> None:
    agent.goto(f"/incidents/{Case.objects.get(pk=keys[0]).incident_id}/resolve/")
    form = agent.locator("form[action$='/resolve/']")
    for name, words in {"cause": "控制箱进水", "done": "更换控制箱", "text": "电梯已恢复，请您确认。"}.items():
        form.locator(f"[name={name}]").fill(words)
    form.locator("button.primary").click()
    expect(agent).to_have_url(re.compile(r"/incidents/\d+/$"))
    assert set(Case.objects.filter(pk__in=keys).values_list("status", flat=True)) == {"resolved"}


def _comes_back_once(agent: Page, visitor: Page, number: str, clock: TestClock) -> None:
    def status() -> str:
        return Case.objects.get(pk=parse_receipt_number(number)).status

    act(visitor, number, "visit", **ASKED, solved="no", satisfied="2", words="刚才又停了")
    assert status() == "accepted"
    act(agent, number, "resolve", cause="限速器受潮", done="更换限速器", text="这次查到了原因，已更换。")
    clock.move(60)
    act(visitor, number, "visit", **ASKED, solved="yes", satisfied="4", promise_kept="yes", words="好了")
    assert status() == "resolved"
    act(agent, number, "close")
    assert status() == "closed"


def _proved(manager: Page, number: str, clock: TestClock, folder: Path) -> None:
    manager.goto(f"/cases/{number}/evidence/")
    manager.click("form button.primary")
    copy = evidence.make(Copy.objects.get().pk, clock.now)  # as the worker has it made
    manager.reload()
    with manager.expect_download() as download:
        manager.click(f"a[href$='/evidence/{copy.pk}/']")
    path = folder / "case.zip"
    download.value.save_as(path)
    good = verified(path, folder)
    assert good.returncode == 0, good.stdout.decode()
    for member in ("events.jsonl", "case.pdf", "verify.py"):
        assert verified(spoilt(path, member), folder).returncode != 0, member
