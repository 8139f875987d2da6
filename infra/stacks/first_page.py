"""The dispatch page's first way into the site bucket. Every later one is staged and looked at before (`site stage`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.page import promotion, staging
from infra.page.bucket import SiteBucket
from infra.page.invalidation import invalidate
from infra.page.releases import Releases
from infra.page.site import PREFIX

if TYPE_CHECKING:
    from pathlib import Path

    from infra.aws import Aws


def publish_first(aws: Aws, *, bucket_name: str, distribution_id: str, folder: Path) -> int | None:
    """Puts the page where nothing is yet, or finishes what was interrupted; how many files it has.

    None, and nothing is done, where a page is in production already. Raises Stopped and Refused.
    """
    bucket = SiteBucket(aws.buckets, bucket_name)
    releases = Releases(bucket)
    if bucket.listing(PREFIX) and not releases.place().is_moving:
        return None
    bucket.check_versioned()
    files = staging.read_page(folder)
    releases.stage(staging.upload(bucket, files), now=datetime.now(UTC))
    if move := promotion.promotion(releases, now=datetime.now(UTC), write=True):
        move.run()
    invalidate(aws.distributions, distribution_id, promotion.PATHS)  # who came too early was told 404
    return len(files)
