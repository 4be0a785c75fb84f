// Names after an @ in a note: offered while one types, chosen with arrows and Enter or a click.
(() => {
  const NAMED = /[@＠]([^\s@＠]{0,20})$/;
  let box = null;
  let area = null;

  const close = () => {
    box?.remove();
    area?.removeAttribute("aria-activedescendant");
    box = area = null;
  };
  const lines = () => [...(box?.children ?? [])];
  const mark = (chosen) => {
    lines().forEach((line) => line.setAttribute("aria-selected", line === chosen));
    area.setAttribute("aria-activedescendant", chosen.id);
  };
  const put = (line) => {
    const before = area.value.slice(0, area.selectionStart).replace(NAMED, `@${line.dataset.name} `);
    const rest = area.value.slice(area.selectionEnd);
    const target = area;
    target.value = before + rest;
    target.setSelectionRange(before.length, before.length);
    close();
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  };
  const offer = (target) => {
    const typed = NAMED.exec(target.value.slice(0, target.selectionStart));
    const wanted = typed?.[1].toLowerCase();
    const people = typed ? target.dataset.people.split(" ").map((one) => one.split("|")) : [];
    const fitting = people.filter(([name, user]) => name.includes(wanted) || user.startsWith(wanted)).slice(0, 6);
    close();
    if (!fitting.length || fitting.some(([name]) => name === wanted)) return;
    area = target;
    box = document.createElement("ul");
    box.className = "mentions";
    box.setAttribute("role", "listbox");
    fitting.forEach(([name, user], number) => {
      const line = document.createElement("li");
      Object.assign(line, { id: `mention-${number}`, textContent: `${name} ${user}` });
      line.dataset.name = name;
      line.setAttribute("role", "option");
      line.addEventListener("mousedown", (event) => (event.preventDefault(), put(line)));
      box.append(line);
    });
    target.after(box);
    mark(box.firstChild);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-people]") && !event.isComposing) offer(event.target);
  });
  document.addEventListener("compositionend", ({ target }) => target.matches("textarea[data-people]") && offer(target));
  document.addEventListener(
    "keydown",
    (event) => {
      if (!box || event.target !== area || event.isComposing || event.keyCode === 229) return;
      const at = lines().findIndex((line) => line.getAttribute("aria-selected") === "true");
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) mark(lines()[(at + step + lines().length) % lines().length]);
      else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") put(lines()[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  document.addEventListener("focusout", ({ target }) => target === area && close());
})();
