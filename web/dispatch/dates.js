/**
 * Days and times by the boat's clock: those in `starts_at`, not converted to the browser's time zone.
 */

const LOCALE = "en-US";

function format(day, options) {
  return new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" }).format(day);
}

/** The local time in `starts_at`, as a Date whose UTC fields have that time. */
function wall(startsAt) {
  return new Date(`${startsAt.slice(0, 19)}Z`);
}

/** `"2026-05-23"`, the day on the boat's clock. */
export function dayOf(startsAt) {
  return startsAt.slice(0, 10);
}

/** `{weekday: "SAT", day: "23", month: "MAY"}`: a leaf of a calendar. */
export function leaf(startsAt) {
  const day = wall(startsAt);
  return {
    weekday: format(day, { weekday: "short" }),
    day: format(day, { day: "numeric" }),
    month: format(day, { month: "short" }),
  };
}

/**
 * `Today, 1:00 PM`, `Tomorrow, 6:00 PM` or `Sat, May 23, 1:00 PM`, with the year if it is not this one. With `dayOnly`
 * nobody knows the hour, and none is shown.
 */
export function when(startsAt, dayOnly = false, now = new Date()) {
  if (dayOnly) return dayWords(startsAt, now);
  const time = format(wall(startsAt), { hour: "numeric", minute: "2-digit" });
  return `${dayWords(startsAt, now)}, ${time}`;
}

function dayWords(startsAt, now) {
  const days = daysAhead(startsAt, now);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  const thisYear = new Date(now.getTime() + offsetOf(startsAt)).toISOString().slice(0, 4);
  const year = startsAt.slice(0, 4) === thisYear ? {} : { year: "numeric" };
  return format(wall(startsAt), { weekday: "short", month: "short", day: "numeric", ...year });
}

/** `Saturday, May 23` of `"2026-05-23"`. */
export function longDay(day) {
  return format(new Date(`${day}T00:00:00Z`), { weekday: "long", month: "long", day: "numeric" });
}

/** `6:30 PM` by the browser's clock, of milliseconds since 1970. */
export function clock(ms) {
  return new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit" }).format(new Date(ms));
}

/** The offset of the boat's clock in `startsAt`, in ms. */
function offsetOf(startsAt) {
  const offset = startsAt.match(/([+-])(\d\d):(\d\d)$/);
  return offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 : 0;
}

/** `1:05 PM`, of any moment, on the boat's clock of `startsAt`. */
export function boatTime(moment, startsAt) {
  return format(new Date(Date.parse(moment) + offsetOf(startsAt)), { hour: "numeric", minute: "2-digit" });
}

/** `May 23`, the day of any moment on the boat's clock of `startsAt`. */
export function boatDay(moment, startsAt) {
  return format(new Date(Date.parse(moment) + offsetOf(startsAt)), { month: "short", day: "numeric" });
}

/** How many days ahead an event is, on its boat's clock: 0 today, 1 tomorrow, -1 yesterday. */
export function daysAhead(startsAt, now = new Date()) {
  const today = new Date(now.getTime() + offsetOf(startsAt)).toISOString().slice(0, 10);
  return (Date.parse(dayOf(startsAt)) - Date.parse(today)) / 86_400_000;
}

/** `Sep 1, 2026` of `"2026-09-01"`. */
export function shortDay(day) {
  return format(new Date(`${day}T00:00:00Z`), { month: "short", day: "numeric", year: "numeric" });
}

/** The day that is so many days after `"2026-09-01"`, or before it. */
export function dayBeside(day, days) {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The first day of the month that is so many months after the one of `"2026-09-17"`, or before it. */
export function monthBeside(day, months) {
  const [year, month] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}
