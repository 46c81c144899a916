// Two minutes before the session of somebody signed in ends she is told, and may prolong it without leaving the page.
{
  const WARN = 120;
  const AGAIN = 20;
  const tabs = new BroadcastChannel("session");
  const say = (text) => document.dispatchEvent(new CustomEvent("portal:say", { detail: text }));
  const shown = () => document.getElementById("session-end");
  let end = 0;
  let waiting = 0;
  let counting = 0;

  const plan = (seconds) => {
    end = Date.now() + seconds * 1000;
    clearInterval(counting);
    clearTimeout(waiting);
    shown()?.close();
    shown()?.remove();
    waiting = setTimeout(ask, Math.max(seconds - WARN, 0) * 1000);
  };

  // The server knows what other tabs have done since; asking it prolongs nothing.
  const ask = async (path = `/${document.documentElement.lang}/session`, options = {}) => {
    const answer = await fetch(path, { ...options, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer) return (waiting = setTimeout(ask, AGAIN * 1000)) && null;
    const box = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("session-end");
    const seconds = Number(box?.dataset.left ?? 0);
    if (seconds > WARN) plan(seconds);
    else if (shown() && !seconds) over(shown());
    else if (box) warn(box, seconds);
    return seconds > WARN ? box : null;
  };

  const warn = (box, seconds) => {
    plan(seconds);
    clearTimeout(waiting);
    document.body.append(box);
    box.showModal();
    counting = setInterval(() => tick(box), 1000);
    tick(box);
  };

  const tick = (box) => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    box.querySelector("[data-countdown]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left === 60) box.querySelector("[role=status]").textContent = box.dataset.minute;
    if (left) return;
    clearInterval(counting);
    ask();
  };

  const over = (box) => {
    clearInterval(counting);
    const told = box.querySelector("[data-over]");
    told.hidden = false;
    // Over a closed dialog the status region says it; over an open one the focus leads there.
    if (!box.open) say(told.querySelector("h2").textContent);
    told.querySelector("button").focus();
    box.querySelector("[data-running]").hidden = true;
    box.setAttribute("aria-labelledby", "session-over-title");
  };

  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-prolong]")) return;
    event.preventDefault();
    const box = await ask(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    if (!box) return;
    tabs.postMessage(Number(box.dataset.left));
    say(box.dataset.stayed);
  });
  tabs.onmessage = ({ data }) => plan(data);
  plan(Number(document.body.dataset.sessionLeft));
}
