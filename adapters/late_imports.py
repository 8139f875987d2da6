"""Parts of libraries that are imported when they are first used, and not when a library mentions them.

Bolt, Slack's SDK, botocore and powertools import a hundred modules for features that this app does not have: OAuth,
workflow steps, a server for development, a database, event loops, generated documentation. That is a quarter of a cold
start. Each of these modules has a stand-in until it is used; then the real one is imported, so that every feature still
works.

A stand-in gives out only the names below without its module. Any other name imports the module at once, as ever. None
of them may be used in an `except` clause, which takes real classes only (docs/adr/0061).
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# The names that libraries import from each module, and mention in annotations, `isinstance` or functions alone.
LATE: Final = {
    "asyncio": ("Future",),
    "aws_lambda_powertools.event_handler.appsync": ("AppSyncResolver",),
    "aws_lambda_powertools.event_handler.bedrock_agent": ("BedrockAgentResolver", "BedrockResponse"),
    "aws_lambda_powertools.event_handler.bedrock_agent_function": (
        "BedrockAgentFunctionResolver",
        "BedrockFunctionResponse",
    ),
    "aws_lambda_powertools.event_handler.events_appsync": (),
    "aws_lambda_powertools.event_handler.events_appsync.appsync_events": ("AppSyncEventsResolver",),
    "aws_lambda_powertools.event_handler.http_resolver": ("HttpResolver", "HttpResolverLocal"),
    "aws_lambda_powertools.event_handler.vpc_lattice": ("VPCLatticeResolver", "VPCLatticeV2Resolver"),
    "aws_lambda_powertools.utilities.jmespath_utils": (),
    "botocore.discovery": (
        "EndpointDiscoveryHandler",
        "EndpointDiscoveryManager",
        "block_endpoint_discovery_required_operations",
    ),
    "botocore.docs.bcdoc.restdoc": ("DocumentStructure",),
    "botocore.docs.method": ("document_model_driven_method",),
    "botocore.docs.paginator": ("document_paginate_method",),
    "botocore.docs.service": ("ServiceDocumenter",),
    "botocore.docs.waiter": ("document_wait_method",),
    "botocore.endpoint_provider": ("EndpointProvider", "S3_UNREFERENCED_PARAMS", "VALID_HOST_LABEL_RE"),
    "botocore.monitoring": (),
    "botocore.paginate": ("Paginator",),
    "botocore.retries.adaptive": (),
    "botocore.retries.standard": (),
    "botocore.waiter": (),
    "calendar": (),
    "configparser": (),
    "dateutil.parser": ("parse",),
    "dateutil.tz": ("tzlocal", "tzutc"),
    "email.header": (),
    "getpass": ("getpass",),
    "http.cookies": ("SimpleCookie",),
    "http.server": ("HTTPServer", "SimpleHTTPRequestHandler"),
    "importlib.metadata": ("version",),
    "ipaddress": ("IPv4Address", "IPv6Address", "ip_address"),
    "jmespath": (),
    "linecache": (),
    "mimetypes": (),
    "shlex": (),
    "shutil": ("rmtree",),
    "slack_bolt.context.assistant.assistant_utilities": ("AssistantUtilities",),
    "slack_bolt.context.assistant.thread_context": ("AssistantThreadContext",),
    "slack_bolt.context.assistant.thread_context_store.file": ("FileAssistantThreadContextStore",),
    "slack_bolt.context.assistant.thread_context_store.store": ("AssistantThreadContextStore",),
    "slack_bolt.context.get_thread_context": ("GetThreadContext",),
    "slack_bolt.context.get_thread_context.get_thread_context": ("GetThreadContext",),
    "slack_bolt.context.save_thread_context": ("SaveThreadContext",),
    "slack_bolt.context.say_stream": ("SayStream",),
    "slack_bolt.context.say_stream.say_stream": ("SayStream",),
    "slack_bolt.context.set_status": ("SetStatus",),
    "slack_bolt.context.set_status.set_status": ("SetStatus",),
    "slack_bolt.context.set_suggested_prompts": ("SetSuggestedPrompts",),
    "slack_bolt.context.set_suggested_prompts.set_suggested_prompts": ("SetSuggestedPrompts",),
    "slack_bolt.context.set_title": ("SetTitle",),
    "slack_bolt.middleware.assistant": ("Assistant",),
    "slack_bolt.middleware.assistant.assistant": ("Assistant",),
    "slack_bolt.oauth": ("OAuthFlow",),
    "slack_bolt.oauth.internals": ("select_consistent_installation_store",),
    "slack_bolt.oauth.oauth_settings": ("OAuthSettings",),
    "slack_bolt.workflows.step": ("WorkflowStep", "WorkflowStepMiddleware"),
    "slack_bolt.workflows.step.step": ("WorkflowStepBuilder",),
    "slack_sdk.models": ("JsonObject",),
    "slack_sdk.models.attachments": ("Attachment",),
    "slack_sdk.models.blocks": ("Block", "Option", "OptionGroup", "RichTextBlock"),
    "slack_sdk.models.messages": (),
    "slack_sdk.models.messages.chunk": ("Chunk", "MarkdownTextChunk"),
    "slack_sdk.models.metadata": ("EntityMetadata", "EventAndEntityMetadata", "Metadata"),
    "slack_sdk.models.views": ("View",),
    "slack_sdk.oauth": ("InstallationStore",),
    "slack_sdk.oauth.installation_store": ("InstallationStore",),
    "slack_sdk.oauth.installation_store.installation_store": ("InstallationStore",),
    "slack_sdk.oauth.installation_store.models": (),
    "slack_sdk.oauth.installation_store.models.bot": ("Bot",),
    "slack_sdk.oauth.installation_store.models.installation": ("Installation",),
    "slack_sdk.oauth.token_rotation": (),
    "slack_sdk.oauth.token_rotation.rotator": ("TokenRotator",),
    "slack_sdk.web.chat_stream": ("ChatStream",),
    "slack_sdk.webhook": ("WebhookClient", "WebhookResponse"),
    "subprocess": ("Popen",),
    "textwrap": (),
    "tokenize": (),
    "urllib3.filepost": ("_TYPE_FIELDS", "encode_multipart_formdata"),
    "urllib3.util.ssltransport": ("SSLTransport",),
}


_waiting: set[str] = set()  # modules that get a stand-in when they are next imported


def import_late() -> None:
    """Give each of these modules a stand-in when it is next imported. Those that are imported already stay."""
    _waiting.update(LATE.keys() - sys.modules.keys())
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)


class _Finder:
    """Finder of stand-ins. Each name is found once: after that, the real module is."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - the import system's own signature
        """Return the spec of a stand-in, or of a module in a package that had one; None for any other module."""
        if name in _waiting:
            _waiting.discard(name)
            return ModuleSpec(name, _Loader(_StandIn(name)), is_package=True)  # type: ignore[arg-type]  # all that is called
        package = name.rpartition(".")[0]
        if not isinstance(sys.modules.get(package), _StandIn):
            return None
        real = _real(package)
        if name in sys.modules:  # the package itself has imported it
            return ModuleSpec(name, _Loader(sys.modules[name]))  # type: ignore[arg-type]  # as above
        return PathFinder.find_spec(name, getattr(real, "__path__", None))


