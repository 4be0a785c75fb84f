"""`huiyin presets`, and `huiyin init --preset`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings

from huiyin.cli import init, presets
from huiyin.clocks.models import Policy
from huiyin.org.models import Department, Site
from tests.people import Company, TestClock


def run(*arguments: str) -> Result:
    return CliRunner().invoke(presets.command, arguments)


def test_the_list_tells_source_date_and_what_is_in_force(company: Company, clock: TestClock) -> None:
    run("load", "hotline-workday")
    output = run("list").output
    for name in ("zh-property", "hotline-beijing-style", "hotline-workday", "power-supply"):
        assert name in output
    assert "2026-02" in output
    assert "(in force)" in next(line for line in output.splitlines() if line.startswith("hotline-workday"))
    assert "(not loaded)" in next(line for line in output.splitlines() if line.startswith("zh-property"))


def test_show_prints_every_level_and_changes_nothing(company: Company, clock: TestClock) -> None:
    output = run("show", "hotline-beijing-style").output
    assert "sign     P1              15 min    always" in output
    assert "resolve  all several     360 h     always" in output
    assert Policy.objects.count() == 1


def test_load_says_what_is_in_force_and_that_no_running_clock_changes(company: Company, clock: TestClock) -> None:
    output = run("load", "power-supply").output
    assert output == "In force from now on: power-supply 1 instead of test 1. 0 of 0 running clocks change.\n"


def test_loading_again_changes_nothing_and_says_how_to_put_it_in_force(company: Company, clock: TestClock) -> None:
    run("load", "power-supply")
    run("load", "hotline-workday")
    again = run("load", "power-supply")
    assert again.exit_code == 0
    assert "nothing was changed" in again.output
    assert "huiyin presets load power-supply --in-force" in again.output
    assert (
        "In force from now on: power-supply 2 instead of hotline-workday 1."
        in run("load", "power-supply", "--in-force").output
    )
    assert "is in force already" in run("load", "power-supply", "--in-force").output


@pytest.mark.parametrize("verb", ["show", "load"])
def test_a_mistyped_name_gets_the_list_of_names(company: Company, clock: TestClock, verb: str) -> None:
    result = run(verb, "hotline-bejing")
    assert result.exit_code == 1
    assert "Did you mean hotline-beijing-style?" in result.output
    assert "zh-property, hotline-beijing-style, hotline-workday, power-supply" in result.output
    assert Policy.objects.count() == 1


def test_help_of_each_command_says_what_it_does() -> None:
    assert all(word in run("--help").output for word in ("list", "show", "load", "Service levels"))
    assert "never changed" in run("load", "--help").output


def test_init_begins_a_hotline_and_later_goes_on_with_it(bare: None, clock: TestClock, settings: Settings) -> None:
    settings.HUIYIN_ADMIN_PASSWORD = "an-echo-for-each-voice"
    first = CliRunner().invoke(init.command, ["--preset", "hotline-beijing-style"])
    assert first.exit_code == 0, first.output
    assert Site.objects.get().name == "热线中心"
    assert Department.objects.filter(code="water", name="供水集团").exists()
    assert [str(policy) for policy in Policy.objects.all()] == ["hotline-beijing-style 1"]
    again = CliRunner().invoke(init.command)
    assert "Everything is there already" in again.output
    assert Policy.objects.count() == 1


def test_init_with_a_mistyped_preset_makes_nothing(bare: None, clock: TestClock, settings: Settings) -> None:
    result = CliRunner().invoke(init.command, ["--preset", "hotlines"])
    assert result.exit_code == 1
    assert "The presets are: zh-property" in result.output
    assert not Site.objects.exists()
