/* SPDX-License-Identifier: Apache-2.0 */
/* The page is whole without this but for the timelines of cases that pass, and requirements that nothing judges, which
 * are packed. It unpacks what is
 * opened, and adds a field to search in cases and a button to open them all. */
(function () {
	"use strict";
	var bar = document.querySelector("nav.labels");
	var cases = Array.prototype.slice.call(document.querySelectorAll("details.case"));
	var areas = Array.prototype.slice.call(document.querySelectorAll("section.area"));
	if (!bar || !cases.length)
		return;

	/* A promise of what is packed in a case (or another <details>); of nothing when it is open already, or the browser too old. */
	function unpacked(c) {
		var part = c.querySelector("[data-packed]");
		if (!part || !window.DecompressionStream)
			return Promise.resolve("");
		var bytes = Uint8Array.from(atob(part.dataset.packed), function (b) { return b.charCodeAt(0); });
		return new Response(new Response(bytes).body.pipeThrough(new DecompressionStream("deflate"))).text();
	}

	function unpack(c) {
		return unpacked(c).then(function (html) {
			var part = c.querySelector("[data-packed]");
			if (html && part)
				part.outerHTML = html;
		});
	}
	document.querySelectorAll("details.packs").forEach(function (d) {
		d.addEventListener("toggle", function () { unpack(d); });
		if (d.open)
			unpack(d);
	});
	cases.forEach(function (c) {
		c.addEventListener("toggle", function () { unpack(c); });
		if (c.open)
			unpack(c);
	});

	var button = document.createElement("button");
	button.type = "button";
	button.textContent = "open all";
	button.addEventListener("click", function () {
		var open = button.textContent === "open all";
		button.textContent = open ? "close all" : "open all";
		/* Unpacked while they are closed, and then opened at once: the page is laid out once. */
		Promise.all(open ? cases.map(unpack) : []).then(function () {
			cases.forEach(function (c) { c.open = open; });
		});
	});

	/* A promise of each case's words, gathered when they are first searched in. */
	var gathered;
	function gather() {
		return gathered = gathered || Promise.all(cases.map(function (c) {
			return unpacked(c).then(function (html) {
				return (c.textContent + html.replace(/<[^>]*>/g, " ")).toLowerCase();
			});
		}));
	}

	var search = document.createElement("input");
	search.type = "search";
	search.placeholder = "search cases";
	search.setAttribute("aria-label", "Search cases");
	search.addEventListener("input", function () {
		gather().then(function (texts) {
			var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
			cases.forEach(function (c, i) {
				var found = words.every(function (w) { return texts[i].indexOf(w) >= 0; });
				c.classList.toggle("hidden", !found);
			});
			areas.forEach(function (a) {
				a.classList.toggle("hidden", !a.querySelector(".case:not(.hidden)"));
			});
		});
	});
	bar.appendChild(button);
	bar.appendChild(search);
})();
