// Small helps for pages that work without them.
(() => {
  const root = document.documentElement;
  const on = (type, act) => document.addEventListener(type, act);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Clocks within three hours are told again in the words of the filter `until`; far ones only change class.
  const ahead = root.dataset.now * 1000 - Date.now();
  const say = (left, minutes) => {
    const hours = Math.floor(minutes / 60);
    const words = root.dataset[(left > 0 ? "left" : "over") + (hours ? "H" : "M")];
    return words.replace("{h}", hours).replace("{m}", minutes % 60);
  };
  setInterval(() => all("[data-due]").forEach((clock) => {
    const now = (Date.now() + ahead) / 1000;
    const { due, warn = due - 3600 } = clock.dataset;
    const left = due - now;
    const far = Math.abs(left);
    if (far < 10_800) clock.textContent = say(left, Math.max(1, Math.floor(far / 60)));
    clock.classList.remove("ok", "due-soon", "late");
    clock.classList.add(left <= 0 ? "late" : warn <= now ? "due-soon" : "ok");
  }), 10_000);

  // Photos: at most 1600 px. What can't be read goes as it is.
  const shrink = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 400_000) return file;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, 1600 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = image.width * scale;
      canvas.height = image.height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob.size < file.size ? new File([blob], file.name + ".jpg", { type: blob.type }) : file;
    } catch {
      return file;
    }
  };
  on("change", async ({ target }) => {
    if (!target.matches("input[type=file][data-shrink]")) return;
    const chosen = target.files;
    const bag = new DataTransfer();
    for (const file of await Promise.all([...chosen].map(shrink))) bag.items.add(file);
    if (target.files === chosen) target.files = bag.files;
  });

  // What floats closes when one clicks beside it, or with Esc.
  const floating = ":is(.menu, .verbs > .verb)[open]";
  on("keydown", ({ key }) => key === "Escape" && all(floating).forEach((panel) => (panel.open = false)));
  on("click", ({ target }) => all(floating).forEach((panel) => (panel.open = panel.contains(target))));

  // Drafts: typed text stays in this tab until it is sent or the person logs out; by where its form goes, so that words
  // for colleagues never turn up in the form for the customer.
  const slot = (area) => `draft:${area.form.action}:${area.name}`;
  // What was sent is kept until a page says that it arrived: whoever comes back from an error of the server finds it.
  const sent = (area) => slot(area).replace("draft", "sent");
  const returned = ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);
  if (document.querySelector(".flash .success, .flash .info, [data-done]"))
    Object.keys(sessionStorage).forEach((key) => key.startsWith("sent:") && sessionStorage.removeItem(key));
  const kept = (area) => sessionStorage.getItem(slot(area)) || (returned && sessionStorage.getItem(sent(area))) || "";
  const restore = () => all("textarea[data-draft]").forEach((area) => (area.value ||= kept(area)));
  restore();
  on("htmx:load", restore);
  on("input", ({ target }) => {
    if (target.matches("textarea[data-draft]")) sessionStorage.setItem(slot(target), target.value);
  });
  on("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (form.dataset.sent || (question && !confirm(question))) return event.preventDefault();
    if (form.method === "post") form.dataset.sent = "1"; // once, however often the button is pressed
    for (const area of form.querySelectorAll("textarea[data-draft]")) {
      sessionStorage.removeItem(slot(area));
      if (area.value) sessionStorage.setItem(sent(area), area.value);
    }
    if (form.matches("[data-forget]")) sessionStorage.clear();
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
})();
