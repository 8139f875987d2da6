// The choice of the language. An address repeats the choice, so that all pages of the visit are in one language.
const chosenLanguage = new URLSearchParams(location.search).get("lang");

function inThisLanguage(address) {
  if (!chosenLanguage) return address;
  return `${address}${address.includes("?") ? "&" : "?"}lang=${encodeURIComponent(chosenLanguage)}`;
}

// Calls `keep` before the page is opened in another language.
function keepForOtherLanguages(keep) {
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => {
      link.hash = location.hash;
      keep();
    });
  }
}
