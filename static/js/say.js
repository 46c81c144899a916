// What has just happened is written into the page's one status region: shown for a few seconds, and read aloud.
{
  let hiding = 0;
  let writing = 0;
  const said = new WeakSet();

  document.addEventListener("portal:say", ({ detail }) => {
    const status = document.getElementById("status");
    if (!status) return;
    clearTimeout(hiding);
    clearTimeout(writing);
    // Emptied first: the same words twice in a row would not be read again.
    status.textContent = "";
    writing = setTimeout(() => (status.textContent = detail), 50);
    hiding = setTimeout(() => (status.textContent = ""), 6000);
  });

  // Content that took the place of other content may say what became of it; whoever goes back has it said to her once only.
  const fresh = () => [...document.querySelectorAll("[data-say]")].filter((one) => !said.has(one) && said.add(one));
  document.addEventListener("DOMContentLoaded", fresh);
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    // Beside mistakes to mend, what was said of the page before would mislead.
    if (document.getElementById("errors")) document.getElementById("status").textContent = "";
    const words = fresh().map((one) => one.dataset.say).join(" ");
    const back = detail.ctx?.request?.headers?.["HX-History-Restore-Request"];
    if (words && !back) document.dispatchEvent(new CustomEvent("portal:say", { detail: words }));
  });
}
