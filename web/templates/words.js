// The words of the page's language, which the server wrote into the page. {names} in braces are filled in.
const words = JSON.parse(document.querySelector("main").dataset.words);

const word = (key, facts = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);

// The words for a number: the key with `_one` is said of one.
const counted = (key, count, facts = {}) => word(count === 1 ? `${key}_one` : key, { count, ...facts });

// The same as `word`, as nodes and texts: facts may be lists of both.
const wordNodes = (key, facts) => words[key].split(/(\{\w+\})/).filter(Boolean).flatMap((part) => {
  const name = /^\{(\w+)\}$/.exec(part)?.[1];
  return name ? facts[name] : part;
});
