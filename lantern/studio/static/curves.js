"use strict";
// Learning curves that grow while a sweep runs.

const SVG = "http://www.w3.org/2000/svg";
function shape(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Draw the learning curves so far: share of success against steps, with intervals where there are any. */
function drawCurves(status) {
  if (!status.curves.length) return;
  const W = Math.min(640, $("curves").clientWidth || 640), H = 320, left = 52, right = 12, top = 12, bottom = 44;
  const x = (step) => left + (W - left - right) * step / status.budget;
  const y = (share) => H - bottom - (H - top - bottom) * share;
  const svg = shape("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": "Learning curves so far" });
  const style = (colour) => `fill:var(${colour});font-size:12px`;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(shape("path", { d: `M${left} ${y(share)}H${W - right}`, style: "stroke:var(--rule)" }),
      shape("text", { x: left - 8, y: y(share) + 4, "text-anchor": "end", style: style("--muted") }, `${100 * share}%`));
  }
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const step = part * status.budget;
    svg.append(shape("text", { x: x(step), y: H - bottom + 18, "text-anchor": part === 1 ? "end" : "middle", style: style("--muted") }, step >= 1000 ? `${step / 1000}k` : step));
  }
  svg.append(shape("text", { x: (left + W - right) / 2, y: H - 6, "text-anchor": "middle", style: style("--muted") }, "environment steps"),
    shape("text", { x: 13, y: (H - bottom) / 2, "text-anchor": "middle", transform: `rotate(-90 13 ${(H - bottom) / 2})`, style: style("--muted") }, "greedy success rate"),
    shape("path", { d: `M${left} ${y(status.threshold)}H${W - right}`, style: "stroke:var(--muted);stroke-dasharray:2 4" }));
  for (const curve of status.curves) {
    const points = curve.step.map((step, index) => `${x(step).toFixed(1)} ${y(curve.estimate[index]).toFixed(1)}`);
    if (curve.low) {
      const up = curve.step.map((step, index) => `${x(step).toFixed(1)} ${y(curve.high[index]).toFixed(1)}`);
      const down = curve.step.map((step, index) => `${x(step).toFixed(1)} ${y(curve.low[index]).toFixed(1)}`).reverse();
      svg.append(shape("path", { d: `M${up.join("L")}L${down.join("L")}Z`, style: `fill:var(${curve.colour});fill-opacity:.15` }));
    }
    svg.append(shape("path", { d: `M${points.join("L")}`, fill: "none", style: `stroke:var(${curve.colour});stroke-width:${curve.width};stroke-dasharray:${curve.dash.join(" ") || "none"}` }));
  }
  $("curves").replaceChildren(svg);
  $("curve-legend").replaceChildren(...status.curves.map((curve) => {
    const key = shape("svg", { viewBox: "0 0 34 14", width: 34, height: 14, class: "swatch" });
    key.append(shape("path", { d: "M1 7H33", style: `stroke:var(${curve.colour});stroke-width:${curve.width};stroke-dasharray:${curve.dash.join(" ") || "none"}` }));
    return make("li", {}, key, `${curve.agent} (${curve.seeds})`);
  }));
}
