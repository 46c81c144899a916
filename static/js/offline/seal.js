// Reads the seal of a document, and the portal's signed list of revoked ones, with WebCrypto alone: docs/seal.md says how.
(() => {
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const fail = (why) => { throw new Error(why); };

  const bytesOf = (seal) => {
    const found = [];
    let [held, bits] = [0, 0];
    for (const letter of seal.toUpperCase()) {
      const value = LETTERS.indexOf(letter);
      if (value < 0) fail("base32");
      held = ((held << 5) | value) & 4095;
      bits += 5;
      if (bits >= 8) found.push((held >> (bits -= 8)) & 255);
    }
    // What is left over is nothing: there is one way to write a seal.
    if (bits > 4 || held & ((1 << bits) - 1)) fail("base32");
    return Uint8Array.from(found);
  };

  const same = (one, other) => one.length === other.length && one.every((octet, at) => octet === other[at]);

  // The payload of a COSE_Sign1 (RFC 9052) that one of the keys signed; `typ` is what kind of statement it must be.
  const opened = async (message, keys, typ) => {
    const parts = cbor.read(message);
    if (!Array.isArray(parts) || parts.length !== 4 || !same(message, [0xd2, ...cbor.written(parts)])) fail("form");
    const [protect, unprotected, payload, signature] = parts;
    if (!(unprotected instanceof Map) || unprotected.size || signature.length !== 64) fail("form");
    const name = protect.subarray(5, 9);
    if (!same(protect, cbor.written(new Map([[1, -7], [4, name], ...(typ ? [[16, typ]] : [])])))) fail("form");
    const kid = cbor.hex(name);
    const jwk = keys.find((one) => one.kid === kid);
    if (!jwk) fail("key");
    const { kty, crv, x, y } = jwk;
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]);
    const covered = Uint8Array.from(cbor.written(["Signature1", protect, new Uint8Array(), payload]));
    if (!(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, covered))) fail("signature");
    const said = cbor.read(payload);
    return same(payload, cbor.written(said)) ? said : fail("form");
  };

  const KINDS = ["receipt", "completion", "request", "decision", "certificate", "attestation", "appointment", "slip", "report"];
  const OUTCOMES = ["", "granted", "refused", "returned", "withdrawn", "referred"];
  const isMoment = (value) => Number.isInteger(value) && value > 0 && value <= 253402300799;
  const isBytes = (value, size) => value instanceof Uint8Array && value.length === size;
  const isText = (value, most) => typeof value === "string" && [...value].length <= most && !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(value);

  // What a seal says; its errors are `key` for one made with a key that is not known, and anything else for a false one.
  const read = async (seal, keys) => {
    const claims = await opened(bytesOf(seal), keys);
    if (!(claims instanceof Map) || ![6, 7, -65537].every((name) => claims.has(name))) fail("claims");
    const expires = claims.get(4);
    if (claims.size !== (expires === undefined ? 3 : 4) || ![claims.get(6), expires ?? 1].every(isMoment)) fail("claims");
    const said = claims.get(-65537);
    if (!isBytes(claims.get(7), 10) || !Array.isArray(said) || said[0] !== 1 || said.length !== 10) fail("version");
    const [, kind, number, titleAr, titleFr, nameAr, nameFr, identifier, outcome, digest] = said;
    const words = [titleAr, titleFr, nameAr, nameFr];
    if (!KINDS.includes(kind) || !OUTCOMES.includes(outcome) || !/^[A-Z0-9-]{1,48}$/.test(number)) fail("kind");
    if (!words.every((one) => isText(one, 40)) || !isText(identifier, 6) || !isBytes(digest, 32)) fail("words");
    if (new TextEncoder().encode([number, ...words].join("")).length > 205) fail("words");
    const [title, name] = [{ ar: titleAr, fr: titleFr }, { ar: nameAr, fr: nameFr }];
    return { id: claims.get(7), issued: claims.get(6), expires, kind, number, title, name, identifier, outcome };
  };

  // The list of what was revoked: eight octets of the SHA-256 of an id and one for the reason, in order.
  const MARK = 8;
  const revocations = async (message, keys) => {
    const said = await opened(message, keys, "application/shubbak-revocations+cbor");
    const [version, made, next, entries] = Array.isArray(said) && said.length === 4 ? said : fail("version");
    const whole = entries instanceof Uint8Array && entries.length % (MARK + 1) === 0;
    if (version !== 1 || !isMoment(made) || !isMoment(next) || !whole) fail("version");
    const reasons = new Map();
    for (let at = 0, before = ""; at < entries.length; at += MARK + 1) {
      const mark = cbor.hex(entries.subarray(at, at + MARK));
      if (mark <= before) fail("order");
      reasons.set((before = mark), entries[at + MARK]);
    }
    return { made, next, reasons };
  };
  const markOf = async (id) => cbor.hex(new Uint8Array(await crypto.subtle.digest("SHA-256", id)).subarray(0, MARK));

  globalThis.seals = { read, revocations, markOf };
})();
