// What one sees when the connection or the server fails: a bar says so, what was typed stays, and nothing is sent again
// but by a person. What htmx fetches is marked as busy meanwhile.
(() => {
  const bar = document.getElementById("net");
  if (!bar) return;
  const words = bar.dataset;
  const on = (type, act) => document.addEventListener(type, act);
  let said = "";

  const hush = (kind) => {
    if (said !== kind) return;
    said = "";
    bar.replaceChildren();
  };
  const say = (kind, text, again) => {
    said = kind;
    const line = Object.assign(document.createElement("p"), { textContent: text });
    bar.replaceChildren(line);
    if (!again) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.again });
    button.addEventListener("click", () => (hush(kind), again()));
    line.append(" ", button);
  };

  // ---- no connection ------------------------------------------------------------------------------------------------
  const offline = () => say("offline", words.offline);
  addEventListener("offline", offline);
  addEventListener("online", () => {
    document.querySelectorAll("[data-no-net]").forEach((line) => line.remove());
    if (said !== "offline") return;
    say("back", words.back);
    setTimeout(() => hush("back"), 5000);
  });
  if (!navigator.onLine) offline();
  const stay = (event) => {
    const form = event.target;
    form.querySelector("[data-no-net]")?.remove();
    if (navigator.onLine || form.method === "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation(); // nothing is counted as sent, and the draft stays
    const line = document.createElement("p");
    line.className = "no-net";
    line.dataset.noNet = "";
    line.setAttribute("role", "alert");
    line.textContent = form.dataset.offline || words.stay;
    (event.submitter?.form === form && form.contains(event.submitter) ? event.submitter : form.lastElementChild)?.before(line);
  };
  addEventListener("submit", stay, true);

  // ---- what htmx asked for and did not get --------------------------------------------------------------------------
  const reasons = { 401: words.out, 403: words.shut, 404: words.gone };
  const failed = ({ detail }) => {
    if (!navigator.onLine) return offline();
    const { verb, path, elt } = detail.requestConfig;
    if (elt.matches("[data-quiet]")) return; // nobody asked for it
    const [select, swap] = ["hx-select", "hx-swap"].map((name) => elt.getAttribute(name));
    const again = () => htmx.ajax(verb, path, { source: elt, target: detail.target, select, swap });
    say("failed", reasons[detail.xhr.status] || words.failed, again);
  };
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((type) => on(type, failed));

  // ---- what pages ask for by themselves, again and again --------------------------------------------------------------
  // One miss is nothing. From the second in a row on, or at once when logged out, it is said until an answer comes.
  let missed = 0;
  on("net:asked", ({ detail: { well, status } }) => {
    missed = well ? 0 : missed + 1;
    if (well) return hush("stale");
    if (!navigator.onLine || (said && said !== "stale") || (missed < 2 && status !== 401)) return;
    say("stale", status === 401 ? words.out : words.stale);
  });

  // ---- busy -----------------------------------------------------------------------------------------------------------
  const busy = new Map(); // target → how many requests it waits for; what says itself that it is busy is left alone
  const wait = (target, more) => {
    const count = (busy.get(target) ?? 0) + more;
    if (count > 0) busy.set(target, count);
    else busy.delete(target);
    if (!target.matches("[data-quiet], [data-found], [data-found] *")) target.toggleAttribute("data-busy", count > 0);
    if (target.hasAttribute("data-busy")) target.setAttribute("aria-busy", "true");
    else if (!target.matches("[data-found]")) target.removeAttribute("aria-busy");
    document.documentElement.classList.toggle("busy", busy.size > 0);
  };
  on("htmx:beforeSend", ({ detail }) => wait(detail.target, 1));
  on("htmx:afterRequest", ({ detail }) => {
    wait(detail.target, -1);
    if (detail.successful) hush("failed");
  });
  on("submit", (event) => !event.defaultPrevented && document.documentElement.classList.add("busy"));
  addEventListener("pageshow", () => document.documentElement.classList.remove("busy"));
})();