class _Loader:
    """Loader of a module that is there already."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - the import system's own signature
        """Return the module."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing but keep the module's own spec: there is no code to run."""
        module.__spec__ = self._spec or module.__spec__


_FINDER: Final = _Finder()


class _StandIn(ModuleType):
    """Stand-in for a module that nobody has used yet."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        if name in LATE[self.__name__]:
            return _Named(self.__name__, name)
        if name.startswith("__"):  # the import system asks for its own
            raise AttributeError(name)
        return getattr(_real(self.__name__), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set it on the real module too: the import system sets what it imports on the package that it began with."""
        super().__setattr__(name, value)
        if not isinstance(real := sys.modules.get(self.__name__, self), _StandIn):
            setattr(real, name, value)


class _Named:
    """One name of such a module. Whatever is done with it is done with the real one."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._called = module, name

    def _found(self) -> Any:  # noqa: ANN401 - a class or a function
        return getattr(_real(self._module), self._called)

    def __call__(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the real one
        return self._found()(*given, **named)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the real one
        if name.startswith("__"):  # `typing` asks for these, and takes the answer no
            raise AttributeError(name)
        return getattr(self._found(), name)

    def __iter__(self) -> Iterator[object]:
        return iter(self._found())

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (self._found(),)

    def __instancecheck__(self, instance: object) -> bool:
        # Nothing is an instance of a class whose module was never imported.
        return not isinstance(sys.modules.get(self._module), _StandIn) and isinstance(instance, self._found())


def _real(name: str) -> ModuleType:
    """Return the real module. The stand-ins of the packages that it is in, and of what is in it, make way too."""
    for each in list(LATE):
        if f"{name}.".startswith(f"{each}.") or each.startswith(f"{name}."):
            _waiting.discard(each)
            if isinstance(sys.modules.get(each), _StandIn):
                sys.modules.pop(each, None)
    return import_module(name)
