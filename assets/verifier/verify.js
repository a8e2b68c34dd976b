"use strict";
// Reads certificates and the list of revoked ones, and judges. What is written in another way than
// the one that there is, is refused: as deskapp/cose.py and deskapp/certificate_text.py do.

const BEGUN = [0xd2, 0x84, 0x4d, 0xa2, 0x01, 0x27, 0x04, 0x48]; // COSE_Sign1, EdDSA, the key's name
const SIGNED = [0x84, 0x6a, ...new TextEncoder().encode("Signature1"), ...BEGUN.slice(2)];
const NAME = 8, KEY = 32, SIGNATURE = 64, MOST = 1024, DAY = 86400, LAST_DAY = 2932896n, CHECK = 2, DIGITS = 20;
const ED25519 = { name: "Ed25519" };
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function must(holds, what) {
  if (!holds) throw new RangeError(what);
}

// CBOR, in the one way of writing it (RFC 8949, section 4.2.1): whole numbers, bytes, text, lists, null

function head(major, size) {
  const sizes = [[24n, 0], [1n << 8n, 1], [1n << 16n, 2], [1n << 32n, 4], [1n << 64n, 8]];
  const at = sizes.findIndex(([limit]) => BigInt(size) < limit);
  if (at === 0) return [(major << 5) | Number(size)];
  const bytes = Array.from({ length: sizes[at][1] }, (_, n) => Number((BigInt(size) >> BigInt(8 * n)) & 0xffn));
  return [(major << 5) | (23 + at), ...bytes.reverse()];
}

function encoded(value) {
  if (value === null) return [0xf6];
  if (typeof value === "bigint") return head(0, value);
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  if (Array.isArray(value)) return [...head(4, value.length), ...value.flatMap(encoded)];
  const bytes = new TextEncoder().encode(value);
  return [...head(3, bytes.length), ...bytes];
}

function decoded(bytes) {
  let at = 0;
  const take = (size) => {
    must(at + size <= bytes.length, "short");
    return bytes.subarray(at, (at += size));
  };
  const one = (depth) => {
    const [first] = take(1);
    if (first === 0xf6) return null;
    const major = first >> 5, low = first & 31;
    must(low <= 27 && depth <= 4, "head");
    const size = low < 24 ? BigInt(low) : [...take(1 << (low - 24))].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    if (major === 0) return size;
    must(size <= BigInt(bytes.length), "size");
    if (major === 2) return take(Number(size));
    if (major === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(Number(size)));
    must(major === 4, "kind");
    return Array.from({ length: Number(size) }, () => one(depth + 1));
  };
  const value = one(0);
  must(at === bytes.length && same(encoded(value), bytes), "written otherwise");
  return value;
}

// signed messages

function apart(whole) {
  const name = whole.subarray(BEGUN.length, BEGUN.length + NAME);
  const signature = whole.subarray(-SIGNATURE);
  const payload = decoded(whole.subarray(BEGUN.length + NAME + 1, whole.length - SIGNATURE - 2));
  must(payload instanceof Uint8Array, "payload");
  must(same([...BEGUN, ...name, 0xa0, ...encoded(payload), ...encoded(signature)], whole), "frame");
  return { name: hex(name), payload, signature, signed: Uint8Array.from([...SIGNED, ...name, 0x40, ...encoded(payload)]) };
}

async function byBrowser(parts, key) {
  const known = await crypto.subtle.importKey("raw", key, ED25519, false, ["verify"]);
  return noble.strict(parts.signature, key) && crypto.subtle.verify(ED25519, known, parts.signature, parts.signed);
}

function byLibrary(parts, key) {
  return noble.strict(parts.signature, key) && noble.verified(parts.signature, parts.signed, key);
}

async function isSigned(parts, key) {
  try {
    return await byBrowser(parts, key);
  } catch {
    return byLibrary(parts, key); // a browser without Ed25519, or a page that came without TLS
  }
}

// certificates

function bytesOf(digits) {
  must(/^[1-9][0-9]*$/.test(digits) && digits.length <= MOST * 2, "digits");
  const text = BigInt(digits).toString(16); // an even number of them: the first byte is 0xd2
  const bytes = Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  must(text.length === 2 * bytes.length && bytes.length <= MOST, "digits");
  return bytes;
}

function whole(begun) {
  return begun + String(98n - ((BigInt(begun) * 100n) % 97n)).padStart(CHECK, "0");
}

