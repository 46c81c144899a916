// Puts on the page what was found: every word of it stands in the page already.
(() => {
  const page = document.querySelector("[data-offline]");
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const language = document.documentElement.lang;
  const NOON = 43200;

  // As the other pages write them: «1er novembre 2026», «8 h 05».
  const written = (seconds, style) => new Intl.DateTimeFormat(`${language}-MA`, { timeZone: "Africa/Casablanca", ...style })
    .format(new Date(seconds * 1000));
  const dated = (seconds) => {
    const day = written(seconds, { dateStyle: "long" });
    return language === "fr" ? day.replace(/^1 /, "1er ") : day;
  };
  const timed = (seconds) => {
    const time = written(seconds, { timeStyle: "short" });
    return page.dataset.at.replace("{date}", dated(seconds)).replace("{time}", language === "fr" ? time.replace(/^0/, "").replace(":", "\u00a0h\u00a0") : time);
  };
  const wordFor = (list, key) => page.querySelector(`[data-words="${list}"] [data-key="${key}"]`)?.textContent ?? "";
  const moment = (name, seconds) => {
    for (const one of page.querySelectorAll(`[data-moment="${name}"]`)) one.textContent = timed(seconds);
  };

  // How old what is kept here is: `held` is null for nothing yet, and false for what cannot be read.
  const age = (held, old) => {
    part("age").hidden = !held;
    part("nothing").hidden = held !== null;
    part("broken").hidden = held !== false;
    if (!held) return;
    moment("made", held.made);
    part("old").hidden = !old;
  };

  // The one part of a group that fits; none of them for an empty name.
  const only = (kind, name) => {
    for (const one of page.querySelectorAll(`[data-${kind}]`)) one.hidden = one.dataset[kind] !== name;
  };

  // A clock that is behind what was signed long before is wrong.
  const clock = (wrong) => {
    part("clock").hidden = !wrong;
    moment("now", Date.now() / 1000);
  };

  const OVER = ["revoked", "replaced", "expired"];
  const RENEWABLE = ["valid-then", "unknown-key", "unready", "broken"];
  const shown = () => (part("verdict").hidden ? "" : page.querySelector("[data-verdict]:not([hidden])").dataset.verdict);
  const verdict = (name, said = {}) => {
    const before = shown();
    only("verdict", name);
    part("renewal").hidden = !RENEWABLE.includes(name);
    const facts = part("facts");
    facts.hidden = !said.number;
    const values = said.number && {
      title: said.title[language] || said.title.ar,
      number: said.number,
      name: said.name[language] || said.name.ar,
      identifier: said.identifier,
      outcome: said.outcome && wordFor("outcomes", said.outcome),
      issued: dated(said.issued),
      expires: said.expires && !OVER.includes(name) && dated(said.expires - NOON),
    };
    for (const field of said.number ? facts.querySelectorAll("[data-field]") : []) {
      const value = values[field.dataset.field];
      field.textContent = value ?? "";
      field.closest("div").hidden = !value;
    }
    part("verdict").hidden = false;
    // Who reads on elsewhere is not called back to what was said already.
    if (before !== name) part("verdict").focus();
  };

  globalThis.show = { page, part, age, clock, verdict, renewal: (name) => only("renewal", name) };
})();
