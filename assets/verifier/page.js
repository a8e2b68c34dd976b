"use strict";
// The page: it asks nobody but for a newer list beside it, and shows what `judged` says.

const WORDS = {
  "zh-CN": {
    other: "English", title: "证书查验", ask: "输入证书二维码中的数字，或证书编号", check: "查验", photograph: "拍照或选图",
    how: "本页只在您的设备上查验，不上传任何内容；存下来离线也能用。", address: "正式网址：{address}",
    age: "作废名单：{day}（{age}）", no_list: "作废名单不可用",
    holder: "获证人", award: "奖励名称", prize: "奖项", day: "落款日期", issuer: "颁发单位", number: "证书编号",
    sign: { valid: "✓", false: "✕", unknown: "?" },
    word: { valid: "有效", false: "无效", revoked: "已作废", unknown: "不能确定", wait: "正在查验" },
    compare: { usual: "请与纸面逐字核对：有一字不同，即非原件。", revoked: "此证书原来的内容：", lost: "码中所写，不作数：", key: "码中所写，未经证实：" },
    why: {
      valid: "确由本馆签发，内容未被改动，也未作废。",
      revoked: "本馆已作废这张证书，不再有效。",
      signature: "签名不符：不是本馆签发，或内容被改动。",
      unreadable: "这不是完整的证书码。请重新扫码；若仍如此，即非本馆签发。",
      lost: "签发密钥已挂失，落款在挂失之日及以后的证书一律无效。",
      key: "签发密钥不在本页名单上：可能是其他单位的证书，或本页太旧。请向颁发单位核实。",
      lost_before: "签名相符，但签发密钥后来挂失，日期可能被倒填。请向颁发单位核实。",
      retired: "签名相符，但落款日期晚于签发密钥停用之日。请向颁发单位核实。",
      old: "签名相符，内容未被改动；但作废名单已过期，不能确定是否作废。请联网后重试，或向颁发单位核实。",
      clock: "签名相符，内容未被改动；但本机日期早于作废名单。请校准本机日期后重试。",
      list: "本页的作废名单不完整，请重新打开颁发单位的查验页。",
      number: "编号未列入作废名单；但仅凭编号不能证明真伪，请扫描证书上的二维码。",
      misnumber: "编号有误：请对照纸面检查每一位。",
      picture: "图中没有找到证书二维码，请靠近、对正后重拍。",
      browser: "此浏览器不能查验，请换用较新的浏览器。",
    },
  },
  en: {
    other: "中文", title: "Certificate check", ask: "The digits in the certificate’s QR code, or its number", check: "Check", photograph: "Take or choose a picture",
    how: "This page checks on your own device and uploads nothing; saved, it works offline too.", address: "Official address: {address}",
    age: "List of revoked certificates: {day} ({age})", no_list: "There is no list of revoked certificates",
    holder: "Awarded to", award: "Award", prize: "Prize", day: "Dated", issuer: "Issued by", number: "Number",
    sign: { valid: "✓", false: "✕", unknown: "?" },
    word: { valid: "Valid", false: "False", revoked: "Revoked", unknown: "Cannot tell", wait: "Checking" },
    compare: { usual: "Compare every word with the paper: if one differs, the paper is not genuine.", revoked: "What this certificate said:", lost: "What the code says, which counts for nothing:", key: "What the code says, unproven:" },
    why: {
      valid: "Issued by this library, not changed since, and not revoked.",
      revoked: "The library has revoked this certificate: it is no longer good.",
      signature: "The signature is wrong: it was not issued by this library, or it was changed.",
      unreadable: "This is not a whole certificate code. Scan it again; if it stays so, it was not issued by this library.",
      lost: "The key that signed it was lost: what is dated that day or later is not good.",
      key: "The key that signed it is not known here: another institution’s, or newer than this page. Ask the issuer.",
      lost_before: "The signature is right, but the key was lost later and the date may be forged. Ask the issuer.",
      retired: "The signature is right, but the date is later than the key was in use. Ask the issuer.",
      old: "The signature is right and nothing was changed; but the list is too old to tell whether it was revoked since. Try again online, or ask the issuer.",
      clock: "The signature is right and nothing was changed; but this device’s date is before that of the list. Correct the date and try again.",
      list: "The list of revoked certificates in this page is damaged: open the issuer’s page again.",
      number: "The number is not on the list of revoked ones; but a number alone proves nothing: scan the QR code on the paper.",
      misnumber: "There is a slip in this number: compare every digit with the paper.",
      picture: "No certificate’s QR code was found in the picture: come closer, hold it straight.",
      browser: "This browser cannot check certificates: take a newer one.",
    },
  },
};
const WAIT = 5000; // milliseconds for the newer list
const LEAST = 60; // signs from which nobody means a number
const published = JSON.parse(document.getElementById("published").textContent);
const element = (id) => document.getElementById(id);
const now = () => Date.now() / 1000;
const spaced = (serial) => serial.replace(/^(.{6})(.{4})(.{4})(.{4})(.{2})$/, "$1-$2-$3-$4-$5");
let language = /^zh/i.test(navigator.language) ? "zh-CN" : "en";
let list = null;
let shown = null;
let waiting = true;

