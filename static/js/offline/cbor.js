// CBOR (RFC 8949) as seals are written in it: read, and written again in the one way that a value can be.
(() => {
  const fail = (why) => { throw new Error(why); };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  // Just enough of CBOR (RFC 8949): whole numbers, strings, arrays, maps and tags, of definite length.
  const readCbor = (bytes) => {
    let at = 0;
    const take = (count) => (at + count <= bytes.length ? bytes.subarray(at, (at += count)) : fail("short"));
    const number = (head) => {
      const size = head & 31;
      if (size < 24) return size;
      if (size > 27) fail("indefinite");
      return take(1 << (size - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    };
    const item = (deep) => {
      if (deep > 4) fail("deep");
      const head = take(1)[0];
      const count = number(head);
      switch (head >> 5) {
        case 0: return count;
        case 1: return -1 - count;
        case 2: return take(count);
        case 3: return new TextDecoder("utf-8", { fatal: true }).decode(take(count));
        case 4: return Array.from({ length: Math.min(count, 64) }, () => item(deep + 1));
        case 5: return new Map(Array.from({ length: Math.min(count, 64) }, () => [item(deep + 1), item(deep + 1)]));
        case 6: return item(deep + 1);
        default: return fail("kind");
      }
    };
    const value = item(0);
    return at === bytes.length ? value : fail("long");
  };

  // The one way to write a value: what was read must be written so again, octet for octet.
  const head = (major, count) => {
    if (count < 24) return [major | count];
    const width = [1, 2, 4, 8].find((size) => count < 256 ** size);
    const octets = Array.from({ length: width }, (_, at) => Math.floor(count / 256 ** (width - 1 - at)) % 256);
    return [major | (24 + Math.log2(width)), ...octets];
  };
  const written = (value) => {
    if (Number.isInteger(value)) return value < 0 ? head(0x20, -1 - value) : head(0, value);
    if (value instanceof Uint8Array) return [...head(0x40, value.length), ...value];
    if (typeof value === "string") return written(new TextEncoder().encode(value)).map((octet, at) => (at ? octet : octet | 0x20));
    if (Array.isArray(value)) return [...head(0x80, value.length), ...value.flatMap(written)];
    const pairs = [...value].map(([key, held]) => [...written(key), ...written(held)]);
    return [...head(0xa0, value.size), ...pairs.sort((one, other) => (hex(one) < hex(other) ? -1 : 1)).flat()];
  };

  globalThis.cbor = { read: readCbor, written, hex };
})();
