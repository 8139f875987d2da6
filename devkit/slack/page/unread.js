/**
 * The last message that each person has read in each channel. Kept in the browser tab's storage.
 */

const KEPT = "workspace-read";

export class Unread {
  constructor() {
    this.read = new Map(JSON.parse(sessionStorage.getItem(KEPT) || "[]")); // "user/channel" → ts of the last message read
    this.since = sessionStorage.getItem(`${KEPT}-since`); // the newest ts when the tab was opened
  }

  /** Marks everything in `current`, the channel that `user` sees, as read. */
  note(user, channels, current) {
    // Messages from before the tab was opened count as read.
    this.since ??= String(Math.max(0, ...channels.flatMap(({ messages }) => messages.map(({ ts }) => Number(ts)))));
    sessionStorage.setItem(`${KEPT}-since`, this.since);
    const channel = channels.find((each) => each.id === current);
    const last = channel?.messages.at(-1)?.ts;
    if (!last || this.read.get(`${user}/${current}`) === last) return;
    this.read.set(`${user}/${current}`, last);
    sessionStorage.setItem(KEPT, JSON.stringify([...this.read]));
  }

  /** Returns a map of channel id → number of unread messages of others. */
  counts(user, channels) {
    const since = (id) => Number(this.read.get(`${user}/${id}`) || this.since);
    const fresh = ({ id, messages }) =>
      messages.filter((message) => Number(message.ts) > since(id) && message.user !== user).length;
    return new Map(channels.map((channel) => [channel.id, fresh(channel)]));
  }
}
