// Sorting and searching. Every page is whole without it.
"use strict";

const text = (cell) => cell.dataset.sort ?? cell.textContent.trim();

function compare(one, other) {
  const [a, b] = [parseFloat(one), parseFloat(other)];
  return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other, undefined, { numeric: true }) : a - b;
}

function sortable(table) {
  const body = table.tBodies[0];
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const up = header.getAttribute("aria-sort") !== "ascending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows];
      rows.sort((a, b) => compare(text(a.cells[column]), text(b.cells[column])) * (up ? 1 : -1));
      body.append(...rows);
    });
  });
}

function searchable(table) {
  const rows = [...table.tBodies[0].rows];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const label = document.createElement("label");
  label.className = "search";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "name, verdict …";
  const found = document.createElement("output");
  label.append("Search ", input, " ", found);
  table.closest(".wide").before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, index) => {
      row.hidden = !wanted.every((word) => words[index].includes(word));
      count += row.hidden ? 0 : 1;
    });
    found.textContent = wanted.length ? `${count} of ${rows.length}` : "";
  });
}

document.querySelectorAll("table.sortable").forEach(sortable);
document.querySelectorAll("table.searchable").forEach(searchable);

// Paper can't be unfolded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((details) => (details.open = true));
});
addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));
