"use strict";
// Checks a certificate: all that is needed is in this page, but for a newer list of revoked ones.

const BEGUN = [0xd2, 0x84, 0x4d, 0xa2, 0x01, 0x27, 0x04, 0x48]; // COSE_Sign1, EdDSA, the key's name
const SIGNED = [0x84, 0x6a, ...[..."Signature1"].map((sign) => sign.charCodeAt(0)), ...BEGUN.slice(2)];
const NAME = 8, SIGNATURE = 64, MOST = 1024, DAY = 86400, CHECK = 2, DIGITS = 20;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
const published = JSON.parse(document.getElementById("published").textContent);
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

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
    if (at + size > bytes.length) throw new RangeError("short");
    return bytes.subarray(at, (at += size));
  };
  const one = (depth) => {
    const [first] = take(1);
    if (first === 0xf6) return null;
    const major = first >> 5, low = first & 31;
    if (low > 27 || depth > 4) throw new RangeError("head");
    const size = low < 24 ? BigInt(low) : [...take(1 << (low - 24))].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    if (major === 0) return size;
    if (size > BigInt(bytes.length)) throw new RangeError("size");
    if (major === 2) return take(Number(size));
    if (major === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(Number(size)));
    if (major === 4) return Array.from({ length: Number(size) }, () => one(depth + 1));
    throw new RangeError("kind");
  };
  const value = one(0);
  if (at !== bytes.length || !same(encoded(value), bytes)) throw new RangeError("written otherwise");
  return value;
}

// signed messages

function apart(whole) {
  const name = whole.subarray(BEGUN.length, BEGUN.length + NAME);
  const signature = whole.subarray(-SIGNATURE);
  const framed = whole.subarray(BEGUN.length + NAME + 1, whole.length - SIGNATURE - 2);
  const payload = decoded(framed);
  if (!(payload instanceof Uint8Array)) throw new RangeError("payload");
  if (!same([...BEGUN, ...name, 0xa0, ...encoded(payload), ...encoded(signature)], whole)) throw new RangeError("frame");
  return { name: hex(name), payload, signature, signed: Uint8Array.from([...SIGNED, ...name, 0x40, ...encoded(payload)]) };
}

async function isSigned(parts, key) {
  const subtle = globalThis.crypto?.subtle;
  if (subtle) {
    try {
      const known = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, known, parts.signature, parts.signed);
    } catch {
      // a browser that has no Ed25519
    }
  }
  return byLibrary(parts, key);
}

function byLibrary(parts, key) {
  try {
    return noble.verified(parts.signature, parts.signed, key);
  } catch {
    return false;
  }
}

// certificates

function bytesOf(digits) {
  if (!/^[1-9][0-9]*$/.test(digits) || digits.length > MOST * 2) return null;
  let text = BigInt(digits).toString(16);
  if (text.length % 2) text = "0" + text;
  const bytes = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  return bytes.length <= MOST ? bytes : null;
}

function whole(begun) {
  return begun + String(98n - ((BigInt(begun) * 100n) % 97n)).padStart(CHECK, "0");
}

const isSerial = (text) => new RegExp(`^[0-9]{${DIGITS}}$`).test(text) && whole(text.slice(0, -CHECK)) === text;
const spaced = (serial) => serial.replace(/^(.{6})(.{4})(.{4})(.{4})(.{2})$/, "$1-$2-$3-$4-$5");
const sound = (text) => typeof text === "string" && text !== "" && text.trim() === text && text.normalize("NFC") === text && !UNSEEN.test(text);

function contentOf(payload) {
  const said = decoded(payload);
  if (!Array.isArray(said) || said.length !== 6) throw new RangeError("content");
  const [version, number, holder, award, day, issuer] = said;
  if (version !== 1n || typeof number !== "bigint" || typeof day !== "bigint") throw new RangeError("content");
  if (number >= 10n ** BigInt(DIGITS - CHECK) || day > 2932896n || ![holder, award, issuer].every(sound)) throw new RangeError("content");
  const serial = whole(String(number).padStart(DIGITS - CHECK, "0"));
  return { serial, number, holder, award, day: Number(day), issuer };
}

