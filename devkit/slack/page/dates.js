/**
 * Times in Slack's formats, in the reader's time zone.
 */

const part = (options) => new Intl.DateTimeFormat("en-US", options);
const CLOCK = part({ hour: "numeric", minute: "2-digit" });
const CLOCK_SECONDS = part({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const LONG = part({ weekday: "long", month: "long" });
const MONTH_LONG = part({ month: "long" });
const MONTH_SHORT = part({ month: "short" });

/** Returns a message's ts, `1732380000.000100`, as a Date. */
export function fromTs(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

export function clock(date) {
  return CLOCK.format(date);
}

function ordinal(day) {
  if (day >= 11 && day <= 13) return `${day}th`;
  return `${day}${{ 1: "st", 2: "nd", 3: "rd" }[day % 10] || "th"}`;
}

function daysAgo(date) {
  const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
}

/** Returns the word for a day near today, or "". */
function nearby(date) {
  return { "-1": "tomorrow", 0: "today", 1: "yesterday" }[daysAgo(date)] || "";
}

/** Returns the heading of a day: "Today", "Yesterday", "Monday, November 23rd". */
export function dayHeading(date) {
  const near = nearby(date);
  if (near) return near[0].toUpperCase() + near.slice(1);
  const [weekday, month] = [LONG.formatToParts(date).find((p) => p.type === "weekday").value, MONTH_LONG.format(date)];
  const year = date.getFullYear() === new Date().getFullYear() ? "" : `, ${date.getFullYear()}`;
  return `${weekday}, ${month} ${ordinal(date.getDate())}${year}`;
}

function ago(date) {
  const seconds = Math.round((Date.now() - date.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    if (Math.abs(seconds) >= size) return words.format(-Math.round(seconds / size), unit);
  }
  return words.format(-seconds, "second");
}

/** Returns a date in one of Slack's formats (`<!date^…^{date_short} at {time}|…>`); "" when the timestamp is not a number. */
export function slackDate(timestamp, format) {
  if (!Number.isFinite(timestamp)) return "";
  const date = new Date(timestamp * 1000);
  const [day, year] = [date.getDate(), date.getFullYear()];
  const weekday = part({ weekday: "long" }).format(date);
  const iso = `${year}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  const long = `${MONTH_LONG.format(date)} ${ordinal(day)}, ${year}`;
  const short = `${MONTH_SHORT.format(date)} ${day}, ${year}`;
  const near = nearby(date);
  const tokens = {
    date_num: iso,
    date_slash: `${date.getMonth() + 1}/${day}/${year}`,
    date: long,
    date_short: short,
    date_long: `${weekday}, ${long}`,
    date_pretty: near || long,
    date_short_pretty: near || short,
    date_long_pretty: near || `${weekday}, ${long}`,
    day_divider_pretty: near || `${weekday}, ${long}`,
    time: CLOCK.format(date),
    time_secs: CLOCK_SECONDS.format(date),
    ago: ago(date),
  };
  const words = format.replaceAll(/\{(\w+)\}/g, (whole, name) => tokens[name] ?? whole);
  return words && words[0].toUpperCase() + words.slice(1);
}
