"""Caches that let hundreds of botocore clients start in one process, and make their calls cheaper.

Every test starts the product anew, and with it a botocore session and its clients. Each of them reads the same model
files, lists the same folders, parses the same rules for endpoints and checks the same event handlers. The caches below
keep what only depends on the installed botocore. A whole run makes hundreds of thousands of calls, most of the table.
Signatures, which no engine checks, are left out. Of the table, the endpoint is found once for each client, and answers
are not rebuilt value by value.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import os
import time
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import botocore.utils
from botocore import auth, client, context, endpoint_provider, hooks, httpsession, loaders, parsers, regions, useragent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PLAIN: Final = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})
"""Kinds of DynamoDB's values that are in Python as on the wire."""


@contextlib.contextmanager
def cached_botocore() -> Iterator[None]:
    """Share what depends on botocore alone between the clients that are made inside the block."""
    with (
        mock.patch.object(loaders.JSONFileLoader, "load_file", _load_file()),
        mock.patch.object(loaders.Loader, "list_available_services", _list_available_services()),
        mock.patch.object(loaders.Loader, "determine_latest_version", _determine_latest_version()),
        mock.patch.object(client.ClientCreator, "_load_service_model", _load_service_model()),
        mock.patch.object(endpoint_provider, "RuleSet", _rule_set()),
        mock.patch.object(client.ClientCreator, "_create_api_method", _create_api_method()),
        mock.patch.object(httpsession, "create_urllib3_context", functools.cache(httpsession.create_urllib3_context)),
        mock.patch.object(hooks.EventAliaser, "_alias_event_name", _alias_event_name()),
        mock.patch.object(hooks, "accepts_kwargs", _accepts_kwargs()),
        mock.patch.object(hooks._PrefixTrie, "_recursive_copy", _copied_node),  # type: ignore[attr-defined]
        mock.patch.object(botocore.utils, "getproxies", _proxies(botocore.utils.getproxies, dict)),  # type: ignore[attr-defined]
        mock.patch.object(botocore.utils, "proxy_bypass", _proxies(botocore.utils.proxy_bypass, bool)),  # type: ignore[attr-defined]
        mock.patch.object(useragent.UserAgentString, "to_string", _user_agent()),
        mock.patch.object(parsers, "DEFAULT_TIMESTAMP_PARSER", _parse_timestamp()),
        mock.patch.object(parsers.BaseJSONParser, "_handle_structure", _handle_structure()),
        mock.patch.object(regions.EndpointRulesetResolver, "construct_endpoint", _construct_endpoint()),
        mock.patch.object(auth.SigV4Auth, "add_auth", _add_auth()),
    ):
        yield


def _load_file() -> Callable[..., Any]:
    read = loaders.JSONFileLoader.load_file
    models: dict[str, Any] = {}

    def load_file(self: loaders.JSONFileLoader, file_path: str) -> Any:
        if file_path not in models:
            models[file_path] = read(self, file_path)
        return models[file_path]

    return load_file


def _list_available_services() -> Callable[..., Any]:
    find = loaders.Loader.list_available_services
    found: dict[tuple[str, ...], list[str]] = {}

    def list_available_services(self: loaders.Loader, type_name: str) -> list[str]:
        key = (type_name, *self.search_paths)
        if key not in found:
            found[key] = find(self, type_name)
        return found[key]

    return list_available_services


def _determine_latest_version() -> Callable[..., Any]:
    find = loaders.Loader.determine_latest_version
    found: dict[tuple[str, ...], str] = {}

    def determine_latest_version(self: loaders.Loader, service_name: str, type_name: str) -> str:
        key = (service_name, type_name, *self.search_paths)
        if key not in found:
            found[key] = find(self, service_name, type_name)
        return found[key]

    return determine_latest_version


def _load_service_model() -> Callable[..., Any]:
    load: Callable[..., Any] = vars(client.ClientCreator)["_load_service_model"]
    models: dict[tuple[Any, ...], Any] = {}

    def load_service_model(self: Any, service_name: str, api_version: str | None = None) -> Any:
        # A model only reads its file. What it found out about shapes and operations it keeps.
        key = (service_name, api_version, type(self._loader), *self._loader.search_paths)
        if key not in models:
            models[key] = load(self, service_name, api_version)
        return models[key]

    return load_service_model


def _rule_set() -> Callable[..., Any]:
    make: Any = endpoint_provider.RuleSet
    made: dict[tuple[int, int], tuple[Any, Any, Any]] = {}

    def rule_set(*, partitions: Any, rules: Any, **data: Any) -> Any:
        # The data is kept with its rules, so that no other data gets its identity.
        key = (id(rules), id(partitions))
        if key not in made:
            made[key] = (make(partitions=partitions, rules=rules, **data), rules, partitions)
        return made[key][0]

    return rule_set


def _create_api_method() -> Callable[..., Any]:
    make: Any = vars(client.ClientCreator)["_create_api_method"]
    made: dict[tuple[str, str], Any] = {}

    def create_api_method(self: Any, py_operation_name: str, operation_name: str, service_model: Any) -> Any:
        # A method passes its name on to the client that it is called on.
        key = (service_model.service_name, operation_name)
        if key not in made:
            made[key] = make(self, py_operation_name, operation_name, service_model)
        return made[key]

    return create_api_method