// the list of revoked ones and of keys, signed as a certificate is

async function listOf(text, keys) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const parts = apart(bytes);
  const key = keys.get(parts.name);
  if (!key || key.lost !== null || !(await isSigned(parts, key.public))) throw new RangeError("list");
  const [version, what, issued, days, known, revoked] = decoded(parts.payload);
  if (version !== 1n || what !== "deskapp status") throw new RangeError("list");
  return {
    issued: Number(issued),
    days: Number(days),
    keys: new Map(known.map(([name, key, lost]) => [hex(name), { public: key, lost: lost === null ? null : Number(lost) }])),
    revoked: new Set(revoked),
  };
}

let list = null;

async function lists() {
  const trusted = new Map(published.keys.map(([name, key]) => [name, { public: Uint8Array.from(key.match(/../g), (pair) => parseInt(pair, 16)), lost: null }]));
  list = await listOf(published.list, trusted);
  if (!location.protocol.startsWith("http")) return;
  try {
    const answer = await fetch("status.json", { cache: "no-store" });
    const newer = await listOf((await answer.json()).list, list.keys);
    if (newer.issued > list.issued) list = newer;
  } catch {
    // none there, or none of ours: what came with the page decides, and its age is said
  }
}

// verdicts: valid, false, unknown

async function verify(text, now = Date.now() / 1000, signedBy = isSigned) {
  const digits = text.slice(text.lastIndexOf("#") + 1);
  if (isSerial(digits)) {
    const revoked = list.revoked.has(BigInt(digits.slice(0, -CHECK)));
    return { verdict: revoked ? "false" : "unknown", why: revoked ? "revoked" : "number" };
  }
  let parts, content;
  try {
    const bytes = bytesOf(digits);
    if (bytes === null) return { verdict: "unknown", why: "unreadable" };
    parts = apart(bytes);
    content = contentOf(parts.payload);
  } catch {
    return { verdict: "unknown", why: "unreadable" };
  }
  const key = list.keys.get(parts.name);
  if (!key) return { verdict: "unknown", why: "key", content };
  if (!(await signedBy(parts, key.public))) return { verdict: "false", why: "signature" };
  if (list.revoked.has(content.number)) return { verdict: "false", why: "revoked", content };
  if (key.lost !== null) return content.day >= key.lost ? { verdict: "false", why: "lost", content } : { verdict: "unknown", why: "lost_before", content };
  const age = now - list.issued;
  if (age > list.days * DAY) return { verdict: "unknown", why: "old", content };
  if (age < -DAY) return { verdict: "unknown", why: "clock", content };
  return { verdict: "valid", why: "valid", content };
}

// the page

