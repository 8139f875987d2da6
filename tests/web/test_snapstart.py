"""The web Lambda from a snapshot: requests to the table and to S3 do not use connections from before it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.web.reading import signed_id

if TYPE_CHECKING:
    import pytest

    from devkit.proxy import Proxy
    from tests.snapshots import Snapshots
    from tests.web.stage import WebStage


def test_connections_of_before_the_snapshot_are_not_used_after_it(web_stage: WebStage, snapshots: Snapshots) -> None:
    web_stage.world.restart()
    served: list[Proxy] = [web_stage.world.table_faults, web_stage.s3_faults]
    for _ in range(2):
        signed_id(web_stage)
    before = [set(proxy.came_by) for proxy in served]
    for proxy, ports in zip(served, before, strict=True):
        assert len(proxy.came_by) > len(ports) == 1
    snapshots.take()
    snapshots.wake()
    signed_id(web_stage)
    for proxy, ports in zip(served, before, strict=True):
        assert proxy.came_by[-1] not in ports


def test_it_starts_while_the_table_cannot_be_asked(web_stage: WebStage, snapshots: Snapshots) -> None:
    web_stage.world.table_faults.fail_next("GetItem", error="AccessDeniedException")
    web_stage.world.restart()
    snapshots.take()
    snapshots.wake()
    assert web_stage.world.ask("GET", "/api/health").status == 200


def test_what_makes_a_pdf_is_in_the_snapshot(
    web_stage: WebStage, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        name for name in sys.modules if name.partition(".")[0] in {"fpdf", "paper"} or name == "web.waiver_pdf"
    ]:
        monkeypatch.delitem(sys.modules, name)
    web_stage.world.restart()
    assert {"fpdf", "web.waiver_pdf", "paper.passenger_list"} <= sys.modules.keys()
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    for name in ("fpdf", "web.waiver_pdf", "paper.passenger_list"):
        monkeypatch.delitem(sys.modules, name)
    web_stage.world.restart()
    assert (
        not {"fpdf", "web.waiver_pdf", "paper.passenger_list"} & sys.modules.keys()
    )  # where a start keeps somebody waiting
    del snapshots


def test_s3s_client_is_made_where_nobody_waits_for_it(
    web_stage: WebStage, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_stage.world.restart()
    snapshots.take()
    snapshots.wake()
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")  # of which a client that is made now would know nothing
    asked = len(web_stage.s3_faults.came_by)
    signed_id(web_stage)
    assert len(web_stage.s3_faults.came_by) > asked
