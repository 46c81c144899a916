// Small comforts only: every page works without this file.

// A form sent twice in a row is sent once; the server would recognise the second anyway. The mark falls when the
// page is shown again from the back button's memory.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// Whoever made a mistake is led to the list of what to mend.
const showErrors = () => document.getElementById("errors")?.focus();
document.addEventListener("DOMContentLoaded", showErrors);
document.addEventListener("htmx:after:swap", showErrors);

// A link to something folded opens it.
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches("details")) target.open = true;
};
document.addEventListener("DOMContentLoaded", unfold);
window.addEventListener("hashchange", unfold);

// Printing needs a script, so its buttons stay hidden until there is one.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
});

// The folded menu closes with Escape, and when something else is touched.
const menu = () => document.querySelector(".menu[open]");
document.addEventListener("keydown", (event) => {
  const open = menu();
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const open = menu();
  if (open && !open.contains(event.target)) open.open = false;
});