const WORDS = {
  "zh-CN": {
    other: "English", title: "证书查验", compare: "请与纸面逐字核对，有一字不同即非原件。",
    ask: "证书二维码中的数字，或证书编号", check: "查验", photograph: "拍照或选图",
    how: "本页在您的设备上查验，不上传任何内容。", age: "作废名单更新于 {day}",
    holder: "获证人", award: "奖励", prize: "奖项", day: "落款日期", issuer: "颁发单位", number: "证书编号",
    valid: ["✓", "有效"], false: ["✕", "无效或已作废"], unknown: ["？", "不能确定"],
    why: {
      valid: "由本馆签发，内容未被改动，未作废。", revoked: "此证书已作废。", signature: "签名不符：不是本馆签发，或内容被改动。",
      unreadable: "这不是完整的证书码，请重新扫码或核对数字。", key: "签发密钥不在本页名单上：可能是其他单位或更新的证书，请向颁发单位核实。",
      lost: "签发密钥已挂失，此日期及以后的证书无效。", lost_before: "签发密钥后来挂失，请向颁发单位核实。",
      old: "签名正确，但作废名单已过期（{day}），不能确定是否作废。请联网后重试。",
      clock: "本机日期早于作废名单，请核对本机日期。", number: "编号未列入作废名单；仅凭编号不能证明真伪，请扫描证书上的二维码。",
      picture: "图中没有找到证书二维码。",
    },
  },
  en: {
    other: "中文", title: "Certificate check", compare: "Compare every word with the paper: if one differs, the paper is not genuine.",
    ask: "The digits in the QR code, or the certificate's number", check: "Check", photograph: "Photograph or picture",
    how: "This page checks on your own device; nothing is uploaded.", age: "List of revoked certificates of {day}",
    holder: "Awarded to", award: "For", prize: "Prize", day: "Date", issuer: "Issued by", number: "Number",
    valid: ["✓", "Valid"], false: ["✕", "False or revoked"], unknown: ["?", "Cannot tell"],
    why: {
      valid: "Signed by this library, unchanged, and not revoked.", revoked: "This certificate was revoked.", signature: "The signature is wrong: it was not issued here, or it was changed.",
      unreadable: "This is not a whole certificate code. Scan again, or compare the digits.", key: "The key that signed it is not on this page: it may be another institution's, or newer than the page. Ask whoever issued it.",
      lost: "The key that signed it was declared lost: nothing of that date or later is good.", lost_before: "The key that signed it was lost later. Ask whoever issued it.",
      old: "The signature is right, but the list of revoked certificates is too old ({day}) to tell whether it was revoked. Try again online.",
      clock: "This device's date is before that of the list of revoked certificates. Check the date.", number: "The number is not on the list of revoked ones. A number alone proves nothing: scan the QR code.",
      picture: "There is no certificate's QR code in this picture.",
    },
  },
};
const element = (id) => document.getElementById(id);
const dayOf = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
let language = /^zh/i.test(navigator.language) ? "zh-CN" : "en";
let shown = null;

function paint() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = `${words.title} · ${published.library}`;
  element("library").textContent = published.library;
  element("language").textContent = words.other;
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = words[each.dataset.say];
  element("age").textContent = list ? words.age.replace("{day}", dayOf(list.issued)) : "";
  element("verdict").hidden = element("content").hidden = true;
  if (!shown) return;
  element("verdict").hidden = false;
  element("verdict").className = shown.verdict;
  [element("sign").textContent, element("word").textContent] = words[shown.verdict];
  element("why").textContent = words.why[shown.why].replace("{day}", list ? dayOf(list.issued) : "");
  if (!shown.content) return;
  element("content").hidden = false;
  element("content").className = shown.verdict === "false" ? "against" : "";
  element("compare").hidden = shown.verdict === "false";
  const { serial, holder, award, day, issuer } = shown.content;
  const [title, ...prize] = award.split("\u3000");
  const rows = [["holder", holder], ["award", title], ["prize", prize.join("\u3000")], ["day", dayOf(day * DAY)], ["issuer", issuer], ["number", spaced(serial)]];
  element("content").querySelector("dl").replaceChildren(
    ...rows.filter(([, said]) => said).flatMap(([name, said]) => {
      const [term, what] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = words[name];
      what.textContent = said;
      what.className = name;
      return [term, what];
    }),
  );
}

async function show(text) {
  shown = await verify(text);
  paint();
}

async function picture(file) {
  const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
  if (codes.length) return show(codes[0].rawValue);
  shown = { verdict: "unknown", why: "picture" };
  paint();
}

element("language").addEventListener("click", () => {
  language = language === "en" ? "zh-CN" : "en";
  paint();
});
element("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  show(element("digits").value);
});
element("digits").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  show(element("digits").value);
});
element("picture").addEventListener("change", (event) => event.target.files.length && picture(event.target.files[0]));
element("photograph").hidden = !("BarcodeDetector" in globalThis);
addEventListener("hashchange", () => location.hash.length > 1 && show(location.hash.slice(1)));
const ready = lists().then(() => {
  paint();
  return location.hash.length > 1 ? show(location.hash.slice(1)) : null;
});
paint();
