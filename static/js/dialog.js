// Opens the dialog a link names above the page; without this file the link leads to it, or to the page it names.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    return;
  }
  // A touch on the dimmed page lands on the dialog itself, outside the box it draws.
  if (!event.target.matches("dialog.dialog[open]")) return;
  const box = event.target.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  const inside = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  // The Enter key presses a button at the point 0, 0.
  if (!inside && (x || y)) event.target.close();
});
