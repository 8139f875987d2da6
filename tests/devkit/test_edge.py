"""The edge routes as CloudFront does, by the template: a wrong pattern in it fails a test here."""

from __future__ import annotations

import pytest

from devkit.edge import TemplateUnclear
from devkit.edge.matching import matches, normalised
from tests.devkit.edge_stage import ORIGINAL, Stage, changed, edge_of

PAGE = "site /dispatch/index.html"
STAGED = "site /_staging/dispatch/"
ROUTES = {
    # the waiver, also where the event's id is a bare date
    "/g/2026-05-23/waiver": "web /g/2026-05-23/waiver",
    "/g/2026-05-23-captain-cory-afternoon/waiver": "web /g/2026-05-23-captain-cory-afternoon/waiver",
    "/g/x/waiver?qr": "web /g/x/waiver",
    "/g/x/waiver?patron=dave&next=/dispatch": "web /g/x/waiver",
    "/g/a/b/waiver": "web /g/a/b/waiver",  # * matches / too; the function says 404
    "/g/a%2Fb/waiver": "web /g/a%2Fb/waiver",
    "/g/%3Cscript%3E/waiver": "web /g/%3Cscript%3E/waiver",
    # matched as normalised, forwarded as it came
    "//g/x/waiver": "web //g/x/waiver",
    "/g/./x/waiver": "web /g/./x/waiver",
    "/%67/x/waiver": "web /%67/x/waiver",
    "/dispatch/../g/x/waiver": "web /dispatch/../g/x/waiver",
    # close, but no waiver; and never the page instead
    "/g/x/waiver/": "site /g/x/waiver/",
    "/g/x/waivers": "site /g/x/waivers",
    "/g/x": "site /g/x",
    "/g/waiver": "site /g/waiver",
    "/g//waiver": "site /g//waiver",
    "/G/x/waiver": "site /G/x/waiver",
    "/g/x/Waiver": "site /g/x/Waiver",
    "/g%2Fx/waiver": "site /g%2Fx/waiver",
    "/g/x/waiver/../../../dispatch": "site /g/x/waiver/../../../dispatch",
    # the API
    "/api/events": "web /api/events",
    "/api/": "web /api/",
    "/api/events/2026-05-23/payment-log": "web /api/events/2026-05-23/payment-log",
    "/api": "site /api",
    "/apix": "site /apix",
    "/API/events": "site /API/events",
    "/x/api/events": "site /x/api/events",
    # the next version of the page
    "/_staging/g/x/waiver": "site /_staging/g/x/waiver",
    "/_staging/api/events": "site /_staging/api/events",
    "/_staging/dispatch": f"{STAGED}index.html",
    "/_staging/dispatch/": f"{STAGED}index.html",
    "/_staging/dispatch/index.html": f"{STAGED}index.html",
    "/_staging/dispatch/app.js": f"{STAGED}app.js",
    "/_staging/dispatch/dispatch/app.js": f"{STAGED}app.js",
    "/_staging/": f"{STAGED}index.html",
    "/_staging/_staging/dispatch": "site /_staging/_staging/dispatch",
    "/_staging": "site /_staging",
    # the page's own paths
    "/": PAGE,
    "/dispatch": PAGE,
    "/dispatch/": PAGE,
    "/dispatch?x=1": PAGE,
    "/dispatch/events/2026-05-23": PAGE,
    "/dispatch/index.html": PAGE,
    "/dispatch/dispatch.css": "site /dispatch/dispatch.css",
    # a file of the page, as a browser asks for it where it opened the page below /dispatch/
    "/dispatch/dispatch/app.js": "site /dispatch/app.js",
    "/dispatch/events/dispatch/app.js": "site /dispatch/app.js",
    "/dispatcher": "site /dispatcher",
    "/Dispatch": "site /Dispatch",
    "/favicon.ico": "site /favicon.ico",
}


@pytest.mark.parametrize(("path", "route"), ROUTES.items())
def test_a_path_reaches_its_origin(path: str, route: str) -> None:
    assert Stage().route(path) == route


WRONG = {
    "the waiver of a bare date falls to the page's bucket": ("/g/*/waiver\n", "/g/*-*-*-*/waiver\n"),
    "everything under /g is the function's": ("/g/*/waiver\n", "/g/*\n"),
    "a tail after the waiver": ("/g/*/waiver\n", "/g/*/waiver*\n"),
    "capitals": ("/g/*/waiver\n", "/G/*/waiver\n"),
    "one letter": ("/g/*/waiver\n", "/g/?/waiver\n"),
    "any folder before": ("/g/*/waiver\n", "/*/waiver\n"),
    "no slash after api": ("PathPattern: /api/*", "PathPattern: /api*"),
    "staging from the function": (
        "PathPattern: /_staging/*\n            TargetOriginId: site",
        "PathPattern: /_staging/*\n            TargetOriginId: web",
    ),
    "the waiver from the bucket": (
        "PathPattern: /g/*/waiver\n            TargetOriginId: web",
        "PathPattern: /g/*/waiver\n            TargetOriginId: site",
    ),
    "a page for everything without a dot": ("(uri.startsWith('/dispatch/') && !isFile)", "!isFile"),
    "a page for its own files too": ("(uri.startsWith('/dispatch/') && !isFile)", "uri.startsWith('/dispatch/')"),
    "a page for what begins alike": ("uri === '/dispatch'", "uri.startsWith('/dispatch')"),
    "no page at the root": ("uri === '/' || ", ""),
    "the page's files from where the browser thinks they are": ("uri.slice(uri.lastIndexOf('/dispatch/'))", "uri"),
    "production's page in staging": ("stage + '/dispatch/index.html'", "'/dispatch/index.html'"),
    "production's files in staging": ("stage + uri.slice(", "uri.slice("),
}


