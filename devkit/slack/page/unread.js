/**
 * How far each person has read each channel. Kept for the browser tab, so a reload forgets nothing.
 */

const KEPT = "workspace-read";

export class Unread {
  constructor() {
    this.read = new Map(JSON.parse(sessionStorage.getItem(KEPT) || "[]")); // "user/channel" → ts of the last message read
    this.since = sessionStorage.getItem(`${KEPT}-since`); // the newest ts when the tab was opened
  }

  /** `user` is looking at `current`: everything in it is read. */
  note(user, channels, current) {
    // What was there before the tab was opened is old news to everyone.
    this.since ??= String(Math.max(0, ...channels.flatMap(({ messages }) => messages.map(({ ts }) => Number(ts)))));
    sessionStorage.setItem(`${KEPT}-since`, this.since);
    const channel = channels.find((each) => each.id === current);
    const last = channel?.messages.at(-1)?.ts;
    if (!last || this.read.get(`${user}/${current}`) === last) return;
    this.read.set(`${user}/${current}`, last);
    sessionStorage.setItem(KEPT, JSON.stringify([...this.read]));
  }

  /** Channel id → how many messages of others came since. */
  counts(user, channels) {
    const since = (id) => Number(this.read.get(`${user}/${id}`) || this.since);
    const fresh = ({ id, messages }) =>
      messages.filter((message) => Number(message.ts) > since(id) && message.user !== user).length;
    return new Map(channels.map((channel) => [channel.id, fresh(channel)]));
  }
}
