// The types that everything which the app sends to Slack must have, made of Slack's own (@slack/types, @slack/web-api).
// Slack's types take any object with a `type` as a block. Here each must be one of the known blocks, so that a property
// that its block does not have is an error.
import type { HomeView, KnownBlock, ModalView, Option, OptionGroup } from "@slack/types";
import type {
  AuthTestArguments,
  ChatDeleteArguments,
  ChatGetPermalinkArguments,
  ChatPostEphemeralArguments,
  ChatPostMessageArguments,
  ChatUpdateArguments,
  ConversationsHistoryArguments,
  ConversationsRepliesArguments,
  UsergroupsUsersListArguments,
  UsersInfoArguments,
  ViewsOpenArguments,
  ViewsPublishArguments,
  ViewsPushArguments,
  ViewsUpdateArguments,
} from "@slack/web-api";

type Each<T, Without extends PropertyKey> = T extends unknown ? Omit<T, Without> : never;
type Message<T> = Each<T, "blocks"> & { blocks?: KnownBlock[] };
type Modal = Omit<ModalView, "blocks"> & { blocks: KnownBlock[] };
type Home = Omit<HomeView, "blocks"> & { blocks: KnownBlock[] };
// A form carries every argument as text.
type InForm<T> = { [Name in keyof T]: string };
type Showing<T, View> = Each<T, "view"> & { view: View };

// Slack publishes no type for a message without its channel: docs.slack.dev/interactivity/handling-user-interaction.
type Answer = Message<Each<ChatPostMessageArguments, "channel" | "text" | "token">> & {
  text?: string;
  response_type?: "ephemeral" | "in_channel";
};

export interface Sent {
  "auth.test": AuthTestArguments;
  "chat.delete": ChatDeleteArguments;
  "chat.getPermalink": ChatGetPermalinkArguments;
  "chat.postEphemeral": Message<ChatPostEphemeralArguments>;
  "chat.postMessage": Message<ChatPostMessageArguments>;
  "chat.update": Message<ChatUpdateArguments>;
  "conversations.history": InForm<ConversationsHistoryArguments>;
  "conversations.replies": InForm<ConversationsRepliesArguments>;
  "usergroups.users.list": InForm<UsergroupsUsersListArguments>;
  "users.info": InForm<UsersInfoArguments>;
  "views.open": Showing<ViewsOpenArguments, Modal>;
  "views.publish": Showing<ViewsPublishArguments, Home>;
  "views.push": Showing<ViewsPushArguments, Modal>;
  "views.update": Showing<ViewsUpdateArguments, Modal>;
  response_url: Answer & { replace_original?: boolean; delete_original?: boolean };
  "answer to command": Answer;
  "answer to block_suggestion": { options: Option[] } | { option_groups: OptionGroup[] };
  // docs.slack.dev/surfaces/modals, "Handling and responding to interactions".
  "answer to view_submission":
    | { response_action: "clear" }
    | { response_action: "errors"; errors: Record<string, string> }
    | { response_action: "push" | "update"; view: Modal };
  // docs.slack.dev/legacy/legacy-dialogs, "Dynamic menus".
  "answer to dialog_suggestion": { options: { label: string; value: string }[] };
  // docs.slack.dev/reference/events/url_verification.
  "answer to url_verification": { challenge: string };
}