@pytest.mark.parametrize(("old", "new"), WRONG.values(), ids=WRONG)
def test_a_wrong_pattern_in_the_template_changes_a_route(old: str, new: str) -> None:
    stage = Stage(changed(old, new))
    assert {path: stage.route(path) for path in ROUTES} != ROUTES


def test_the_first_behaviour_that_matches_wins() -> None:
    first = changed(
        "PathPattern: /g/*/waiver\n            TargetOriginId: web",
        'PathPattern: "*"\n            TargetOriginId: site',
    )
    assert Stage(first).route("/api/events") == "site /api/events"


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/g/*/waiver", "/g/a/b/c/waiver", True),
        ("/g/*/waiver", "/g//waiver", True),
        ("/g/*/waiver", "/x/g/a/waiver", False),
        ("g/*/waiver", "/g/a/waiver", True),
        ("*", "/", True),
        ("*.jpg", "/a/b.jpg", True),
        ("*.jpg", "/a/b.JPG", False),
        ("/a?.jpg", "/a1.jpg", True),
        ("/a?.jpg", "/a.jpg", False),
        ("/a?c", "/a/c", True),
        ("/a.c", "/abc", False),
        ("/a+[b]", "/aa", False),
        ("/a+[b]", "/a+[b]", True),
        ("/a*", "/a\nb", True),
    ],
)
def test_a_pattern_matches_the_whole_path(pattern: str, path: str, fits: bool) -> None:  # noqa: FBT001  # a table
    assert matches(pattern, path) is fits


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/a/b", "/a/b"),
        ("/a//b///c", "/a/b/c"),
        ("/a/./b/.", "/a/b/"),
        ("/a/../b", "/b"),
        ("/a/b/..", "/a/"),
        ("/../../a", "/a"),
        ("/%2e%2e/a", "/a"),
        ("/%61%2Fb%2fc", "/a%2Fb%2Fc"),
        ("/%zz/%", "/%zz/%"),
        ("/..a/b..", "/..a/b.."),
        ("/", "/"),
        ("*", "/*"),
    ],
)
def test_a_path_is_normalised_before_it_is_matched(raw: str, path: str) -> None:
    assert normalised(raw) == path


UNCLEAR = {
    "a page for errors": ("ErrorCode: 404, ErrorCachingMinTTL: 0", "ErrorCode: 404, ResponsePagePath: /index.html"),
    "a root object": ("        IPV6Enabled: true", "        DefaultRootObject: index.html"),
    "a distribution that is off": ("        Enabled: true", "        Enabled: false"),
    "an origin that is not there": ("TargetOriginId: web", "TargetOriginId: somewhere"),
    "an open function URL": ("AuthType: AWS_IAM\n", "AuthType: NONE\n"),
    "an origin that may go unsigned": ("SigningBehavior: always", "SigningBehavior: no-override"),
    "a set of methods that CloudFront has not": ("[GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]", "[GET, HEAD, POST]"),
    "the Host header sent on": ("b689b0a8-53d0-40ab-baf2-68738e2966ac", "216adef6-5c7f-47e4-b989-5492eafa07d3"),
    "a policy that caches nothing and compresses": ("MaxTTL: 1", "MaxTTL: 0"),
    "a cache policy of an unknown id": ("658327ea-f89d-4fab-a63d-7e88639e58f6", "00000000-f89d-4fab-a63d-7e88639e58f6"),
    "an older runtime": ("cloudfront-js-2.0", "cloudfront-js-1.0"),
    "a function that is not published": ("AutoPublish: true", "AutoPublish: false"),
    "a function on the answer": ("EventType: viewer-request", "EventType: viewer-response"),
    "a header that it cannot set": ("ReferrerPolicy: {ReferrerPolicy", "XSSProtection: {Protection"),
    "a function of another name": ("GetAtt SiteFunction.FunctionARN", "GetAtt WebHeaders.FunctionARN"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_the_edge_does_not_carry_out_is_refused_and_not_passed_over(old: str, new: str) -> None:
    with pytest.raises(TemplateUnclear):
        Stage(changed(old, new))


def test_an_origin_without_anything_behind_it_is_named() -> None:
    with pytest.raises(ValueError, match="SiteBucket"):
        edge_of(ORIGINAL, {"WebFunction": lambda _request: (200, [], b"")})
