"""`doctor` expects the schedules that the template has for a stack's parameters."""

from __future__ import annotations

from infra.doctor.schedules import wanted_schedules
from infra.stacks.stack import Now
from infra.template import read_template

ALWAYS = {"MorningDigest", "LateAnnouncements", "BotStaysAwake", "WebStaysAwake"}


def test_a_stack_is_expected_to_have_the_schedules_of_what_is_switched_on() -> None:
    assert set(wanted_schedules(Now("CREATE_COMPLETE"))) == ALWAYS
    mails = {"NotifyEmailTo": "office@example.com"}
    assert set(wanted_schedules(Now(parameters=mails))) - ALWAYS == {"MailLateAnnouncements", "MailWaiting"}
    everything = {**mails, "MailPatrons": "receipts", "Canary": "true"}
    template = read_template()["Resources"].items()
    assert set(wanted_schedules(Now(parameters=everything))) == {
        name for name, each in template if each["Type"] == "AWS::Scheduler::Schedule"
    }
