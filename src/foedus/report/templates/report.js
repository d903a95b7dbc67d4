"use strict";
(() => {
  const page = document, root = page.documentElement;
  const all = (selector, within = page) => [...within.querySelectorAll(selector)];
  root.classList.add("js");

  // Tooltips: a mark's label, shown beside it. The label is text and is never read as markup.
  const tip = page.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  page.body.append(tip);
  const markAt = (target) => (target instanceof Element ? target.closest("svg .mark") : null);
  const show = (mark, at) => {
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    const box = mark.getBoundingClientRect();
    const x = at ? at.clientX : Math.min(Math.max(box.left + box.width / 2, 0), root.clientWidth);
    const y = at ? at.clientY : Math.max(box.top, 0);
    const left = Math.min(Math.max(8, x - tip.offsetWidth / 2), root.clientWidth - tip.offsetWidth - 8);
    const above = y - tip.offsetHeight - 14;
    tip.style.left = left + scrollX + "px";
    tip.style.top = (above > 4 ? above : y + 22) + scrollY + "px";
  };
  const hide = () => { tip.hidden = true; };
  page.addEventListener("pointermove", (event) => {
    const mark = markAt(event.target);
    if (mark) show(mark, event); else if (!markAt(page.activeElement)) hide();
  });
  page.addEventListener("pointerdown", (event) => {
    const mark = markAt(event.target);
    if (mark) show(mark, event); else hide();
  });
  page.addEventListener("focusin", (event) => {
    const mark = markAt(event.target);
    if (mark && mark.matches(":focus-visible")) show(mark); else if (!mark) hide();
  });

  // A drawing is one stop of the tab key; the arrow keys step through its marks.
  for (const drawing of all(".drawing svg")) {
    const marks = all(".mark", drawing);
    marks.forEach((mark, index) => mark.setAttribute("tabindex", index ? "-1" : "0"));
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const at = marks.indexOf(page.activeElement);
      if (event.key === "Escape") hide();
      if (!step || at < 0) return;
      event.preventDefault();
      const next = marks[(at + step + marks.length) % marks.length];
      marks[at].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  // Choosing a state on a map marks it on all maps of the exhibit and in their tables.
  const choose = (mark) => {
    const world = mark.closest(".world");
    if (!world || !mark.dataset.k) return;
    for (const item of all("[data-k]", world)) item.classList.toggle("chosen", item.dataset.k === mark.dataset.k);
    world.querySelector(".picked").textContent = mark.getAttribute("aria-label");
    world.querySelector("details").open = true;
    for (const row of all("tr.chosen", world)) {
      row.hidden = false;
      const box = row.closest(".scroll");
      box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
    }
  };
  page.addEventListener("click", (event) => { const mark = markAt(event.target); if (mark) choose(mark); });
  page.addEventListener("keydown", (event) => {
    const mark = markAt(event.target);
    if (mark && mark.closest(".world") && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); choose(mark); }
  });

  // Tables: sort by a column, unknowns last; filter rows by their words.
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return "v" in cell.dataset ? cell.dataset.v : cell.textContent;
  };
  const compare = (first, second) => {
    if (first === "" || second === "") return (first === "") - (second === "") || 0;
    const difference = Number(first) - Number(second);
    return Number.isNaN(difference) ? first.localeCompare(second, "en") : difference;
  };
  for (const table of all("table[data-sortable]")) {
    const heads = all("thead th", table), body = table.tBodies[0];
    heads.forEach((head, column) => {
      const button = page.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "descending" : !head.classList.contains("n");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [valueOf(row, column), row]);
        rows.sort(([a], [b]) => (a === "" || b === "" || up ? compare(a, b) : compare(b, a)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
  for (const place of all("[data-filter]")) {
    const label = page.createElement("label"), input = page.createElement("input");
    input.type = "search";
    label.append("Show rows with", input);
    place.append(label);
    const rows = all("tbody tr", place.parentElement);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }

  // On paper, tables of moderate length are printed too.
  addEventListener("beforeprint", () => {
    for (const details of all("details")) if (all("tr", details).length <= 25) details.open = true;
  });
})();
