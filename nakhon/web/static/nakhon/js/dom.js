// Two small things that every part needs: finding elements, and knowing a design token's colour as the canvas needs it.

/** Elements that match within ``root``, the root itself included. */
export const every = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];

/** The colour of a design token where ``element`` stands, as "rgb(r, g, b)": canvases understand neither var() nor oklch(). */
export function colour(name, element = document.documentElement) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(--${name})`;
  element.append(probe);
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = getComputedStyle(probe).color;
  context.fillRect(0, 0, 1, 1);
  probe.remove();
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${r}, ${g}, ${b})`;
}
