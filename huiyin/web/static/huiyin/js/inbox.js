// The inbox: ticking rows by keys, the counts of what is ticked, and news without losing one's place.
(() => {
  const form = document.getElementById("inbox");
  if (!form) return;
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const bar = $(".bulk-bar");
  const list = () => $("ul.inbox", form);
  const rows = () => all(".case-row:not(.gone)", form);
  const pick = (row) => $(".pick", row);

  // What is ticked.
  const told = $("[data-chosen]");
  const every = $("[data-all]");
  const plain = told?.textContent;
  const tell = () => {
    if (!bar) return;
    const ticked = all(".pick:checked", form).length;
    const total = all(".pick", form).length;
    told.textContent = ticked ? told.dataset.chosen.replace("{n}", ticked) : plain;
    every.checked = ticked > 0 && ticked === total;
    every.indeterminate = ticked > 0 && ticked < total;
    bar.classList.toggle("nothing", !ticked);
  };
  if (bar) every.parentElement.hidden = false;
  every?.addEventListener("change", () => {
    for (const row of rows()) pick(row).checked = every.checked;
    tell();
  });
  let last = null;
  const stretch = (to, on) => {
    const here = rows();
    const [from, end] = [here.indexOf(last), here.indexOf(to)].sort((a, b) => a - b);
    if (from >= 0) for (const row of here.slice(from, end + 1)) pick(row).checked = on;
  };
  form.addEventListener("click", (event) => {
    if (!event.target.matches(".pick")) return;
    const row = event.target.closest(".case-row");
    if (event.shiftKey) stretch(row, event.target.checked);
    last = row;
    tell();
  });

  // Keys: x ticks the row that has the focus, X all from the last one, e is the button “close”. Escape unticks.
  const current = () => document.activeElement?.closest?.("#inbox .case-row");
  const tick = (row, on) => {
    pick(row).checked = on;
    last = row;
    tell();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const off = localStorage.getItem("keys") === "off" || $("dialog[open]", document);
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing || off || !bar) return;
    const row = current();
    if (event.key === "x" && row) tick(row, !pick(row).checked);
    else if (event.key === "X" && row) {
      stretch(row, true);
      tick(row, true);
    } else if (event.key === "e" && (row || $(".pick:checked", form))) {
      if (!$(".pick:checked", form)) tick(row, true);
      $("[data-act=close]", bar)?.click();
    } else if (event.key === "Escape" && $(".pick:checked", form)) {
      for (const one of all(".pick:checked", form)) one.checked = false;
      tell();
    } else return;
    event.preventDefault();
  });
  addEventListener("pageshow", tell);

  // News: rows change where they stand; new ones wait until they are asked for; what left the list fades.
  const fresh = document.getElementById("fresh");
  let waiting = null;
  const copy = (to, from) => {
    const ticked = pick(to).checked;
    const focused = to.contains(document.activeElement) && (document.activeElement.matches(".pick") ? ".pick" : "a");
    to.replaceChildren(...from.childNodes);
    to.dataset.version = from.dataset.version;
    pick(to).checked = ticked;
    if (focused) $(focused, to)?.focus();
  };
  const counts = (found) => {
    for (const { dataset, textContent } of all("[data-counts] li", found)) {
      const link = $(`.rail-views a[href="${dataset.url}"]`);
      if (!link) continue;
      const old = $(".count", link) || link.appendChild(Object.assign(document.createElement("span"), { className: "count" }));
      old.textContent = textContent;
    }
  };
  const sent = (found) => {
    const place = document.getElementById("sent");
    const next = $("[data-sent]", found);
    if (place.contains(document.activeElement)) return;
    for (const back of all("[name=next]", next)) back.value = location.pathname + location.search;
    place.replaceChildren(...next.childNodes);
  };
  const merge = (found) => {
    const now = new Map(all("ul.cases .case-row", found).map((row) => [row.dataset.case, row]));
    for (const row of all(".case-row", form)) {
      const other = now.get(row.dataset.case);
      row.classList.toggle("gone", !other);
      if (other && other.dataset.version !== row.dataset.version) copy(row, other);
    }
    const here = new Set(all(".case-row", form).map((row) => row.dataset.case));
    const added = [...now.keys()].filter((number) => !here.has(number));
    waiting = added.length ? [...now.values()] : null;
    fresh.hidden = !waiting;
    if (waiting) {
      const words = added.length === 1 ? fresh.dataset.one : fresh.dataset.many.replace("{n}", added.length);
      if (!$("span", fresh)) fresh.prepend(document.createElement("span"));
      $("span", fresh).textContent = words;
    }
  };
  $("button", fresh).addEventListener("click", () => {
    if (!list()) return location.reload();
    const ticked = new Set(all(".pick:checked", form).map((one) => one.value));
    const old = new Set(all(".case-row", form).map((row) => row.dataset.case));
    list().replaceChildren(...waiting);
    for (const row of rows()) {
      pick(row).checked = ticked.has(row.dataset.case);
      row.classList.toggle("arrived", !old.has(row.dataset.case));
    }
    fresh.hidden = true;
    tell();
    $("a", list())?.focus();
  });
  const EVERY = 15_000;
  let tag = form.dataset.etag;
  const ask = async () => {
    if (document.hidden || "older" in form.dataset) return;
    const headers = { "If-None-Match": tag, "HX-Request": "true" }; // logged out: 401, no log-in page
    const answer = await fetch(form.dataset.news, { headers, cache: "no-store", redirect: "error" }).catch(() => null);
    const status = answer?.status ?? 0;
    const well = status === 200 || status === 304;
    document.dispatchEvent(new CustomEvent("net:asked", { detail: { well, status } }));
    if (status !== 200) return; // nothing new, or nothing known: the page stays as it is
    tag = answer.headers.get("ETag");
    const found = Object.assign(document.createElement("template"), { innerHTML: await answer.text() }).content;
    counts(found);
    sent(found);
    merge(found);
    tell();
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  form.addEventListener("inbox:ask", ask);

  // Seconds of what was sent count down, and it is looked at when they are over.
  setInterval(() => {
    for (const one of all("#sent [data-seconds]")) {
      const left = Number(one.dataset.seconds);
      if (!left) continue;
      one.dataset.seconds = left - 1;
      const words = $(".soft", one);
      if (words) words.textContent = words.textContent.replace(/\d+/, Math.max(0, left - 1));
      if (left === 1) setTimeout(ask, 1500);
    }
  }, 1000);
})();
