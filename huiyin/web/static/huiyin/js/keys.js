// The command palette and the keys of the desk. Never while somebody types or composes a Chinese word.
(() => {
  const find = (selector) => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const writing = (target) => target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  // What the page offers by itself: verbs of a case, marked by the template.
  const VERBS = { y: "accept", r: "answer", m: "note", p: "phone", t: "hand-over", e: "resolve" };

  // ---- palette -------------------------------------------------------------------------------------------------
  const palette = find("#palette");
  const typed = palette?.querySelector("input");
  const options = () => all("[role=option]", palette).filter((one) => !one.closest("li").hidden);
  const mark = (chosen) => {
    all("[aria-selected=true]", palette).forEach((one) => one.removeAttribute("aria-selected"));
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    typed.setAttribute("aria-activedescendant", chosen?.id || "");
  };
  const narrow = () => {
    const words = typed.value.trim().toLowerCase().split(/\s+/);
    all("#palette-acts [role=option], #palette-pages [role=option]").forEach((one) => {
      const text = `${one.textContent} ${one.dataset.words || ""}`.toLowerCase();
      one.closest("li").hidden = !words.every((word) => text.includes(word));
    });
    mark(options()[0]);
  };
  const acts = () =>
    all(".acts .verbs [data-verb]").map((verb, number) => {
      const line = document.createElement("li");
      const act = document.createElement("button");
      Object.assign(act, { type: "button", id: `palette-act-${number}`, textContent: verb.textContent.trim() });
      act.setAttribute("role", "option");
      line.setAttribute("role", "none");
      act.dataset.words = verb.dataset.verb.replaceAll("-", " ");
      act.tabIndex = -1;
      act.addEventListener("click", () => (palette.close(), verb.click()));
      line.append(act);
      return line;
    });
  const open = () => {
    if (!palette || palette.open || find("dialog[open]")) return;
    find("#palette-acts").replaceChildren(...acts());
    find("#palette-found").replaceChildren();
    typed.value = "";
    palette.showModal();
    narrow();
    typed.focus();
  };
  palette?.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const every = options();
    const at = every.findIndex((one) => one.getAttribute("aria-selected"));
    if (step) mark(every[(at + step + every.length) % every.length]);
    else if (event.key === "Enter") every[Math.max(at, 0)]?.click();
    else return;
    event.preventDefault();
  });
  typed?.addEventListener("input", narrow);
  palette?.addEventListener("click", (event) => event.target === palette && palette.close());
  palette?.addEventListener("htmx:afterSwap", () => all("[aria-selected=true]", palette).length || mark(options()[0]));

  // ---- keys ----------------------------------------------------------------------------------------------------
  const off = () => localStorage.getItem("keys") === "off";
  const move = (by) => {
    const links = all("[data-row] a");
    const at = links.indexOf(document.activeElement);
    links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by]?.focus();
  };
  const copy = () => {
    const number = find("[data-copy]");
    if (!number) return;
    navigator.clipboard?.writeText(number.dataset.copy);
    number.classList.add("copied");
    setTimeout(() => number.classList.remove("copied"), 1200);
  };
  const single = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => find("[data-search]")?.focus(),
    "?": () => find("#keys")?.showModal(),
    ".": copy,
  };
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    const ordered = event.ctrlKey || event.metaKey;
    if (ordered && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return palette?.open ? palette.close() : open();
    }
    if (ordered && event.key === "Enter" && event.target.matches("textarea")) {
      event.preventDefault();
      return event.target.form?.requestSubmit(event.target.form.querySelector("button:not([type=button])"));
    }
    if (ordered || event.altKey || off() || writing(event.target) || find("dialog[open]")) return;
    const sequence = before ? `${before} ${event.key}` : event.key;
    const page = find(`#palette [data-key="${CSS.escape(sequence)}"]`);
    const verb = !before && VERBS[event.key] && find(`.acts .verbs [data-verb="${VERBS[event.key]}"]`);
    before = !before && event.key === "g" ? "g" : "";
    const act = page ? () => page.click() : verb ? () => verb.click() : sequence.length === 1 && single[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-keys]")) find("#keys")?.showModal();
    if (target.closest("[data-palette]")) open();
    if (target.closest("[data-copy]")) copy();
  });
  const box = find("[data-keys-on]");
  if (box) box.checked = !off();
  box?.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
})();
