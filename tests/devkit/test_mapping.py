"""The local world reads the template's event source mappings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devkit.batches import MappingSettings, meets
from devkit.edge import TemplateUnclear, read_template
from devkit.edge.template import parse_template
from devkit.mapping import read_mapping

TEMPLATE = """
Resources:
  AnnounceFunction: {Type: "AWS::Serverless::Function", Properties: {Timeout: 50}}
  AnnounceMapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref AnnounceFunction.Alias
      FunctionResponseTypes: [ReportBatchItemFailures]
"""


def test_the_mapping_is_read_from_a_template_with_awss_defaults() -> None:
    bare = read_mapping(parse_template(TEMPLATE))
    assert bare == MappingSettings(batch_size=100, timeout=50)
    full = (
        TEMPLATE
        + """
      BatchSize: 7
      MaximumRetryAttempts: 3
      MaximumRecordAgeInSeconds: 60
      MaximumBatchingWindowInSeconds: 2
      BisectBatchOnFunctionError: true
      FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
"""
    )
    assert read_mapping(parse_template(full)) == MappingSettings(
        batch_size=7, retries=3, max_age=60, window=2, bisect=True, wanted=({"eventName": ["INSERT"]},), timeout=50
    )


@pytest.mark.parametrize(
    "more",
    [
        "TumblingWindowInSeconds: 5",
        "ParallelizationFactor: 2",
        """FilterCriteria: {Filters: [{Pattern: '{"a": [{"suffix": "b"}]}'}]}""",
    ],
)
def test_what_the_local_mapping_does_not_know_is_not_ignored(more: str) -> None:
    with pytest.raises(TemplateUnclear):
        read_mapping(parse_template(f"{TEMPLATE}      {more}\n"))


def test_both_mappings_of_the_template_are_understood_and_alike_but_for_what_is_never_mailed() -> None:
    template = read_template()
    posts, mails = read_mapping(template), read_mapping(template, "MailMapping")
    assert replace(posts, wanted=mails.wanted) == mails
    boarding = {"eventName": "INSERT", "dynamodb": {"Keys": {"crew_id": {"S": "#boarding"}}}}
    assert meets(boarding, posts.wanted[0])
    assert not meets(boarding, mails.wanted[0])  # nothing of the boarding is mailed
    request = {"dynamodb": {"Keys": {"crew_id": {"S": "#change:01M8"}}, "NewImage": {"what": {"S": "void_requested"}}}}
    remind = {"dynamodb": {**request["dynamodb"], "NewImage": {"what": {"S": "reminded"}}}}
    due = {"dynamodb": {"Keys": {"crew_id": {"S": "#change:01M8"}}, "NewImage": {"what": {"S": "due"}}}}
    moved = {"dynamodb": {"Keys": {"crew_id": {"S": "#change:01M8"}}, "NewImage": {"what": {"S": "starts_at"}}}}
    wanted = [meets({"eventName": "INSERT", **each}, posts.wanted[1]) for each in (request, remind, moved, due)]
    assert wanted == [True, True, True, False]
    assert [meets({"eventName": "INSERT", **each}, mails.wanted[1]) for each in (moved, due)] == [True, False]
    assert meets({"eventName": "INSERT", "dynamodb": {"Keys": {"crew_id": {"S": "#event"}}}}, posts.wanted[0])
    signature = {"dynamodb": {"Keys": {"crew_id": {"S": "#signature:s1"}}}}
    assert meets({"eventName": "MODIFY", **signature}, posts.wanted[0])
    asked = {"eventName": "INSERT", "dynamodb": {"Keys": {"crew_id": {"S": "#moving"}}}}
    assert (meets(asked, posts.wanted[0]), meets(asked, mails.wanted[0])) == (True, False)
    for others in ("#change:01M8", "cory", "x#signature:s1"):
        row = {"dynamodb": {"Keys": {"crew_id": {"S": others}}}}
        assert not meets({"eventName": "INSERT", **row}, posts.wanted[0])
    assert not meets({"eventName": "REMOVE", "dynamodb": {"Keys": {"crew_id": {"S": "#event"}}}}, posts.wanted[0])
    assert not meets({"eventName": "INSERT", "dynamodb": {"Keys": {"crew_id": {"S": "u1"}}}}, posts.wanted[0])
