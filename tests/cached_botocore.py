"""Caches that let hundreds of botocore clients start in one process, and make their calls cheaper.

Every test starts the product anew, and with it a botocore session and its clients. Each of them reads the same model
files, lists the same folders, parses the same rules for endpoints and checks the same event handlers. The caches below
keep what only depends on the installed botocore. A whole run makes hundreds of thousands of calls of the table. Their
signatures, which no engine checks, are left out, and their endpoint is found once for each client.
"""

from __future__ import annotations

import contextlib
import functools
import time
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any
from unittest import mock

from botocore import auth, client, endpoint_provider, hooks, httpsession, loaders, parsers, regions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def cached_botocore() -> Iterator[None]:
    """Share what depends on botocore alone between the clients that are made inside the block."""
    with (
        mock.patch.object(loaders.JSONFileLoader, "load_file", _load_file()),
        mock.patch.object(loaders.Loader, "list_available_services", _list_available_services()),
        mock.patch.object(loaders.Loader, "determine_latest_version", _determine_latest_version()),
        mock.patch.object(endpoint_provider, "RuleSet", _rule_set()),
        mock.patch.object(client.ClientCreator, "_create_api_method", _create_api_method()),
        mock.patch.object(httpsession, "create_urllib3_context", functools.cache(httpsession.create_urllib3_context)),
        mock.patch.object(hooks.EventAliaser, "_alias_event_name", _alias_event_name()),
        mock.patch.object(hooks, "accepts_kwargs", _accepts_kwargs()),
        mock.patch.object(parsers, "DEFAULT_TIMESTAMP_PARSER", _parse_timestamp()),
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
    sign: Callable[..., None] = vars(auth.SigV4Auth)["add_auth"]

    def add_auth(self: Any, request: Any) -> None:
        if self._service_name != "dynamodb" or self.credentials is None:
            sign(self, request)
            return
        request.context["timestamp"] = time.strftime(auth.SIGV4_TIMESTAMP, time.gmtime())
        self._modify_request_before_signing(request)
        scope = self.scope(request)  # the engine reads the region in it
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    return add_auth
