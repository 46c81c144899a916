// What is to be said of a seal by a device that knows what it knows: docs/seal.md, «How to judge a paper».
(() => {
  const SLACK = 600;
  const seconds = () => Date.now() / 1000;

  // Opens `…/V/…`, or a seal that was pasted alone; a short code can only be looked up online.
  const sealIn = (typed) => typed.replace(/\s+/g, "").split(/[?#]/)[0].match(/(?:^|\/V\/)([A-Z2-7]{200,1024})$/i)?.[1] ?? "";

  // Null where nothing is kept yet, false where what is kept cannot be read.
  const known = () => issuer.known().catch(() => false);

  // It is later than whatever was signed. A clock that says otherwise, and not by minutes, is wrong.
  const isBehind = (signed) => seconds() < signed - SLACK;

  const isOld = (held) => seconds() >= held.next || isBehind(held.made);

  // Says what is kept here, and how old it is.
  const told = async () => {
    const held = await known();
    show.age(held, Boolean(held) && isOld(held));
    show.clock(Boolean(held) && isBehind(held.made));
    return held;
  };

  // `renewed` is whether the keys were fetched after this was asked: a seal of the portal's is then made with one of them.
  const judged = async (typed, renewed) => {
    const held = await told();
    if (!held) return [held === null ? "unready" : "broken"];
    const seal = sealIn(typed);
    if (!seal) return ["no-seal"];
    let said;
    try {
      said = await seals.read(seal, held.keys);
    } catch (error) {
      return [error.message === "key" && !renewed ? "unknown-key" : "forged"];
    }
    const behind = isBehind(Math.max(held.made, said.issued));
    show.clock(behind);
    const reason = held.reasons.get(await seals.markOf(said.id));
    if (reason !== undefined) return [reason === 5 ? "replaced" : "revoked", said];
    const now = Math.max(seconds(), held.made, said.issued);
    if (said.expires && said.expires <= now) return ["expired", said];
    return [behind || isOld(held) ? "valid-then" : "valid", said];
  };

  globalThis.judging = { judged, told };
})();
