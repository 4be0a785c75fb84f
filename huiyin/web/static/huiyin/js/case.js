// The page of a case: who else is here, drafts that follow their writer, files by drag and paste.
(() => {
  const here = document.querySelector("[data-together]");
  const on = (type, act) => document.addEventListener(type, act);
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const send = (url, fields) => {
    const body = new FormData();
    Object.entries({ csrfmiddlewaretoken: token(), ...fields }).forEach(([name, value]) => body.set(name, value));
    return fetch(url, { method: "POST", body, redirect: "error", headers: { "HX-Request": "true" } }); // 401, no log-in page
  };

  // ---- who else is here --------------------------------------------------------------------------------------------
  const writing = () => {
    const form = document.querySelector("form.composer[data-verb]");
    return form && [...form.querySelectorAll("textarea")].some((area) => area.value.trim()) ? form.dataset.verb : "";
  };
  let said = "";
  const beat = async () => {
    if (document.hidden) return;
    said = writing();
    const answer = await send(here.dataset.together, { writing: said, version: here.dataset.version }).catch(() => null);
    const { ok: well = false, status = 0 } = answer ?? {};
    document.dispatchEvent(new CustomEvent("net:asked", { detail: { well, status } }));
    if (!well) return; // nothing is known of others; the next beat tells
    const text = (await answer.text()).trim();
    if (text !== here.dataset.shown) here.innerHTML = here.dataset.shown = text;
  };
  if (here) {
    beat();
    setInterval(beat, 20_000);
    on("visibilitychange", beat);
    on("input", ({ target }) => target.matches("form.composer textarea") && writing() !== said && beat());
  }

  // ---- drafts ------------------------------------------------------------------------------------------------------
  let waiting = null;
  const typed = (form) => [...form.querySelectorAll("textarea[data-draft]")].map((area) => [area.name, area.value]);
  const keep = () => {
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const { form } = waiting;
    waiting = null;
    const mark = form.querySelector("[data-kept]");
    send(form.dataset.keep, Object.fromEntries(typed(form))).then(
      (answer) => mark && (mark.textContent = answer.ok ? mark.dataset.kept : mark.dataset.lost),
      () => mark && (mark.textContent = mark.dataset.lost),
    );
  };
  on("input", ({ target }) => {
    const form = target.closest("form[data-keep]");
    if (!form || !target.matches("textarea[data-draft]")) return;
    clearTimeout(waiting?.timer);
    waiting = { form, timer: setTimeout(keep, 1500) };
  });
  on("submit", () => {
    clearTimeout(waiting?.timer);
    waiting = null;
  });
  on("htmx:beforeRequest", keep);
  addEventListener("pagehide", () => {
    if (!waiting) return;
    const body = new FormData();
    [["csrfmiddlewaretoken", token()], ...typed(waiting.form)].forEach(([name, value]) => body.set(name, value));
    navigator.sendBeacon(waiting.form.dataset.keep, body);
  });

  // ---- the checklist saves itself ---------------------------------------------------------------------------------
  document.querySelectorAll("form[data-auto] button").forEach((button) => (button.hidden = true));
  on("change", ({ target }) => target.closest("form[data-auto]")?.requestSubmit());

  // ---- files -------------------------------------------------------------------------------------------------------
  const inputOf = (target) => target.closest?.("form")?.querySelector("input[type=file][multiple]");
  const add = (input, files) => {
    const bag = new DataTransfer();
    [...input.files, ...files].forEach((file) => bag.items.add(file));
    input.files = bag.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const list = (input) => {
    const names = input.parentElement.querySelector(".chosen") ?? document.createElement("ul");
    names.className = "chosen";
    names.replaceChildren(
      ...[...input.files].map((file, number) => {
        const line = document.createElement("li");
        const out = document.createElement("button");
        Object.assign(out, { type: "button", className: "quiet", textContent: "×" });
        out.setAttribute("aria-label", `${document.documentElement.dataset.remove} ${file.name}`);
        out.addEventListener("click", () => {
          const bag = new DataTransfer();
          [...input.files].forEach((one, at) => at !== number && bag.items.add(one));
          input.files = bag.files;
          list(input);
          input.focus();
        });
        line.append(`${file.name} `, out);
        return line;
      }),
    );
    input.after(names);
  };
  on("change", ({ target }) => target.matches("form.composer input[type=file][multiple]") && list(target));
  on("dragover", (event) => {
    const input = event.dataTransfer?.types.includes("Files") && inputOf(event.target);
    if (!input) return;
    event.preventDefault();
    input.form.classList.add("dropping");
  });
  on("dragleave", ({ target }) => target.closest?.("form.dropping")?.classList.remove("dropping"));
  on("drop", (event) => {
    const input = event.dataTransfer?.files.length && inputOf(event.target);
    if (!input) return;
    event.preventDefault();
    input.form.classList.remove("dropping");
    add(input, event.dataTransfer.files);
  });
  on("paste", (event) => {
    const input = event.clipboardData?.files.length && inputOf(event.target);
    if (!input) return;
    event.preventDefault();
    add(input, event.clipboardData.files);
  });
})();
