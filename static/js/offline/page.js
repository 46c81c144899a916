// The page that checks a sheet of paper without a network: what is asked of it, and what it answers.
const { page, part } = show;

let last = "";
// Counts what was asked of the page: a photograph is looked at for seconds, and something else may be asked meanwhile.
let asked = 0;
// Up to which of these the keys were renewed after it was asked. Counted, since a clock can be wrong.
let renewed = 0;
const judgeAgain = async () => {
  const typed = last;
  const found = await judging.judged(typed, renewed >= asked).catch(() => ["broken"]);
  if (last === typed) show.verdict(...found);
  return found[0];
};
const judge = async (typed) => {
  // What was said of the paper before must not be taken for what is said of this one.
  part("verdict").hidden = true;
  last = typed;
  asked += 1;
  part("searching").hidden = true;
  // A key that is not known may be newer than what is kept, or invented: the portal's own list of today tells which.
  if ((await judgeAgain()) === "unknown-key") await refresh();
};
const notice = (name) => {
  last = "";
  show.verdict(name);
};

// Several may run at once, and end in any order: the last one begun tells how it went.
let begun = 0;
const refresh = async (pressed = false) => {
  const own = (begun += 1);
  show.renewal("running");
  const before = asked;
  let outcome = "";
  try {
    await issuer.refresh();
    renewed = Math.max(renewed, before);
  } catch (error) {
    // What is known stays as it is, and its age is shown. That there is no network need not be said unasked.
    outcome = error.message === "older" ? "older" : pressed && "failed";
  }
  if (own === begun) show.renewal(outcome);
  await judging.told();
  // What is said of the paper may be another thing now.
  if (last) await judgeAgain();
};

part("text").addEventListener("submit", (event) => {
  event.preventDefault();
  judge(new FormData(event.target).get("seal"));
});
part("photo").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  part("verdict").hidden = true;
  // Nothing more is said of the paper before: a renewal that ends now must not bring its verdict back.
  last = "";
  const own = (asked += 1);
  part("searching").hidden = false;
  const text = await camera.inPhoto(file).catch(() => "");
  target.value = "";
  if (own !== asked) return;
  part("searching").hidden = true;
  if (text) judge(text);
  else notice("no-code");
});
const video = part("video");
part("scan").addEventListener("click", async () => {
  part("camera").hidden = false;
  try {
    await camera.watch(video, (text) => { part("camera").hidden = true; judge(text); });
  } catch {
    part("camera").hidden = true;
    notice("no-camera");
  }
});
part("stop").addEventListener("click", () => { camera.stop(video); part("camera").hidden = true; });
for (const name of ["again", "renew"]) part(name).addEventListener("click", () => refresh(true));
addEventListener("online", () => refresh());
part("scan").hidden = !navigator.mediaDevices;
part("ways").hidden = false;
part("scripts").hidden = true;

navigator.serviceWorker?.register(page.dataset.worker, { scope: page.dataset.scope });
judging.told();
refresh();
