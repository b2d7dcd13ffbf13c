/* Files of mail, dropped or chosen: sent in parts with progress, and what became of each said below. Without this file
   the form sends them itself. */
const $ = (selector, within) => within.querySelector(selector);
const $$ = (selector, within) => [...within.querySelectorAll(selector)];
const MAIL = /\.(eml|mbox|mbx)$/i;
const MOST_FILES = 100, MOST_BYTES = 64 * 1024 * 1024, ONE_FILE = 200 * 1024 * 1024;
const zone = $(".js-drop", document);
const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
const takesFolders = "webkitGetAsEntry" in DataTransferItem.prototype;
const megabytes = (bytes) => (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0);
const counted = (count, word) => `${count.toLocaleString()} ${word}${count === 1 ? "" : "s"}`;

/* Files of a drop. In a folder only what is called like mail; a file dropped by itself is taken whatever its name. */
async function dropped(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
  const found = [];
  for (const [entry, file] of entries) {
    if (entry?.isDirectory) found.push(...(await inFolder(entry)).filter((one) => MAIL.test(one.name)));
    else if (file) found.push(file);
  }
  return found;
}
async function inFolder(folder) {
  const reader = folder.createReader(), found = [];
  // A reader gives some hundred entries at a time, and none when it is through.
  for (;;) {
    const entries = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!entries.length) return found;
    for (const entry of entries) {
      if (entry.isDirectory) found.push(...await inFolder(entry));
      else found.push(await new Promise((done, fail) => entry.file(done, fail)));
    }
  }
}

/* Parts that a server takes at a time. */
function parts(files) {
  const all = [];
  let part = [], bytes = 0;
  for (const file of files) {
    if (part.length && (part.length >= MOST_FILES || bytes + file.size > MOST_BYTES)) {
      all.push(part);
      part = [];
      bytes = 0;
    }
    part.push(file);
    bytes += file.size;
  }
  return part.length ? [...all, part] : all;
}

let running = null;
async function send(files) {
  if (running) return say("An import is under way. Wait for it to end, or stop it.");
  $(".js-report", zone).replaceChildren();
  const large = files.filter((file) => file.size > ONE_FILE);
  if (large.length) return say(`${large[0].name} is bigger than 200 MB. Have it imported on the machine that runs Flux: manage.py import_mail.`);
  if (!files.length) return say("No mail files found: they are called .eml or .mbox.");
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0, done = 0;
  try {
    for (const part of parts(files)) {
      const bytes = part.reduce((sum, file) => sum + file.size, 0);
      progress(before, total, done, files.length);
      report(await post(part, (share) => progress(before + share * bytes, total, done, files.length)));
      before += bytes;
      done += part.length;
    }
    say("");
    const input = $("[name=mails]", zone);
    if (input) input.value = "";
  } catch (problem) {
    say(done ? `${problem.message} ${counted(done, "file")} of ${files.length} got through; bring the rest again.` : problem.message);
  }
  for (const button of $$("[aria-busy]", zone)) button.removeAttribute("aria-busy");
}

function post(files, moved) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", $("[name=csrfmiddlewaretoken]", zone).value);
  for (const file of files) data.append("mails", file, file.name);
  return new Promise((done, fail) => {
    const request = running = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => moved(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener("loadend", () => { running = null; });
    request.addEventListener("abort", () => fail(new Error("Stopped.")));
    request.addEventListener("error", () => fail(new Error("Flux does not answer. Check the connection and try again.")));
    request.addEventListener("load", () => {
      if (request.responseURL.includes("/accounts/login/")) location.reload();
      else if ([200, 422].includes(request.status)) done(request.responseText);
      else fail(new Error("That did not work. Try again, or choose fewer files."));
    });
    request.open("POST", zone.action);
    request.setRequestHeader("HX-Request", "true");
    request.send(data);
  });
}

/* The first answer is shown as it is; those that follow add their numbers and lines to it. */
function report(html) {
  const place = $(".js-report", zone), answer = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const sums = $$("[data-sum]", place), more = $$("[data-sum]", answer);
  if (!sums.length || !more.length) { place.append(answer); return; }
  sums.forEach((sum, index) => { sum.textContent = Number(sum.textContent) + Number(more[index].textContent); });
  if (Number(sums.at(-1).textContent)) sums.at(-1).closest(".status").classList.replace("is-slate", "is-red");
  $(".import-files", place).append(...$$(".import-files > li", answer));
}

function progress(bytes, total, done, count) {
  const bar = $(".js-progress", zone);
  bar.hidden = false;
  $("progress", bar).hidden = $(".js-stop", bar).hidden = false;
  $("progress", bar).max = total || 1;
  $("progress", bar).value = bytes;
  const stage = total && bytes >= total ? "Storing…" : `${megabytes(bytes)} of ${megabytes(total)} MB`;
  $(".js-said", bar).textContent = `${stage} · ${counted(done, "file")} of ${count} done`;
}
function say(text) {
  const bar = $(".js-progress", zone);
  bar.hidden = !text;
  $("progress", bar).hidden = $(".js-stop", bar).hidden = true;
  $(".js-said", bar).textContent = text;
}

/* The whole page takes a drop, so that a near miss does not open the file in place of the page. */
let depth = 0;
function hover(on) {
  zone.classList.toggle("over", on);
  if (on) zone.hidden = false;
  else if (zone.matches(".lurking") && !running && !$(".js-report", zone).hasChildNodes() && $(".js-progress", zone).hidden) zone.hidden = true;
}
addEventListener("dragenter", (event) => { if (carriesFiles(event)) { depth += 1; hover(true); } });
addEventListener("dragleave", (event) => { if (carriesFiles(event)) { depth = Math.max(0, depth - 1); if (!depth) hover(false); } });
addEventListener("dragover", (event) => { if (carriesFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } });
addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  zone.classList.remove("over");
  zone.hidden = false;
  zone.scrollIntoView({ block: "nearest" });
  try { await send(await dropped(event.dataTransfer)); } catch { say("A file or folder could not be read. Check that it is still there, and drop it again."); }
});
zone.addEventListener("submit", (event) => {
  const files = [...($("[name=mails]", zone)?.files || [])];
  if (!files.length) return;
  event.preventDefault();
  event.stopPropagation();
  send(files);
});
$(".js-folder", zone)?.addEventListener("change", (event) => {
  const files = [...event.target.files].filter((file) => MAIL.test(file.name));
  event.target.value = "";
  send(files);
});
$(".js-stop", zone).addEventListener("click", () => running?.abort());
addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

for (const part of $$(".js-only", zone)) part.hidden = part.matches(".js-folders") && !takesFolders;
$(".js-folder", zone)?.setAttribute("webkitdirectory", "");
