// Beside words for customers: phrases at the cursor, what had better not be said, promises made commitments.
// Everything is checked again when the words are sent; a page without this script lacks only the help.
(() => {
  const WORDS = "textarea[data-outgoing]";
  const BLANK = /[{｛][^{}｛｝\n]{1,20}[}｝]/;
  const CODE = /(?:::|：：)([A-Za-z0-9]*)$/;
  const areas = new WeakMap(); // form → the words that were touched last
  const loading = new WeakMap(); // form → the promise of its phrases
  const panel = (form) => form.querySelector("[data-phrases]");

  const load = (form) => {
    const place = panel(form)?.querySelector("[data-panel]");
    if (!place || loading.has(form)) return loading.get(form);
    const done = fetch(form.dataset.words, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((html) => {
        place.innerHTML = html;
        choose(form);
      })
      .catch(() => void loading.delete(form)); // the link to all phrases stays
    loading.set(form, done);
    return done;
  };

  // At the cursor, as if typed, so that it can be undone. The first blank is selected, to be typed over.
  const insert = (area, text, start, end) => {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const blank = BLANK.exec(text);
    if (blank) area.setSelectionRange(start + blank.index, start + blank.index + blank[0].length);
  };
  const put = (area, text) => {
    const code = CODE.exec(area.value.slice(0, area.selectionStart));
    insert(area, text, area.selectionStart - (code ? code[0].length : 0), area.selectionEnd);
  };

  const rows = (form) => [...panel(form).querySelectorAll("[data-phrase]")];
  const shown = (form) => rows(form).filter((button) => !button.closest("li").hidden);
  const filter = (form) => {
    const box = panel(form);
    const wanted = box.querySelector("[data-find]").value.normalize("NFKC").toLowerCase().split(/\s+/);
    const [situation, temperament] = [...box.querySelectorAll("[data-filter]")].map((one) => one.value);
    for (const button of rows(form)) {
      const row = button.closest("li");
      const text = button.textContent.normalize("NFKC").toLowerCase();
      const fits = !temperament || ["any", temperament].includes(row.dataset.temperament);
      row.hidden = !(fits && (!situation || situation === row.dataset.situation) && wanted.every((w) => text.includes(w)));
    }
    box.querySelector("[data-none]").hidden = shown(form).length > 0;
  };

  // A no is said in one of three ways, each with phrases of its own: those of the chosen one come first.
  const choose = (form) => {
    const situation = form.querySelector("input[name=mode]:checked")?.value || form.dataset.situation;
    const select = panel(form)?.querySelector("[data-filter=situation]");
    if (!situation || ![...(select?.options || [])].some((one) => one.value === situation)) return;
    select.value = situation;
    filter(form);
  };

  const below = (area) => {
    let box = area.nextElementSibling;
    if (!box?.matches(".found")) {
      box = document.createElement("div");
      box.className = "found";
      box.setAttribute("aria-live", "polite");
      area.after(box);
    }
    return box;
  };
  const unchecked = () => {
    const textContent = document.getElementById("net")?.dataset.unchecked ?? "";
    return Object.assign(document.createElement("p"), { className: "soft dense", textContent });
  };
  const timers = new WeakMap();
  const look = async (area) => {
    const form = area.form;
    const text = area.value;
    const box = below(area);
    if (!text.trim()) return box.replaceChildren();
    const body = new FormData();
    body.set("text", text);
    if (form.dataset.promises) body.set("promises", "1");
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.words, { method: "POST", body, redirect: "error" }).catch(() => null);
    if (area.value !== text) return;
    if (!answer?.ok) return box.replaceChildren(unchecked());
    const chosen = new Set([...box.querySelectorAll("input[name=promise]")].map((one) => one.value));
    box.innerHTML = await answer.text();
    for (const button of box.querySelectorAll("[data-promise]")) if (chosen.has(button.dataset.promise)) press(button);
  };
  const later = (area) => {
    clearTimeout(timers.get(area));
    timers.set(area, setTimeout(() => look(area), 400));
  };

  // A promise that is pressed goes along with the words, in one act.
  const press = (button) => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    button.parentElement.querySelector("input")?.remove();
    if (!on) return;
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "promise" });
    input.value = button.dataset.promise;
    button.after(input);
  };

  const open = async (form) => {
    await load(form);
    panel(form).open = true;
    panel(form).querySelector("[data-find]")?.focus();
  };

  const touched = (area) => {
    if (!area?.matches(WORDS) || !area.form?.dataset.words) return;
    areas.set(area.form, area);
    load(area.form);
  };
  document.addEventListener("focusin", ({ target }) => touched(target));
  document.addEventListener("input", (event) => {
    const { target } = event;
    if (target.matches(WORDS) && target.form?.dataset.words && !event.isComposing) later(target);
    if (target.matches("[data-find], [data-filter]")) filter(target.form);
    if (target.matches("input[name=mode]") && target.form?.dataset.words) load(target.form)?.then(() => choose(target.form));
  });
  document.addEventListener("compositionend", ({ target }) => target.matches?.(WORDS) && target.form?.dataset.words && later(target));
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.("[data-phrases]") && target.open) load(target.closest("form"));
  }, true);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-phrase], [data-better], [data-promise]");
    if (!button) return;
    if (button.dataset.promise) return press(button);
    const form = button.closest("form");
    if (button.dataset.phrase) return put(areas.get(form) || form.querySelector(WORDS), button.dataset.phrase);
    const area = button.closest(".found").previousElementSibling;
    const { better, said } = button.dataset;
    // Python counts characters, the browser counts halves of rare ones: look for the words near the place.
    const at = area.value.indexOf(said, Math.max(0, button.dataset.start - 2));
    if (at >= 0) insert(area, better, at, at + said.length);
  });
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const form = target.form;
    if (!form?.dataset?.words) return;
    if (target.matches(WORDS) && (key === "Tab" || key === "Enter") && panel(form)) {
      const code = CODE.exec(target.value.slice(0, target.selectionStart));
      if (!code || (!code[1] && key === "Enter")) return;
      const found = rows(form).find((button) => button.dataset.code === code[1].toLowerCase());
      if (code[1] && !found) return;
      event.preventDefault();
      if (found) put(target, found.dataset.phrase);
      else open(form);
    } else if (target.matches("[data-find]") && key === "Enter") {
      event.preventDefault();
      shown(form)[0]?.click();
    } else if (target.matches("[data-find], [data-phrase]")) {
      if (key === "Escape") return areas.get(form)?.focus();
      const step = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (!step) return;
      event.preventDefault();
      const list = [panel(form).querySelector("[data-find]"), ...shown(form)];
      list[Math.min(Math.max(list.indexOf(target) + step, 0), list.length - 1)].focus();
    }
  });
  const start = () => {
    touched(document.activeElement); // it had the focus before this script was there
    document.querySelectorAll(WORDS).forEach((area) => {
      if (area.form?.dataset.words && area.value.trim()) look(area);
    });
  };
  document.addEventListener("htmx:load", start);
  start();
})();
