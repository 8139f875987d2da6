/**
 * Comparison of names as in `charter/names.py`, for the searches of this page. A test compares the two.
 */

const APOSTROPHES = /['`\u00b4’‘‚‛′‵❛❜＇｀ʹʻʼʽʾʿˈˊˋ\u0384\u1fbd\u1fbf\u1fcd-\u1fcf\u1fdd-\u1fdf\u1ffd\u1ffe՚׳ߴߵꞋꞌ]/gu;
const BLANKS = /[\u115f\u1160\u2800\u3164\uffa0\ufffc\u{13441}\u{13442}\u{1d159}]/gu; // characters without ink
const UNSEEN = /[\p{Cf}\p{Cs}\u17b4\u17b5\u0640]/gu;
const COMMAS = /[,，﹐︐،、､︑﹑]/u;
const APART = /[\s,，﹐︐،、､︑﹑]+/u;
const LETTERS = {
  ...{ ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ŧ: "t", ı: "i", ȷ: "j", ŋ: "n", ĸ: "k" },
  ...{ ɓ: "b", ɗ: "d", ɖ: "d", ƙ: "k", ƴ: "y", ə: "e", ǝ: "e", ɛ: "e", ɔ: "o", ɵ: "o", ɨ: "i", ʉ: "u", ƀ: "b" },
  ...{ ȼ: "c", ɇ: "e", ǥ: "g", ƚ: "l", ɫ: "l", ɍ: "r", ⱥ: "a", ⱦ: "t", ƶ: "z", ɏ: "y", ς: "σ" },
  ...{ "\u06cc": "\u064a", "\u0649": "\u064a", "\u06a9": "\u0643" },
};
// Marks that a reader may leave out; vowel signs of Indic scripts and the voicing marks of Japanese make other names.
const MARKS =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u180b-\u180d\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u{e0100}-\u{e01ef}]/gu;
const SUFFIXES = new Set(["jr", "sr", "ii", "iii", "iv", "esq", "md", "m d", "phd", "ph d"]);

const MOST_KEPT = 4096;
const kept = new Map(); // a search folds the same names at every keystroke

/** `O’Hara, Pat` and `PAT O'HARA` are both `pat ohara`. */
export function fold(text) {
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const name = inOrder(text);
  kept.set(text, name);
  return name;
}

function inOrder(text) {
  const pieces = text.split(COMMAS).map(plainName).filter(Boolean);
  const later = pieces.slice(1);
  const suffixes = later.filter((piece) => SUFFIXES.has(piece));
  const named = [...pieces.slice(0, 1), ...later.filter((piece) => !SUFFIXES.has(piece))];
  if (named.length === 2) named.reverse(); // a last name, and a first name behind its comma
  return [...named, ...suffixes].join(" ");
}

/** True if `text` contains each word of `query`. */
export function contains(query, text) {
  return searched(query)(folded(text));
}

/** A text as `searched` looks at it; worth keeping where it is searched at each keystroke. */
export function folded(text) {
  return { text, name: fold(text) };
}

/** A function that tells whether a folded text contains each word of `query`. */
export function searched(query) {
  const words = query.split(APART).map(fold).filter(Boolean);
  const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(query.replace(BLANKS, ""));
  if (words.length === 0 && visible) return ({ text }) => text.includes(query.trim()); // signs alone, like 🚤
  return ({ name }) => words.every((word) => name.includes(word));
}

function plainName(text) {
  const shown = text.replace(APOSTROPHES, "").replace(BLANKS, " ").replace(UNSEEN, "");
  const plain = plainLetters(lower(shown.normalize("NFKC")));
  const bare = plainLetters(plain.normalize("NFKD").replace(MARKS, "")).replace(APOSTROPHES, "").replace(UNSEEN, "");
  const words = bare.replace(BLANKS, " ").normalize("NFC").split(/[^\p{L}\p{N}\p{M}]+/u);
  return words.filter((word) => /[\p{L}\p{N}]/u.test(word)).join(" ");
}

/** Lower case in which ß is ss, as `str.casefold` has it. */
function lower(text) {
  return text.toLowerCase().toUpperCase().toLowerCase();
}

function plainLetters(text) {
  return [...text].map((letter) => LETTERS[letter] ?? letter).join("");
}