const isSerial = (text) => text.length === DIGITS && /^[0-9]+$/.test(text) && whole(text.slice(0, -CHECK)) === text;
const sound = (text) => typeof text === "string" && text !== "" && text.trim() === text && text.normalize("NFC") === text && !UNSEEN.test(text);

function contentOf(payload) {
  const said = decoded(payload);
  must(Array.isArray(said) && said.length === 6, "content");
  const [version, number, holder, award, day, issuer] = said;
  must(version === 1n && typeof number === "bigint" && typeof day === "bigint", "content");
  must(number < 10n ** BigInt(DIGITS - CHECK) && day <= LAST_DAY && [holder, award, issuer].every(sound), "content");
  const serial = whole(String(number).padStart(DIGITS - CHECK, "0"));
  return { serial, number, holder, award, day: Number(day), issuer };
}

// the list of keys and of revoked certificates, signed as a certificate is

const upTo = (said, most) => typeof said === "bigint" && said <= most;

function listIn(payload) {
  const said = decoded(payload);
  must(Array.isArray(said) && said.length === 6, "list");
  const [version, what, issued, days, keys, revoked] = said;
  must(version === 1n && what === "deskapp status" && upTo(issued, (LAST_DAY + 1n) * BigInt(DAY) - 1n) && upTo(days, LAST_DAY), "list");
  must(Array.isArray(keys) && Array.isArray(revoked) && revoked.every((number) => typeof number === "bigint"), "list");
  const day = (said) => (said === null ? null : Number(said));
  const known = keys.map((each) => {
    must(Array.isArray(each) && each.length === 4, "key");
    const [name, key, until, lost] = each;
    must(name instanceof Uint8Array && key instanceof Uint8Array && name.length === NAME && key.length === KEY, "key");
    must([until, lost].every((day) => day === null || upTo(day, LAST_DAY)), "key");
    return [hex(name), { public: key, until: day(until), lost: day(lost) }];
  });
  return { issued: Number(issued), days: Number(days), keys: new Map(known), revoked: new Set(revoked) };
}

/** A list that a key signed which is good by the list itself and, of one that came later, by the one before. */
async function listOf(text, before = null) {
  const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const parts = apart(bytes);
  const list = listIn(parts.payload);
  for (const each of before ? [before, list] : [list]) {
    const key = each.keys.get(parts.name);
    must(key && key.lost === null && key.until === null && (await isSigned(parts, key.public)), "list");
  }
  return list;
}

/** The newer of two lists; what was revoked or lost once stays so. */
async function newer(list, text, now) {
  const other = await listOf(text, list);
  must(other.issued > list.issued && other.issued <= now + DAY, "older");
  for (const number of list.revoked) other.revoked.add(number);
  for (const [name, key] of list.keys) {
    const there = other.keys.get(name) || other.keys.set(name, key).get(name);
    if (key.lost !== null) there.lost = Math.min(key.lost, there.lost === null ? key.lost : there.lost);
  }
  return other;
}

// verdicts: valid, false, unknown; never two

function ofNumber(list, serial) {
  const revoked = list !== null && list.revoked.has(BigInt(serial.slice(0, -CHECK)));
  return revoked ? { verdict: "false", why: "revoked" } : { verdict: "unknown", why: "number" };
}

/** What a list lets say of a certificate: `signedBy` checks the signature, `now` is in seconds. */
async function judged(list, digits, now, signedBy = isSigned) {
  let parts, content;
  try {
    parts = apart(bytesOf(digits));
    content = contentOf(parts.payload);
  } catch {
    return { verdict: "unknown", why: "unreadable" };
  }
  if (list === null) return { verdict: "unknown", why: "list" };
  const said = (verdict, why) => ({ verdict, why, content });
  const key = list.keys.get(parts.name);
  if (!key) return said("unknown", "key");
  if (!(await signedBy(parts, key.public))) return { verdict: "false", why: "signature" };
  if (list.revoked.has(content.number)) return said("false", "revoked");
  if (key.lost !== null) return content.day >= key.lost ? said("false", "lost") : said("unknown", "lost_before");
  if (key.until !== null && content.day > key.until) return said("unknown", "retired");
  const age = now - list.issued;
  if (age < -DAY) return said("unknown", "clock");
  return age > list.days * DAY ? said("unknown", "old") : said("valid", "valid");
}
