// A page with a form is saved without loading the next one whole: its answer takes the place of the main part, the reader
// is led to its heading, and what could not be sent stays as it was typed. Without this file the form is sent as ever.
{
  const ours = (event) => (event.detail.ctx?.sourceElement?.matches?.("[data-saving]") ? event.detail.ctx : null);
  const say = (text) => document.dispatchEvent(new CustomEvent("portal:say", { detail: text }));
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  let action = "";
  let from = null;
  let entries = [];

  // What changes the whole page, its language or the size of its letters, loads it whole; so does an entry that comes or
  // goes in a group, since the address that answers leads to it.
  document.addEventListener("submit", (event) => {
    const [name, value] = [event.submitter?.name, event.submitter?.value ?? ""];
    if (name === "switch_to" || name === "add" || (name === "remove" && value.includes("-"))) event.stopImmediatePropagation();
  }, true);

  // Nothing was done: the page stays, and says why.
  const stay = (form, text) => {
    const problem = form.querySelector("[data-problem]");
    problem.textContent = text;
    problem.hidden = false;
    delete form.dataset.sent;
    say(text);
  };
  document.addEventListener("htmx:error", (event) => ours(event) && stay(event.detail.ctx.sourceElement, event.detail.ctx.sourceElement.dataset.cut));

  document.addEventListener("htmx:before:request", (event) => {
    const ctx = ours(event);
    if (!ctx) return;
    // Sending or taking back one file of several leaves the reader where she was.
    const button = ctx.request.submitter;
    action = button?.name;
    from = ["upload", "remove"].includes(action) ? button.closest("fieldset")?.querySelector("[type=file]")?.id : null;
    // An entry added to a group is where she goes on; so is the one that moves up, or stood before the one taken away.
    const group = ["add", "remove"].includes(action) && !button.closest(".upload") && button.closest(".group");
    const number = (at) => `${group.id}-${at}`;
    const at = group && (action === "add" ? group.querySelectorAll(":scope > .panel").length + 1 : +button.value.split("-").pop());
    entries = group ? [number(at), number(at - 1), group.id] : [];
    ctx.sourceElement.querySelector("[data-problem]").hidden = true;
  });

  document.addEventListener("htmx:after:request", (event) => {
    const ctx = ours(event);
    if (!ctx || ctx.hx.redirect) return;
    // The same page again, with a mistake marked or a file received, is no further step back.
    if (new URL(ctx.response.raw.url).pathname === location.pathname) [ctx.push, ctx.replace] = ["false", "true"];
    const status = ctx.response.status;
    if (status < 400 || [404, 409, 422].includes(status)) return;
    [ctx.swap, ctx.selectOOB, ctx.push, ctx.replace] = ["none", null, "false", "false"];
    const told = [...parse(ctx.text).querySelectorAll(".heading h1, .heading p")].map((one) => one.textContent.trim());
    stay(ctx.sourceElement, told.join(". ") || ctx.sourceElement.dataset.cut);
  });

  // A page that needs another script, or looks otherwise, is loaded whole after all.
  const needs = (page) => [...page.head.querySelectorAll("script[src]")].map((one) => one.getAttribute("src"));
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = ours(event);
    if (!ctx || ctx.swap === "none") return;
    const next = parse(ctx.text);
    const here = needs(document);
    if (next.getElementById("main") && next.body.className === document.body.className && needs(next).every((one) => here.includes(one))) return;
    event.preventDefault();
    location.assign(ctx.response.raw.url);
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.select !== "#main" || ctx.swap === "none") return;
    const entry = entries.map((id) => document.getElementById(id)).find(Boolean);
    if (entry) return entry.focus();
    if (document.getElementById("errors")) return;
    const field = document.getElementById(from);
    if (field) {
      say(document.getElementById("answers").dataset[action]);
      return field.focus();
    }
    const heading = document.querySelector("#main h1");
    if (!heading) return;
    heading.tabIndex = -1;
    window.scrollTo(0, 0);
    heading.focus();
  });
}