async function lists() {
  try {
    list = await listOf(published.list);
  } catch {
    return; // a damaged page: it says so of every certificate
  }
  if (!/^https?:$/.test(location.protocol)) return;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT);
  try {
    const asked = { cache: "no-store", credentials: "omit", redirect: "error", signal: stop.signal };
    const answer = await fetch("status.json", asked);
    list = await newer(list, (await answer.json()).list, now());
  } catch {
    // none there, or none of ours: what came with the page decides, and its age is said
  } finally {
    clearTimeout(timer);
  }
}

function dayOf(seconds, timeZone) {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone }).format(new Date(seconds * 1000));
}

/** today, yesterday, 3 days ago */
function ageOf(seconds) {
  const days = Math.max(0, Math.floor((now() - seconds) / DAY));
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
}

/** 二〇二六年十一月二十二日, as the paper has it. */
function inNumerals(seconds) {
  const digits = "〇一二三四五六七八九", date = new Date(seconds * 1000);
  const tens = (n) => (n < 10 ? "" : (n < 20 ? "" : digits[Math.floor(n / 10)]) + "十") + (n % 10 ? digits[n % 10] : "");
  const year = [...String(date.getUTCFullYear())].map((digit) => digits[digit]).join("");
  return `${year}年${tens(date.getUTCMonth() + 1)}月${tens(date.getUTCDate())}日`;
}

function lines({ serial, holder, award, day, issuer }) {
  const [title, ...prize] = award.split("\u3000");
  const written = language === "en" ? dayOf(day * DAY, "UTC") : `${dayOf(day * DAY, "UTC")}\n${inNumerals(day * DAY)}`;
  const all = { holder, award: title, prize: prize.join("\u3000"), day: written, issuer, number: spaced(serial) };
  return Object.entries(all).filter(([, said]) => said);
}

function line(name, said) {
  const [term, what] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = WORDS[language][name];
  what.textContent = said;
  what.className = name;
  if (/\p{Script=Han}/u.test(said)) what.lang = "zh-CN"; // or else a device may write it in Japanese shapes
  return [term, what];
}

function paint() {
  const words = WORDS[language], { verdict, why, content } = shown || {};
  document.documentElement.lang = language;
  const library = published.library[language];
  document.title = `${words.title} · ${library}`;
  element("library").textContent = library;
  element("language").textContent = words.other;
  element("language").lang = language === "en" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = words[each.dataset.say];
  element("age").textContent = list ? words.age.replace("{day}", dayOf(list.issued)).replace("{age}", ageOf(list.issued)) : words.no_list;
  element("address").textContent = published.address ? words.address.replace("{address}", published.address) : "";
  element("verdict").hidden = !shown;
  element("content").hidden = !content;
  if (!shown) return;
  element("verdict").className = verdict;
  element("sign").textContent = words.sign[verdict] || "";
  element("word").textContent = words.word[why === "revoked" ? why : verdict];
  element("why").textContent = words.why[why] || "";
  element("content").className = `${verdict} ${why}`;
  element("compare").textContent = content ? words.compare[why] || words.compare.usual : "";
  element("content").querySelector("dl").replaceChildren(...(content ? lines(content).flatMap((each) => line(...each)) : []));
}

function show(said) {
  shown = said;
  paint();
}

async function check(digits) {
  try {
    show(isSerial(digits) ? ofNumber(list, digits) : await judged(list, digits, now()));
  } catch {
    show({ verdict: "unknown", why: "browser" });
  }
}

/** What somebody typed or pasted: the digits, broken into lines or behind their address; a number as it is printed. */
async function typed(text) {
  const bare = text.replace(/\s/g, "");
  const digits = bare.slice(bare.lastIndexOf("#") + 1);
  const number = [...digits].length < LEAST ? digits.normalize("NFKC").replace(/[-\u2010\u2013\u2014]/g, "") : digits;
  if (!/^[0-9]{1,30}$/.test(number)) await check(digits);
  else if (isSerial(number)) await check(number);
  else show({ verdict: "unknown", why: "misnumber" });
}

async function picture(file) {
  try {
    const [code] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    if (code) return check(code.rawValue.slice(code.rawValue.lastIndexOf("#") + 1));
  } catch {
    // no picture
  }
  return show({ verdict: "unknown", why: "picture" });
}

async function sought() {
  if (location.hash.length > 1) await check(location.hash.slice(1));
  else show(null);
}

/** One after another, and none before the lists are there; then the verdict is where it is seen. */
function ask(what) {
  if (waiting) show({ verdict: "wait" });
  ready = ready.then(what).then(() => element("verdict").scrollIntoView({ block: "nearest" }));
}

function askTyped(event) {
  event.preventDefault();
  const text = element("digits").value;
  if (text.trim() === "") element("digits").focus();
  else ask(() => typed(text));
}

element("language").addEventListener("click", () => {
  language = language === "en" ? "zh-CN" : "en";
  paint();
});
element("ask").addEventListener("submit", askTyped);
element("digits").addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && askTyped(event));
element("picture").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) ask(() => picture(file));
  event.target.value = ""; // the same one may be chosen again
});
element("photograph").hidden = element("picture").hidden = !("BarcodeDetector" in globalThis);
element("ask").hidden = element("language").hidden = false;
addEventListener("hashchange", () => ask(sought));
show(location.hash.length > 1 ? { verdict: "wait" } : null);
let ready = lists().then(() => (waiting = false)).then(sought);
