/**
 * Slackbot's messages to one person about failures. Only the page keeps them: a reload removes them.
 */

export class Notes {
  constructor() {
    this.notes = []; // {user, channel, message}
    this.counts = new Map(); // user → number of known troubles
  }

  /** Returns the number of known troubles before there were `count`. Troubles before the page was opened are known. */
  known(user, count) {
    const before = this.counts.get(user) ?? count;
    this.counts.set(user, count);
    return Math.min(before, count);
  }

  /** Adds a message of Slackbot with `words` (mrkdwn) for `user` in `channel`, or in a thread of it. */
  add(user, channel, words, thread = null) {
    const ts = `${(Date.now() / 1000).toFixed(3)}${String(this.notes.length % 1000).padStart(3, "0")}`;
    const blocks = [{ type: "section", block_id: "note", text: { type: "mrkdwn", text: words } }];
    this.notes.push({
      user,
      channel,
      message: { ts, user: "USLACKBOT", name: "Slackbot", is_bot: false, text: words, blocks, ephemeral: true, ...(thread && { thread_ts: thread }) },
    });
  }

  in(user, channel) {
    return this.notes.filter((note) => note.user === user && note.channel === channel).map((note) => note.message);
  }
}
