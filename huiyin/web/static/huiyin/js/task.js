// Standard answers go in below what is typed, as if typed, so that they can be undone. Without this script their links
// do the same by a new page.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-insert]");
  const area = link?.closest("form")?.querySelector("textarea[name=text]");
  if (!area) return;
  event.preventDefault();
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  const text = (area.value.trim() ? "\n" : "") + link.dataset.insert;
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.value.length, area.value.length, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
