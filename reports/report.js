/* SPDX-License-Identifier: Apache-2.0 */
/* The page is whole without this: it adds a field to search in cases and a button to open them all. */
(function () {
	"use strict";
	var bar = document.querySelector("nav.labels");
	var cases = Array.prototype.slice.call(document.querySelectorAll("details.case"));
	var areas = Array.prototype.slice.call(document.querySelectorAll("section.area"));
	if (!bar || !cases.length)
		return;

	var button = document.createElement("button");
	button.type = "button";
	button.textContent = "open all";
	button.addEventListener("click", function () {
		var open = button.textContent === "open all";
		cases.forEach(function (c) { c.open = open; });
		button.textContent = open ? "close all" : "open all";
	});

	var search = document.createElement("input");
	search.type = "search";
	search.placeholder = "search cases";
	search.setAttribute("aria-label", "Search cases");
	search.addEventListener("input", function () {
		var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
		cases.forEach(function (c) {
			var text = c.textContent.toLowerCase();
			c.classList.toggle("hidden", !words.every(function (w) { return text.indexOf(w) >= 0; }));
		});
		areas.forEach(function (a) {
			a.classList.toggle("hidden", !a.querySelector(".case:not(.hidden)"));
		});
	});
	bar.appendChild(button);
	bar.appendChild(search);
})();
