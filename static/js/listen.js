// Reads a page aloud to those who do not read easily. Without a voice for the page's language, no button is shown.
(() => {
  const speech = window.speechSynthesis;
  if (!speech) return;
  const LEFT_OUT = "[hidden], [aria-hidden='true'], .hidden-visually, button, nav, select, textarea, script, template, svg, .back";
  const CODE = /\b(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)+\b/g;
  let pressed = null;

  // Only voices of the device itself: the others send what they read to their makers.
  const voice = () => {
    const wanted = document.documentElement.lang;
    const known = speech.getVoices().filter((one) => one.localService && one.lang.toLowerCase().split(/[-_]/)[0] === wanted);
    return known.find((one) => /MA$/i.test(one.lang)) ?? known[0];
  };

  // The visible text, block by block: a heading and the line below it are two sentences even without a full stop.
  const blocksOf = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const blocks = [];
    let last = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest(LEFT_OUT) || !parent.checkVisibility()) continue;
      let block = parent;
      while (block !== root && getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
      if (block === last) blocks[blocks.length - 1] += node.data;
      else blocks.push(node.data);
      last = block;
    }
    return blocks.map((one) => one.replace(/\s+/g, " ").replace(CODE, (code) => [...code.replaceAll("-", "")].join(" ")));
  };

  // Short pieces: Chrome falls silent in the middle of one that lasts longer than fifteen seconds.
  const pieces = (text) => text.match(/[^.!?؟]+[.!?؟]*|[.!?؟]+/g).flatMap((one) => one.trim().match(/.{1,160}(?=\s|$)|\S+/g) ?? []);

  const stop = () => {
    pressed?.setAttribute("aria-pressed", "false");
    pressed = null;
    speech.cancel();
  };
  const speak = (button, queue) => {
    if (pressed !== button) return;
    if (!queue.length) return stop();
    const said = new SpeechSynthesisUtterance(queue[0].trim());
    said.voice = voice();
    said.lang = said.voice?.lang ?? document.documentElement.lang;
    said.onend = () => speak(button, queue.slice(1));
    said.onerror = () => pressed === button && stop();
    speech.speak(said);
  };
  const show = () => {
    for (const button of document.querySelectorAll("[data-listen]")) button.hidden = !voice();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-listen]");
    if (!button) return;
    const again = pressed === button;
    stop();
    if (again) return;
    pressed = button;
    button.setAttribute("aria-pressed", "true");
    speak(button, blocksOf(document.getElementById(button.dataset.listen)).flatMap(pieces));
  });
  document.addEventListener("htmx:before:swap", stop);
  document.addEventListener("htmx:after:swap", show);
  window.addEventListener("pagehide", stop);
  speech.addEventListener?.("voiceschanged", show);
  show();
})();
