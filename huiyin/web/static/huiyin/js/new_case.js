// A new case: what is found beside the form fills it in without leaving the page, and the keyboard gets there and back.
(() => {
  const form = document.getElementById("new-case");
  const found = document.querySelector("[data-found]");
  if (!form || !found || !window.htmx) return;
  form.querySelector("[data-check]").hidden = true; // it comes by itself
  let from = null;

  // Busy from the first letter until the answer to the last one is there; what is being received is asked no more.
  let typed = 0;
  let asked = 0;
  const typing = () => {
    typed += 1;
    found.setAttribute("aria-busy", "true");
  };
  form.addEventListener("input", typing);
  form.addEventListener("change", typing);
  found.addEventListener("htmx:beforeRequest", (event) => {
    if (form.dataset.sent) event.preventDefault();
    asked = typed;
  });
  found.addEventListener("htmx:afterSwap", () => asked === typed && found.setAttribute("aria-busy", "false"));

  const back = () => (from?.isConnected ? from : form.elements.text).focus();
  found.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    event.preventDefault();
    for (const [name, value] of new URLSearchParams(button.value)) form.elements[name].value = value;
    back();
    form.dispatchEvent(new Event("change"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "ArrowDown" && form.contains(event.target)) {
      event.preventDefault();
      from = event.target;
      (found.querySelector("button, a") ?? found).focus();
    } else if (event.key === "Escape" && found.contains(event.target)) {
      back();
    }
  });
  // What was filled in by the browser or came back with an error is looked up at once.
  if ([...form.querySelectorAll("#id_name, #id_phone, #id_place, #id_text")].some((field) => field.value))
    addEventListener("load", () => form.dispatchEvent(new Event("change")));
})();