def _alias_event_name() -> Callable[..., str]:
    find: Callable[..., str] = vars(hooks.EventAliaser)["_alias_event_name"]
    aliases: dict[str, str] = {}

    def alias(self: hooks.EventAliaser, event_name: str) -> str:
        if event_name not in aliases:
            aliases[event_name] = find(self, event_name)
        return aliases[event_name]

    return alias


def _accepts_kwargs() -> Callable[[Any], Any]:
    check = hooks.accepts_kwargs
    checked: dict[CodeType, Any] = {}

    def accepts_kwargs(handler: Any) -> Any:
        # Each session and client makes some of its handlers anew, as closures of the same code, and a bound method and
        # its function have the same parameters. The handlers themselves, as keys, would keep their clients alive.
        function = handler.__func__ if isinstance(handler, MethodType) else handler
        if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
            return check(handler)
        code = function.__code__
        if code not in checked:
            checked[code] = check(function)
        return checked[code]

    return accepts_kwargs


def _copied_node(_self: Any, node: dict[str, Any]) -> dict[str, Any]:
    """Copy a node of the handlers' tree, which is the tree's own state at the top. botocore asks for each type."""
    if "_root" in node:
        return {**node, "_root": _copied_node(_self, node["_root"])}
    values = node["values"]
    return {
        "chunk": node["chunk"],
        "children": {name: _copied_node(_self, child) for name, child in node["children"].items()},
        "values": None if values is None else copy.copy(values),
    }


def _proxies(find: Callable[..., Any], none: Callable[[], Any]) -> Callable[..., Any]:
    """Return `find`, which decodes the whole environment, for an environment that names a proxy."""

    def found(*given: Any) -> Any:
        environment: dict[bytes, bytes] = vars(os.environ)["_data"]
        return find(*given) if any(name[-6:].lower() == b"_proxy" for name in environment) else none()

    return found


def _user_agent() -> Callable[[Any], str]:
    build = useragent.UserAgentString.to_string

    def to_string(self: Any) -> str:
        config, now = self._client_config, context.get_context()
        features = (frozenset(self._client_features or ()), frozenset(now.features if now else ()))
        session = (self._session_user_agent_name, self._session_user_agent_version, self._session_user_agent_extra)
        key = (id(config), config and config.user_agent_extra, session, features)
        known = vars(self).get("of_tests")  # a copy for another client has another config
        if known is None or known[0] != key:
            known = self.of_tests = (key, build(self))
        return str(known[1])

    return to_string


def _handle_structure() -> Callable[..., Any]:
    handle: Callable[..., Any] = vars(parsers.BaseJSONParser)["_handle_structure"]

    def handle_structure(self: Any, shape: Any, value: Any) -> Any:
        return value if shape.name == "AttributeValue" and _is_plain(value) else handle(self, shape, value)

    return handle_structure


def _is_plain(value: Any) -> bool:
    """Return whether a value of DynamoDB is in Python as on the wire: it has one kind, and nothing in it is binary."""
    if type(value) is not dict or len(value) != 1:
        return False
    [(kind, content)] = value.items()
    if kind == "M":
        return all(map(_is_plain, content.values()))
    return all(map(_is_plain, content)) if kind == "L" else kind in _PLAIN and content is not None


def _parse_timestamp() -> Callable[[Any], Any]:
    parse = parsers.DEFAULT_TIMESTAMP_PARSER
    parse_text = functools.lru_cache(maxsize=4096)(parse)

    def parse_timestamp(value: Any) -> Any:
        # A number is a time of the local zone, which a test may set. A text names its own.
        return parse_text(value) if isinstance(value, str) and value.endswith("Z") else parse(value)

    return parse_timestamp


def _construct_endpoint() -> Callable[..., Any]:
    find = regions.EndpointRulesetResolver.construct_endpoint

    def construct_endpoint(self: Any, operation_model: Any, call_args: Any, request_context: Any) -> Any:
        # The client's own URL decides, whatever is called.
        if operation_model.service_model.service_name != "dynamodb" or not self._builtins.get("SDK::Endpoint"):
            return find(self, operation_model, call_args, request_context)
        if "endpoint_of_tests" not in vars(self):
            self.endpoint_of_tests = find(self, operation_model, call_args, request_context)
        return self.endpoint_of_tests

    return construct_endpoint


def _add_auth() -> Callable[..., None]:
    plain: Any = auth.SigV4Auth
    sign: Callable[..., None] = vars(plain)["add_auth"]

    def add_auth(self: Any, request: Any) -> None:
        # The edge signs what it sends to a function, which is checked, and S3 signs in a way of its own.
        if type(self) is not plain or self._service_name == "lambda" or self.credentials is None:
            sign(self, request)
            return
        request.context["timestamp"] = time.strftime(auth.SIGV4_TIMESTAMP, time.gmtime())
        self._modify_request_before_signing(request)
        scope = self.scope(request)  # the engine reads the region and the service in it
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    return add_auth
