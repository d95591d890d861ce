"use strict";
(() => {
  const root = document.documentElement;
  window.addEventListener("error", (event) => { root.dataset.error = event.message; });

  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const STEPS = 1295; // two letters of base 36
  const FRAME = { left: 62, right: 446, top: 12, bottom: 312 };
  let picked = null;

  // Elements -------------------------------------------------------------------------------------

  function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    return fill(node, attributes, children);
  }

  function drawing(name, attributes = {}, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    return fill(node, attributes, children);
  }

  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  // The picked box -------------------------------------------------------------------------------

  const share = (value) => (value === null ? "not known" : value.toFixed(3));
  const limitsOf = (box) => box.limits.map((position) => data.limits[position]);

  function pick(index) {
    const wanted = Math.max(0, Math.min(data.boxes.length - 1, index));
    if (wanted === picked) return;
    picked = wanted;
    byId("slider").value = picked;
    moveRing();
    describe();
    drawLimits();
    drawProjection();
    offerDownload();
  }

  function goTo(index) { // the address can be mailed: star.html#23
    pick(index);
    location.replace("#" + picked);
  }

  function pickFromAddress() {
    const match = /^#(\d+)$/.exec(location.hash);
    pick(match ? Number(match[1]) : data.chosen);
  }

  function moveRing() {
    const point = document.querySelector(`[data-box="${picked}"]`);
    const ring = byId("ring");
    ring.style.display = point ? "" : "none";
    for (const name of point ? ["cx", "cy"] : []) ring.setAttribute(name, point.getAttribute(name));
  }

  function describe() {
    const box = data.boxes[picked];
    const [coverage, density, mass, coverageRuns, densityRuns, massRuns] = box.scores;
    const n = box.limits.length;
    const text =
      `Box ${picked} (of 0 to ${data.boxes.length - 1}): density ${share(density)}, ` +
      `coverage ${share(coverage)}, mass ${share(mass)} by the teacher\u2019s estimate; ` +
      `${n} restricted input${n === 1 ? "" : "s"}.`;
    byId("status").textContent = text;
    byId("slider").setAttribute("aria-valuetext", text);
    byId("standing").textContent = standing() +
      `In-sample: density ${share(densityRuns)}, coverage ${share(coverageRuns)}, mass ${share(massRuns)}.`;
    byId("rule").textContent = box.rule;
    byId("done").textContent = "";
  }

  function standing() {
    const parts = [];
    if (picked === data.chosen) parts.push("This is the chosen box.");
    if (picked === data.certified) parts.push("It is certified.");
    else if (data.certified !== null) parts.push(`Not certified: the certificate is for box ${data.certified}.`);
    return parts.map((part) => part + " ").join("");
  }

  function drawLimits() {
    const rows = limitsOf(data.boxes[picked]).map(([position, clause, segments, gap]) => {
      const input = data.inputs[position];
      const bars = segments.map(([from, to]) =>
        drawing("rect", { x: from, y: 0, width: Math.max(to - from, 6), height: 12 }));
      return element("div", { class: "limit" },
        element("p", {}, clause, element("span", {}, input.description)),
        drawing("svg", { viewBox: `0 0 ${STEPS} 12`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars),
        element("p", {}, element("span", {}, input.extent), element("span", {}, gap)));
    });
    if (!rows.length) rows.push(element("p", { class: "note" }, "No input is restricted: this box is the whole space."));
    byId("limits").replaceChildren(...rows);
  }

  // The runs on two inputs -----------------------------------------------------------------------

  const columns = data.runs.columns.map((text) =>
    Array.from({ length: text.length / 2 }, (_, row) => parseInt(text.slice(2 * row, 2 * row + 2), 36)));
  const isCase = Array.from(data.runs.cases, (digit) => digit === "1");
  const across = (step) => FRAME.left + ((FRAME.right - FRAME.left) * step) / STEPS;
  const up = (step) => FRAME.bottom - ((FRAME.bottom - FRAME.top) * step) / STEPS;
  const inside = (segments, step) => segments.some(([from, to]) => from <= step && step <= to);

  function drawProjection() {
    const x = byId("across").selectedIndex, y = byId("up").selectedIndex;
    if (x < 0 || y < 0) return;
    const limits = limitsOf(data.boxes[picked]);
    const admitted = (position) => (limits.find((limit) => limit[0] === position) || [0, "", [[0, STEPS]]])[2];
    const hidden = limits.filter(([position]) => position !== x && position !== y);
    const near = (row) => hidden.every(([position, , segments]) => inside(segments, columns[position][row]));
    byId("projection").replaceChildren(
      ...frame(x, y), ...rectangles(admitted(x), admitted(y)), ...points(x, y, false, near), ...points(x, y, true, near));
    byId("meanings").textContent = [x, y].filter((position, turn) => turn === 0 || x !== y)
      .map((position) => data.inputs[position]).filter((input) => input.description)
      .map((input) => `${input.name}: ${input.description}.`).join(" ");
  }

  function rectangles(xSegments, ySegments) {
    return xSegments.flatMap(([left, right]) => ySegments.map(([low, high]) => drawing("rect", {
      class: "box", x: across(left), width: across(right) - across(left), y: up(high), height: up(low) - up(high),
    })));
  }

  function points(x, y, wanted, near) {
    return isCase.flatMap((flag, row) => (flag !== wanted ? [] : [drawing("circle", {
      class: (flag ? "case" : "other") + (near(row) ? "" : " far"),
      cx: across(columns[x][row]).toFixed(1), cy: up(columns[y][row]).toFixed(1), r: flag ? 3.2 : 3,
    })]));
  }

  function frame(x, y) {
    const middle = (FRAME.top + FRAME.bottom) / 2;
    const marks = [drawing("rect", {
      class: "frame", x: FRAME.left, y: FRAME.top, width: FRAME.right - FRAME.left, height: FRAME.bottom - FRAME.top,
    })];
    for (const [step, text] of data.inputs[x].ticks) {
      marks.push(drawing("text", { x: across(step), y: FRAME.bottom + 17, "text-anchor": "middle" }, short(text)));
    }
    for (const [step, text] of data.inputs[y].ticks) {
      marks.push(drawing("text", { x: FRAME.left - 6, y: up(step) + 4, "text-anchor": "end" }, short(text)));
    }
    marks.push(drawing("text", { class: "axis", x: (FRAME.left + FRAME.right) / 2, y: 352, "text-anchor": "middle" }, short(data.inputs[x].title, 44)));
    marks.push(drawing("text", { class: "axis", x: 14, y: middle, "text-anchor": "middle", transform: `rotate(-90 14 ${middle})` }, short(data.inputs[y].title, 36)));
    return marks;
  }

  const short = (text, most = 9) => (text.length > most ? text.slice(0, most - 1) + "\u2026" : text);

  // Taking a box away ----------------------------------------------------------------------------

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      byId("done").textContent = "Copied.";
    } catch (error) { // an older browser, or no permission: let the reader copy it
      window.prompt("Copy with Ctrl+C:", text);
    }
  }

  function regionText() { // what Box.to_json writes, from the parts of its limits
    const region = structuredClone(data.region);
    for (const limit of limitsOf(data.boxes[picked])) {
      const name = data.inputs[limit[0]].name;
      for (const [key, value] of Object.entries(limit[4])) region[key][name] = value;
    }
    return JSON.stringify(region, null, 1);
  }

  function offerDownload() {
    byId("download").href = "data:application/json;charset=utf-8," + encodeURIComponent(regionText());
    byId("download").download = `region-${picked}.json`;
  }

  // Start ----------------------------------------------------------------------------------------

  function clickCurve(event) { // the nearest point: no small targets
    const svg = byId("curve");
    const corner = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / corner.width;
    const x = (event.clientX - corner.left) * scale, y = (event.clientY - corner.top) * scale;
    const distance = (point) => Math.hypot(point.getAttribute("cx") - x, point.getAttribute("cy") - y);
    const nearest = Array.from(svg.querySelectorAll("[data-box]")).reduce((best, point) =>
      (best === null || distance(point) < distance(best) ? point : best), null);
    if (nearest) goTo(Number(nearest.dataset.box));
  }

  root.classList.add("js");
  for (const [id, position] of [["across", data.pair[0]], ["up", data.pair[1] ?? data.pair[0]]]) {
    byId(id).append(...data.inputs.map((input) => element("option", {}, input.title)));
    byId(id).selectedIndex = position ?? -1;
    byId(id).addEventListener("change", drawProjection);
  }
  byId("drawn").textContent = data.runs.sentence;
  byId("slider").addEventListener("input", () => pick(Number(byId("slider").value)));
  byId("slider").addEventListener("change", () => goTo(picked)); // browsers refuse an address a pixel
  byId("previous").addEventListener("click", () => goTo(picked - 1));
  byId("next").addEventListener("click", () => goTo(picked + 1));
  byId("choice").addEventListener("click", () => goTo(data.chosen));
  byId("curve").addEventListener("click", clickCurve);
  byId("copy-rule").addEventListener("click", () => copy(data.boxes[picked].rule));
  byId("copy-python").addEventListener("click", () => copy(`box = found.trajectory[${picked}]`));
  window.addEventListener("hashchange", pickFromAddress);
  pickFromAddress();
  root.dataset.ready = "yes";
})();
