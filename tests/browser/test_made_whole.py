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
from huiyin.cases.models import Case, CaseEvent
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
    org.add_user(
        "zheng", "郑经理", password=PASSWORD, department=company.frontdesk, grants=((Role.MANAGER, company.ljf),)
    )

    customer = door("/p/LJF/", size=PHONE)
    told = [speak(customer, number) for number in range(12)]
    keys = [parse_receipt_number(number) for number, _link in told]
    clock.move(2)
    while joining.sweep(clock.now):
        pass

    agent = door("/groups/", user="linxiao")
    agent.locator("main a[href*='/groups/']").first.click()
    expect(agent).to_have_url(re.compile(r"/groups/\d+/$"))
    expect(agent.locator("main")).to_contain_text("12")
    on_group(agent, "answer", text="水泵已恢复，电梯今晚 22 点前恢复运行。")
    for number in (0, 11):
        customer.goto(told[number][1])
        expect(customer.get_by_text("电梯今晚 22 点前恢复").first).to_be_visible()
    assert told[0][0] not in customer.content()

    first, link = told[0]
    act(agent, first, "failure", failure="修后又坏", gravity="major")
    act(agent, first, "remedy", kind1="费用减免", amount1="800", reason="两天没有电梯，减免两天物业费并补偿")
    assert not CaseEvent.objects.filter(case=keys[0], kind="approved").exists()
    manager = door("/inbox/to-decide/", user="zheng")
    expect(manager.locator(f"a[href*='{first}']").first).to_be_visible()
    act(manager, first, "approve", granted="yes", reason="与同类情况一致")
    act(agent, first, "promise", due_at="2026-03-13T18:00", text="减免两天物业费，周五前入账。")
    customer.goto(link)
    expect(customer.locator("#good")).to_contain_text("800")
    act(agent, first, "deliver")
    customer.goto(link)
    customer.click("#good button[value=yes]")

    incident = Case.objects.get(pk=keys[0]).incident_id
    agent.goto(f"/incidents/{incident}/resolve/")
    clock.move(120)
    form = agent.locator("form[action$='/resolve/']")
    for name, words in {"cause": "控制箱进水", "done": "更换控制箱", "text": "电梯已恢复，请您确认。"}.items():
        form.locator(f"[name={name}]").fill(words)
    form.locator("button.primary").click()
    expect(agent).to_have_url(re.compile(r"/incidents/\d+/$"))
    assert set(Case.objects.filter(pk__in=keys).values_list("status", flat=True)) == {"resolved"}

    clock.move(60)
    visitor = door("/visits/", user="hemin")
    expect(visitor.locator(f"a[href*='{first}']").first).to_be_visible()
    asked = {"reached": "yes", "answered": "yes"}
    act(visitor, told[1][0], "visit", **asked, solved="yes", satisfied="5", promise_kept="yes", words="谢谢")
    act(visitor, first, "visit", **asked, solved="no", satisfied="2", words="刚才又停了")
    assert Case.objects.get(pk=keys[0]).status == "accepted"
    act(agent, first, "resolve", cause="限速器受潮", done="更换限速器", text="这次查到了原因，已更换。")
    clock.move(60)
    act(visitor, first, "visit", **asked, solved="yes", satisfied="4", promise_kept="yes", words="好了")
    seals.seal_now(clock.now)

    manager.goto(f"/cases/{first}/evidence/")
    manager.click("form button.primary")
    copy = evidence.make(Copy.objects.get().pk, clock.now)  # as the worker has it made
    manager.reload()
    with manager.expect_download() as download:
        manager.click(f"a[href$='/evidence/{copy.pk}/']")
    path = tmp_path / "case.zip"
    download.value.save_as(path)
    good = verified(path, tmp_path)
    assert good.returncode == 0, good.stdout.decode()
    for member in ("events.jsonl", "case.pdf", "verify.py"):
        assert verified(spoilt(path, member), tmp_path).returncode != 0, member
