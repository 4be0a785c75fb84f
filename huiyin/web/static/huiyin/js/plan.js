// The words of a step, at the cursor of the answer that is open; without one the link opens it.
(() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-say]");
    const area = link && document.querySelector("#acts textarea[data-outgoing]");
    if (!area) return;
    event.preventDefault();
    const gap = area.value && !area.value.endsWith("\n") ? "\n" : "";
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
    if (!document.execCommand("insertText", false, gap + link.dataset.say)) {
      area.setRangeText(gap + link.dataset.say, area.value.length, area.value.length, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
