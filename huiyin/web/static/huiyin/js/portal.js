// The customer's forms without a connection: the page stays, and so do the words and photos in it.
(() => {
  const offline = (event) => {
    const form = event.target;
    const words = form.dataset.offline;
    if (!words) return;
    form.querySelector("[data-no-net]")?.remove();
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // nothing is counted as sent
    const line = document.createElement("p");
    line.className = "lost";
    line.dataset.noNet = "";
    line.setAttribute("role", "alert");
    line.textContent = words;
    event.submitter?.before(line);
  };
  addEventListener("submit", offline, true);
  addEventListener("online", () => document.querySelectorAll("[data-no-net]").forEach((line) => line.remove()));
})();
