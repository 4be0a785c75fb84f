// Looking through the files of a case: arrows for the one before and after, Escape for all of them.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const way = { ArrowLeft: "[rel=prev]", ArrowRight: "[rel=next]", Escape: "[data-up]" }[event.key];
  const link = way && document.querySelector(`.look ${way}`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
