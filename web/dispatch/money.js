/**
 * Amounts: text with two decimals in the API, whole cents in sums.
 */

const SIGNS = { USD: "$", EUR: "€", GBP: "£" };
const LONG_SIGNS = { USD: "US$" }; // the code and the sign, as some write them
const NUMBER = /^(-?)(?:([1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.(\d+))?|\.(\d+))$/;
const LARGEST = 100_000_00;
const LONGEST_TYPED = 40;

/** `"-5.00"` → -500. */
export function cents(text) {
  const [whole, decimals = ""] = text.replace("-", "").split(".");
  const count = Number(whole) * 100 + Number(decimals.padEnd(2, "0"));
  return text.startsWith("-") ? -count : count;
}

/** 12550 → `"125.50"`, as in amount fields and the API. */
export function plain(count) {
  const [whole, rest] = [Math.floor(Math.abs(count) / 100), Math.abs(count) % 100];
  return `${count < 0 ? "-" : ""}${whole}.${String(rest).padStart(2, "0")}`;
}

/** `$1,250.00`, `-$5.00`, or `1,250.00 SEK` for a currency without a sign of its own. */
export function money(count, currency) {
  const [whole, rest] = plain(Math.abs(count)).split(".");
  const digits = `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${rest}`;
  const minus = count < 0 ? "-" : "";
  return SIGNS[currency] ? `${minus}${SIGNS[currency]}${digits}` : `${minus}${digits} ${currency}`;
}

/**
 * The typed amount as `{text: "120.00"}`, or `{trouble}` with the sentence that the API would answer. So a payment that
 * is kept offline is checked while its patron is still there.
 */
export function readAmount(typed, currency) {
  if (!typed.trim()) return { trouble: "Write the amount, like 125 or 1,250.00." };
  const number = typed.length <= LONGEST_TYPED && withoutCurrency(typed, currency).match(NUMBER);
  if (!number)
    return { trouble: `“${typed.trim()}” is not an amount in ${currency}. Write one number, like 125 or 1,250.00.` };
  const [, minus, whole = "0", after, alone = ""] = number;
  const decimals = after ?? alone;
  if (decimals.length > 2) return { trouble: "Write at most two decimals, like 125.50." };
  const count = whole.length > 9 ? Infinity : cents(`${whole.replaceAll(",", "")}.${decimals}`);
  if (minus || count <= 0 || count > LARGEST) return { trouble: "The amount must be above 0 and at most 100,000.00." };
  return { text: plain(count) };
}

function withoutCurrency(typed, currency) {
  let bare = typed.replace(/\p{Cf}/gu, "").trim(); // copied amounts may contain invisible characters
  for (const sign of new Set([currency, LONG_SIGNS[currency] ?? currency, SIGNS[currency] ?? currency])) {
    if (bare.toUpperCase().endsWith(sign)) bare = bare.slice(0, -sign.length).trimEnd();
    else if (bare.toUpperCase().startsWith(sign)) bare = bare.slice(sign.length).trimStart();
  }
  return bare;
}
