// The counter's queue. Filters, order and pages renew the list alone; this file keeps the rest of the page in step with
// it, and lets the list renew itself while somebody looks at it. Without it, each of these is a page of its own.
(() => {
  const EVERY = 60_000;
  const list = () => document.getElementById("queue");
  const isRefresh = (context) => "X-Seen" in context.request.headers;

  // Nobody loses what she is at: no renewal while the page is hidden, while she chooses, or while she marks text.
  const busy = () => {
    const selected = getSelection();
    return (
      document.hidden ||
      document.activeElement?.matches("#queue :is(input, select, textarea, summary), .menu[open] *") ||
      (!selected.isCollapsed && list().contains(selected.anchorNode))
    );
  };
  setInterval(() => list() && !busy() && htmx.trigger(list(), "refresh"), EVERY);

  // A page that says what went wrong does not belong inside the list: a renewal waits for the next minute, and what was
  // asked for is asked again as a page.
  document.addEventListener("htmx:before:swap", (event) => {
    const context = event.detail.ctx;
    if (context.target?.id !== "queue" || context.response.status < 400) return;
    event.preventDefault();
    if (!isRefresh(context)) location.assign(context.request.action);
  });

  // The filter bar stands outside the list: a tab or a link that clears the filters is told to it.
  const fillIn = () => {
    const asked = new URLSearchParams(location.search);
    for (const control of document.querySelectorAll("#filters :is(input, select)")) {
      if (control !== document.activeElement) control.value = asked.get(control.name) ?? "";
    }
  };
  document.addEventListener("htmx:after:swap", (event) => {
    const context = event.detail.ctx;
    if (context.target?.id !== "queue" || isRefresh(context)) return;
    fillIn();
    // Another page is read from its top; and a link that is no longer there leaves its reader at the list's beginning.
    const at = document.activeElement;
    if (at === document.body || at?.closest(".pagination")) {
      const found = document.getElementById("found");
      found.focus({ preventScroll: true });
      found.scrollIntoView({ block: "start" });
    }
  });
})();
