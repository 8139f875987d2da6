/**
 * What Slackbot tells one person: a command that failed, a line that broke. Kept by the page only, gone when it is reloaded.
 */

export class Notes {
  constructor() {
    this.notes = []; // {user, channel, message}
    this.counts = new Map(); // user → how many troubles were heard
  }

  /** How many troubles this person had heard before there were `count`. What happened before the page was opened counts as heard. */
  heard(user, count) {
    const before = this.counts.get(user) ?? count;
    this.counts.set(user, count);
    return Math.min(before, count);
  }

  /** Slackbot says `words` (mrkdwn) to `user` in `channel`. */
  add(user, channel, words) {
    const ts = `${(Date.now() / 1000).toFixed(3)}${String(this.notes.length % 1000).padStart(3, "0")}`;
    const blocks = [{ type: "section", block_id: "note", text: { type: "mrkdwn", text: words } }];
    this.notes.push({
      user,
      channel,
      message: { ts, user: "USLACKBOT", name: "Slackbot", is_bot: false, text: words, blocks, ephemeral: true },
    });
  }

  in(user, channel) {
    return this.notes.filter((note) => note.user === user && note.channel === channel).map((note) => note.message);
  }
}
