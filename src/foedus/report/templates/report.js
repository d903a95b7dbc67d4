"use strict";
(() => {
  const page = document, root = page.documentElement;
  const all = (selector, within = page) => [...within.querySelectorAll(selector)];
  root.classList.add("js");
  // The few words that the script itself says, and how the page writes numbers and days, by the page's language.
  const french = root.lang === "fr";
  const said = french
    ? { year: "Année", perYear: " par an", filter: "Montrer les lignes avec", save: "Enregistrer en CSV" }
    : { year: "Year", perYear: " per year", filter: "Show rows with", save: "Save as CSV" };
  const months = french
    ? ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
    : ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  // Tooltips: a mark's label, shown beside it. The label is text and is never read as markup.
  const tip = page.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  page.body.append(tip);
  // What a mark stands for is said by the table under it: a state's row and the map's column, or a point's own cell.
  const rowsOf = new Map(all("figure").map((figure) => [figure, all("tbody tr", figure)]));
  const keyOf = (item) => item.dataset.k || (item.getAttribute("href") || "").slice(3);
  const label = (mark) => {
    if (mark.hasAttribute("aria-label")) return mark.getAttribute("aria-label");
    const figure = mark.closest("figure"), rows = rowsOf.get(figure), [place, column] = (mark.dataset.a || "").split(" ");
    const row = place ? rows[place] : rows.find((each) => each.dataset.k === keyOf(mark));
    const at = column || all(".panel", figure).indexOf(mark.closest(".panel")) + 1;
    const heads = row.closest("table").tHead.rows[0].cells;
    const name = place ? `${heads[at].textContent}, ${row.cells[heads[0].textContent === said.year ? 0 : 1].textContent}` : row.cells[0].textContent;
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", `${name}: ${row.cells[at].textContent}${place ? "" : said.perYear}`);
    return mark.getAttribute("aria-label");
  };
  page.addEventListener("pointerover", ({ target }) => {
    if (target instanceof Element && target.matches("a[href^='#source-']")) target.title = page.querySelector(target.hash + " strong").textContent;
  });
  const markAt = (target) => (target instanceof Element ? target.closest("svg .mark") : null);
  const show = (mark, at) => {
    tip.textContent = label(mark);
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
    if (marks.length) label(marks[0]);
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const at = marks.indexOf(page.activeElement);
      if (event.key === "Escape") hide();
      if (!step || at < 0) return;
      event.preventDefault();
      const next = marks[(at + step + marks.length) % marks.length];
      marks[at].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      label(next);
      next.focus();
    });
  }

  // Choosing a state on a map marks it on all maps of the exhibit and in their tables.
  const choose = (mark) => {
    const world = mark.closest(".world");
    if (!world) return;
    for (const item of all(".mark, [data-k]", world)) item.classList.toggle("chosen", keyOf(item) === keyOf(mark));
    world.querySelector(".picked").textContent = label(mark);
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
  const valueOf = (row, column, numeric) => {
    const words = row.cells[column].textContent.trim();
    if (words === "–") return "";
    const day = /^(\d+) (\S+) (\d{4})$/.exec(words);
    if (day && months.includes(day[2])) return day[3] * 372 + months.indexOf(day[2]) * 31 + Number(day[1]);
    const plain = french ? words.replaceAll("\u202f", "").replace(",", ".") : words.replaceAll(",", "");
    const number = numeric && /^[−+]?\d*\.?\d+/.exec(plain);
    return number ? Number(number[0].replace("−", "-")) : words;
  };
  const compare = (first, second) => {
    if (first === "" || second === "") return (first === "") - (second === "") || 0;
    const difference = Number(first) - Number(second);
    return Number.isNaN(difference) ? first.localeCompare(second, root.lang) : difference;
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
        const rows = [...body.rows].map((row) => [valueOf(row, column, head.classList.contains("n")), row]);
        rows.sort(([a], [b]) => (a === "" || b === "" || up ? compare(a, b) : compare(b, a)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
  for (const place of all("[data-filter]")) {
    const label = page.createElement("label"), input = page.createElement("input");
    input.type = "search";
    label.append(said.filter, input);
    place.append(label);
    const rows = all("tbody tr", place.parentElement);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }

  // Every table as a file, as it is shown.
  const quoted = (cell) => `"${cell.textContent.trim().replaceAll('"', '""')}"`;
  for (const scroll of all(".scroll")) {
    const button = page.createElement("button");
    button.type = "button";
    button.className = "save";
    button.textContent = said.save;
    button.addEventListener("click", () => {
      const lines = all("tr", scroll).map((row) => [...row.cells].map(quoted).join(","));
      const link = page.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n")], { type: "text/csv" }));
      link.download = "foedus.csv";
      link.click();
    });
    scroll.after(button);
  }

  // What an address names may be folded: it is opened, and what holds it.
  const reveal = () => {
    const named = page.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!named) return;
    for (let box = named; box; box = box.parentElement) if (box.matches("details")) box.open = true;
    named.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // On paper, tables of moderate length are printed too.
  addEventListener("beforeprint", () => {
    for (const details of all("details:not(.glance *)")) if (all("tr", details).length <= 25) details.open = true;
  });
})();
