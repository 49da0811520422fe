"use strict";
(() => {
  const form = document.getElementById("filters");
  const items = [...document.querySelectorAll("[data-tile], [data-card]")];
  const groups = [...document.querySelectorAll("[data-group]")].reverse();

  function passes(facts, wanted) {
    const verdicts = facts.verdict.split(" ");
    return (!wanted.paper || facts.paper === wanted.paper)
      && (!wanted.panel || facts.panel === wanted.panel)
      && (!wanted.environment || facts.environment === wanted.environment)
      && (!wanted.fragile || facts.fragile === "yes")
      && (!wanted.verdict || verdicts.includes(wanted.verdict)
        || (wanted.verdict === "run" && verdicts.some((name) => name !== "not-run")));
  }

  function filter() {
    const wanted = Object.fromEntries(new FormData(form));
    const any = Object.values(wanted).some(Boolean);
    let found = 0;
    for (const item of items) {
      item.hidden = !passes(item.dataset, wanted);
      item.style.display = item.hidden ? "none" : "";
      found += "tile" in item.dataset && !item.hidden;
    }
    for (const group of groups) {
      const inside = group.querySelectorAll("[data-tile], [data-card]");
      group.hidden = any && ![...inside].some((item) => !item.hidden);
    }
    document.getElementById("found").textContent = any ? `${found} claims` : "";
  }

  function showTarget() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) { form.reset(); filter(); }
    for (const place of target.closest(".panel")?.querySelectorAll("[data-plots]") ?? []) show(place);
    for (let place = target; place; place = place.parentElement) if (place.tagName === "DETAILS") place.open = true;
    target.scrollIntoView();
  }

  if (form) {  /* a comparison has none */
    form.hidden = false;
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
  }
  addEventListener("hashchange", showTarget);

  /* A value of a line at any x between its ends, so that one cursor reads all lines. */
  function at(xs, ys, x) {
    if (xs.length === 1) return ys[0];
    if (x < xs[0] || x > xs[xs.length - 1]) return null;
    let low = 0, high = xs.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (xs[middle] <= x) low = middle; else high = middle; }
    if (ys[low] === null || ys[high] === null) return null;
    const share = xs[high] === xs[low] ? 0 : (x - xs[low]) / (xs[high] - xs[low]);
    return ys[low] + share * (ys[high] - ys[low]);
  }

  const shown = (_, value) => (value === null || value === undefined ? "-" : Number(value.toPrecision(4)).toLocaleString("en"));

  const tick = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

  function columns(plot, alone) {
    const xs = [...new Set(plot.lines.flatMap((line) => line.x))].sort((a, b) => a - b);
    const data = [xs], series = [{ label: plot.x, value: shown }], bands = [];
    const add = (x, y, options) => { data.push(xs.map((value) => at(x, y, value))); series.push({ spanGaps: true, points: { show: false }, value: shown, ...options }); };
    for (const line of plot.lines) {
      const level = line.x.length === 1 || line.old ? [6, 4] : undefined;
      add(line.x, line.y, { label: line.label, stroke: line.colour, width: 2, dash: level });
      if (line.low.some((value) => value !== null)) {
        const place = data.length, edge = { label: "", stroke: "transparent", width: 0, legend: false };
        add(line.x, line.high, edge); add(line.x, line.low, edge);
        bands.push({ series: [place, place + 1], fill: line.colour + "26" });
      }
      for (const seed of alone ? line.seeds : []) {
        add(seed.x || line.x, seed.y, { label: `${line.label}, seed ${seed.seed}`, stroke: line.colour + "99", width: 1, legend: false });
      }
    }
    return { data, series, bands };
  }

  /* What a mouse does, for who has none. */
  function listen(chart, title, xs) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -xs.length, End: xs.length }, spans = { "+": 0.25, "-": 1 };
    const first = xs[0], last = xs[xs.length - 1];
    let place = -1;
    chart.over.tabIndex = 0;
    chart.over.setAttribute("role", "application");
    chart.over.setAttribute("aria-label", `${title}. Arrow keys read values, plus and minus zoom, Escape shows all.`);
    chart.root.querySelector(".u-legend").setAttribute("aria-live", "polite");
    chart.over.addEventListener("keydown", (event) => {
      if (event.key in steps) {
        place = Math.min(Math.max(place + steps[event.key], 0), xs.length - 1);
      } else if (event.key in spans) {
        const { min, max } = chart.scales.x, middle = xs[place] ?? (min + max) / 2, half = (max - min) * spans[event.key];
        chart.setScale("x", { min: Math.max(first, middle - half), max: Math.min(last, middle + half) });
      } else if (event.key === "Escape") {
        chart.setScale("x", { min: first, max: last });
      } else return;
      event.preventDefault();
      if (place >= 0) chart.setCursor({ left: chart.valToPos(xs[place], "x"), top: 0 });
    });
  }

  /* Boxes come first: how wide one is depends on how many there are. */
  function frame(place, plot) {
    const box = document.createElement("div"), head = document.createElement("p"), canvas = document.createElement("div");
    box.className = "plot";
    head.textContent = `${plot.title}; ${plot.y}. Drag to zoom, double-click for all. `;
    box.append(head, canvas);
    place.append(box);
    let chart = null;
    const width = () => Math.max(240, box.clientWidth - 16);
    const redraw = (alone) => {
      if (chart) chart.destroy();
      const { data, series, bands } = columns(plot, alone);
      const axis = { size: 56, values: (_, ticks) => ticks.map((value) => tick.format(value)) };
      chart = new uPlot({
        width: width(), height: 260, series, bands, scales: { x: { time: false } },
        axes: [{ label: plot.x, space: 70, values: axis.values }, axis],
        cursor: { drag: { x: true, y: false } },
      }, data, canvas);
      const rows = chart.root.querySelectorAll(".u-series");
      listen(chart, plot.title, data[0]);
      series.forEach((one, i) => { if (one.legend === false && rows[i]) rows[i].style.display = "none"; });
    };
    if (plot.lines.some((line) => line.seeds.length)) {
      const label = document.createElement("label"), box_ = document.createElement("input");
      box_.type = "checkbox";
      box_.addEventListener("change", () => redraw(box_.checked));
      label.append(box_, " single seeds");
      head.append(label);
    }
    addEventListener("resize", () => chart.setSize({ width: width(), height: 260 }));
    return () => redraw(false);
  }

  /* Curves are drawn when somebody comes near them, and room is kept for them until then. */
  const waiting = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) show(target);
  }, { rootMargin: "400px" });

  function show(place) {
    waiting.unobserve(place);
    if (place.dataset.shown) return;
    place.dataset.shown = "yes";
    JSON.parse(document.getElementById(place.dataset.plots).textContent)
      .map((plot) => frame(place, plot)).forEach((draw) => draw());
  }

  for (const place of document.querySelectorAll("[data-plots]")) {
    place.style.minHeight = "20rem";
    waiting.observe(place);
  }
  showTarget();
})();
