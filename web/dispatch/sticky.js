/**
 * Keeps the bars that stay on screen small: together they take at most 30 % of its height, however large the text is or
 * however far somebody zooms in. A bar that would take more scrolls with the page.
 */
const MOST = 0.3;

/** The bars by their weight: the first one stays if only one can. */
const BARS = [
  ["#tray", "is-tray-loose"],
  [".bar", "is-bar-loose"],
];

/** Measures the bars now, and whenever one of them or the window changes its size. */
export function watchBars() {
  const found = BARS.map(([selector, loose]) => [document.querySelector(selector), loose]).filter(([bar]) => bar);
  const measure = () => {
    let left = innerHeight * MOST;
    for (const [bar, loose] of found) {
      const fits = bar.offsetHeight <= left;
      document.documentElement.classList.toggle(loose, !fits);
      if (fits) left -= bar.offsetHeight;
    }
    for (const sheet of document.querySelectorAll(".sheet")) fixEnds(sheet);
  };
  const watching = new ResizeObserver(measure);
  for (const [bar] of found) watching.observe(bar);
  for (const part of document.querySelectorAll(".sheet-head, .sheet-foot")) watching.observe(part);
  addEventListener("resize", measure);
  measure();
}

/** Lets the whole of a dialog scroll where its head and its buttons would take too much of the screen. */
function fixEnds(sheet) {
  const ends = [...sheet.querySelectorAll(".sheet-head, .sheet-foot")];
  const height = ends.reduce((sum, end) => sum + end.offsetHeight, 0);
  sheet.classList.toggle("is-loose", height > innerHeight * MOST);
}
