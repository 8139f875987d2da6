"""Put the first dispatch page into the site bucket. Every later one is staged and checked before (`site stage`)."""

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
    """Put the page into an empty bucket, or finish an interrupted run. Return the number of files.

    Return None, and do nothing, where a page is in production already. Raises Stopped and AwsRefused.
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
    invalidate(aws.distributions, distribution_id, promotion.PATHS)  # CloudFront may have cached a 404
    return len(files)
