// The signature pad. Strokes are in the pad's own coordinates, so turning the phone does not change them.
const MOST_POINTS = 6000; // with the curves' middles, 170 KB of path

const rounded = (number) => Math.round(number * 10) / 10;
const point = ([x, y]) => `${rounded(x)} ${rounded(y)}`;

function strokePath(stroke) {
  const [first] = stroke;
  if (stroke.length < 3) return `M${point(first)}L${point(stroke.at(-1))}`;
  const curves = stroke.slice(1, -1).map((here, at) => {
    const next = stroke[at + 2];
    return `Q${point(here)} ${point([(here[0] + next[0]) / 2, (here[1] + next[1]) / 2])}`;
  });
  return `M${point(first)}${curves.join("")}L${point(stroke.at(-1))}`;
}

function makePad(svg, ink, { width, height, changed }) {
  let strokes = [];
  let restored = "";
  let current = null;

  const within = (value, most) => Math.min(Math.max(value, 0), most);
  const place = (event) => {
    // The drawing fills the box inside the border.
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left - svg.clientLeft) / (svg.clientWidth || box.width);
    const y = (event.clientY - box.top - svg.clientTop) / (svg.clientHeight || box.height);
    return [within(x * width, width), within(y * height, height)];
  };
  const path = () => restored + strokes.map(strokePath).join("");
  const draw = () => {
    const count = strokes.length + (restored ? 1 : 0);
    ink.setAttribute("d", path());
    svg.setAttribute("aria-label", word(count ? "drawn" : "nothing_drawn"));
    changed(count);
  };
  const room = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0) < MOST_POINTS;
  const extend = (event) => {
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = place(each);
      const [lastX, lastY] = current.at(-1);
      if (room() && Math.hypot(x - lastX, y - lastY) >= 1.5) current.push([x, y]);
    }
  };

  svg.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || svg.closest(":disabled") || !room()) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    current = [place(event)];
    strokes.push(current);
    draw();
    svg.dispatchEvent(new Event("input", { bubbles: true }));
  });
  svg.addEventListener("pointermove", (event) => {
    if (!current || !event.isPrimary) return;
    extend(event);
    draw();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    svg.addEventListener(end, () => { current = null; });
  }

  return {
    path,
    undo() { if (strokes.length) strokes.pop(); else restored = ""; draw(); },
    clear() { strokes = []; restored = ""; draw(); },
    restore(kept) { strokes = []; restored = kept; draw(); },
  };
}
