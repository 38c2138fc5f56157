// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The page is whole without this: here are sorting, finding, and what a cell means.
"use strict";
(() => {
	const matrix = document.getElementById("matrix");
	const says = document.getElementById("says");
	const find = document.getElementById("find");
	if (!matrix)
		return;
	const body = matrix.tBodies[0];
	const checks = [...matrix.tHead.rows[1].cells];
	const skip = matrix.tHead.rows[0].querySelectorAll("[rowspan]").length;

	// What a row is sorted by: a name, a number of points, or how many checks passed.
	const key = (row, th) => {
		if (th.dataset.by === "name")
			return row.cells[0].textContent.toLowerCase();
		if (th.dataset.by === "points")
			return Number(row.cells[1].dataset.v);
		const passed = (cell) => Number(cell.classList.contains("passed"));
		if (th.dataset.by === "check")
			return passed(row.cells[skip + checks.indexOf(th)]);
		return checks.reduce((n, c, i) => n + (c.dataset.lesson === th.dataset.lesson ? passed(row.cells[skip + i]) : 0), 0);
	};

	matrix.tHead.addEventListener("click", (event) => {
		const th = event.target.closest("th");
		if (!th || !event.target.closest("button"))
			return;
		const up = th.getAttribute("aria-sort") ? th.getAttribute("aria-sort") !== "ascending" : true;
		const rows = [...body.rows].map((row, i) => ({ row, i, k: key(row, th) }));
		rows.sort((a, b) => ((a.k > b.k) - (a.k < b.k)) * (up ? 1 : -1) || a.i - b.i);
		for (const other of matrix.querySelectorAll("[aria-sort]"))
			other.removeAttribute("aria-sort");
		th.setAttribute("aria-sort", up ? "ascending" : "descending");
		body.append(...rows.map((r) => r.row));
	});

	let at = null;
	const tell = (cell) => {
		if (at)
			at.classList.remove("at");
		at = cell;
		at.classList.add("at");
		const th = checks[cell.cellIndex - skip];
		const student = cell.parentNode.cells[0].querySelector("a");
		const link = document.createElement("a");
		link.href = student.getAttribute("href") + "-" + th.dataset.lesson;
		link.textContent = student.textContent.trim();
		says.replaceChildren(link, " · " + th.title + ": " + matrix.dataset[cell.classList[1]] + (cell.classList.contains("set") ? ", set by the teacher" : ""));
	};
	const cellOf = (event) => event.target.closest("tbody td.c");
	body.addEventListener("mouseover", (event) => cellOf(event) && tell(cellOf(event)));
	body.addEventListener("click", (event) => cellOf(event) && tell(cellOf(event)));

	find.addEventListener("input", () => {
		const wanted = find.value.trim().toLowerCase();
		for (const row of body.rows)
			row.classList.toggle("off", !row.cells[0].textContent.toLowerCase().includes(wanted));
	});

	// A link into a student's part opens it.
	const open = () => {
		const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
		const details = target && target.closest("details");
		if (details) {
			details.open = true;
			target.scrollIntoView();
		}
	};
	addEventListener("hashchange", open);
	open();
})();
