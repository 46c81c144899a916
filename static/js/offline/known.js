// What this device knows of the portal: its public keys and what it revoked, fetched whenever there is a network.
(() => {
  const KEYS = "/.well-known/shubbak-keys.json";
  const REVOKED = "/v/revocations.cose";
  const [STORE, HELD] = ["shubbak-known", "/v/held"];

  const fetched = async (url) => {
    const answer = await fetch(url, { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw new Error(url);
    return answer;
  };

  // Signatures are checked again whenever it is read: nothing is believed because it was kept.
  const opened = async ({ keys, list }) => ({ keys, ...(await seals.revocations(Uint8Array.from(list), keys)) });

  // Null where nothing was kept yet; fails where what was kept cannot be read.
  const known = async () => {
    const held = await (await caches.open(STORE)).match(HELD);
    return held ? opened(await held.json()) : null;
  };

  // Whoever holds the network for a moment must not bring back what was revoked since. Within one second a list only grows.
  const isOlder = (one, other) => one.made < other.made || (one.made === other.made && one.reasons.size < other.reasons.size);

  // Two tabs take turns, or the slower one could put an older list over a newer.
  const inTurn = (act) => (navigator.locks ? navigator.locks.request(STORE, act) : act());

  // Keys and list are one entry, taken together or not at all; fails with `older` for a list made before the one held.
  const refresh = async () => {
    const [answer, list] = await Promise.all([fetched(KEYS), fetched(REVOKED)]);
    const offered = { keys: (await answer.json()).keys, list: [...new Uint8Array(await list.arrayBuffer())] };
    const fresh = await opened(offered);
    await inTurn(async () => {
      const held = await known().catch(() => null);
      if (held && isOlder(fresh, held)) throw new Error("older");
      await (await caches.open(STORE)).put(HELD, new Response(JSON.stringify(offered)));
    });
  };

  globalThis.issuer = { known, refresh };
})();
