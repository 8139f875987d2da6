"""Custom error pages of a distribution, which hide the errors of the API and of the waiver page. Pure.

CloudFront applies them to every path: a behaviour cannot be excluded, and an origin's headers do not prevent it. So the
only ways out are to remove them, or to use a distribution of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infra.edge.parts import FUNCTION, EdgeResource

if TYPE_CHECKING:
    from infra.template import JSON

_CLIENT_ERRORS: Final = frozenset({"403", "404"})  # what S3 answers for a key that is missing
_SUCCESS: Final = "2"
_CODE: Final = """function handler(event) {
  const request = event.request;
  const last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (last.indexOf('.') < 0) {
    request.uri = PAGE;
  }
  return request;
}
"""


@dataclass(frozen=True)
class ErrorPages:
    """The error responses of a DistributionConfig that have a page."""

    pages: tuple[JSON, ...]

    @staticmethod
    def of(config: JSON) -> ErrorPages:
        """Return those of the distribution."""
        items = (config.get("CustomErrorResponses") or {}).get("Items", [])
        return ErrorPages(tuple(each for each in items if each.get("ResponsePagePath")))

    def __bool__(self) -> bool:
        return bool(self.pages)

    def in_words(self) -> list[str]:
        """Return one line for each page: the status, and what becomes of it."""
        return [
            f"{each['ErrorCode']} → {each['ResponsePagePath']} as {each.get('ResponseCode') or each['ErrorCode']}"
            for each in sorted(self.pages, key=lambda each: int(each["ErrorCode"]))
        ]

    def meaning(self) -> str:
        """Return in one sentence what they do to the API and the waiver page."""
        hidden = [each for each in self.pages if str(each.get("ResponseCode", "")).startswith(_SUCCESS)]
        effect = (
            "a payment or signature that is refused looks as if it had been saved"
            if hidden
            else "a refused payment or signature shows that page instead of its reason"
        )
        codes = ", ".join(str(code) for code in sorted({int(each["ErrorCode"]) for each in self.pages}))
        return (
            f"The distribution answers {codes} with a page of its own, on every path ({'; '.join(self.in_words())}). "
            f"The API and the waiver are no exception: {effect}. CloudFront cannot limit that to some paths. Pass "
            "--end-error-pages to remove them, or let people use the stack's own distribution, under a name of its own."
        )

    @property
    def page(self) -> str:
        """The page of an application that its own paths need: the answer to a missing key, as a success; else empty."""
        return next(
            (
                str(each["ResponsePagePath"])
                for each in self.pages
                if str(each["ErrorCode"]) in _CLIENT_ERRORS and str(each.get("ResponseCode", "")).startswith(_SUCCESS)
            ),
            "",
        )

    def stand_in(self, name: str) -> EdgeResource:
        """Return the CloudFront Function that answers paths without a file's ending with `page`, before S3 is asked."""
        config: dict[str, Any] = {
            "Comment": "Answers the paths of the old page with the page",
            "Runtime": "cloudfront-js-2.0",
        }
        return EdgeResource(FUNCTION, f"{name}-old-page", config, _CODE.replace("PAGE", json.dumps(self.page)))


def without_pages(config: JSON) -> JSON:
    """Return the error responses without pages. CloudFront no longer keeps those errors for later requests."""
    items = (config.get("CustomErrorResponses") or {}).get("Items", [])
    kept = [_plain(each) if each.get("ResponsePagePath") else each for each in items]
    return {"Quantity": len(kept), "Items": kept}


def takes_function(behaviour: JSON) -> bool:
    """Return True if a function on the viewer's request can be added: there is none, and no Lambda@Edge beside it."""
    functions = (behaviour.get("FunctionAssociations") or {}).get("Items", [])
    lambdas = (behaviour.get("LambdaFunctionAssociations") or {}).get("Items", [])
    return not (
        any(each["EventType"] == "viewer-request" for each in functions)
        or any(each["EventType"].startswith("viewer-") for each in lambdas)
    )


def with_function(behaviour: JSON, arn: str) -> JSON:
    """Return the behaviour with that function on the viewer's request."""
    items = [
        *(behaviour.get("FunctionAssociations") or {}).get("Items", []),
        {"EventType": "viewer-request", "FunctionARN": arn},
    ]
    return {**behaviour, "FunctionAssociations": {"Quantity": len(items), "Items": items}}


def _plain(response: JSON) -> JSON:
    return {
        "ErrorCode": response["ErrorCode"],
        "ResponsePagePath": "",
        "ResponseCode": "",
        "ErrorCachingMinTTL": 0,
    }
