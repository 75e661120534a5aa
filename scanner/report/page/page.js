// SPDX-License-Identifier: Apache-2.0
// Fills the table of findings from the data in the page, a page at a time, filtered by what is
// chosen and searched. Text goes in as text only: nothing in the data can become markup.
"use strict";
(() => {
  const kRows = 50;
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const body = by("findings-body");
  const filters = ["severity", "state", "owner", "risk"];
  const texts = data.findings.map((row) => row.join(" ").toLowerCase());
  const column = (name) => data.columns.indexOf(name);
  const words = (cell) => (cell === "" ? [] : cell.split(" "));
  let shown = [];
  let page = 0;

  // The choices of a filter are what the data holds, most frequent first.
  const choices = (name) => {
    const counts = new Map();
    for (const row of data.findings) {
      const cell = row[column(name)];
      for (const value of name === "risk" ? words(cell) : [cell]) {
        counts.set(value, (counts.get(value) || 0) + 1);
      }
    }
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  };
  for (const name of filters) {
    for (const [value, count] of choices(name)) {
      const option = document.createElement("option");
      option.value = "=" + value;
      option.textContent = (value || "nobody") + " (" + count + ")";
      by("filter-" + name).append(option);
    }
  }

  const draw = () => {
    const from = page * kRows;
    const rows = shown.slice(from, from + kRows).map((index) => {
      const tr = document.createElement("tr");
      data.findings[index].forEach((cell, i) => {
        const td = document.createElement("td");
        td.dataset.label = data.headings[i];
        const span = document.createElement("span");
        span.textContent = cell === "" ? "–" : cell;
        if (data.columns[i] === "severity") span.className = "severity " + cell;
        if (data.columns[i] === "id") td.className = "id";
        td.append(span);
        tr.append(td);
      });
      return tr;
    });
    body.replaceChildren(...rows);
    const last = Math.min(from + kRows, shown.length);
    by("findings-count").textContent = shown.length === 0
      ? "No finding fits."
      : "Findings " + (from + 1) + " to " + last + " of " + shown.length;
    by("previous").disabled = page === 0;
    by("next").disabled = last >= shown.length;
  };

  const filter = () => {
    const search = by("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = filters
      .map((name) => [column(name), by("filter-" + name).value, name])
      .filter(([, value]) => value !== "");
    shown = [];
    data.findings.forEach((row, index) => {
      const fits = wanted.every(([i, value, name]) =>
        name === "risk" ? words(row[i]).includes(value.slice(1)) : row[i] === value.slice(1));
      if (fits && search.every((word) => texts[index].includes(word))) shown.push(index);
    });
    page = 0;
    draw();
  };

  by("filters").addEventListener("input", filter);
  by("filters").addEventListener("submit", (event) => event.preventDefault());
  by("filters").addEventListener("reset", () => setTimeout(filter));
  by("previous").addEventListener("click", () => { --page; draw(); });
  by("next").addEventListener("click", () => { ++page; draw(); });
  filter();
})();
