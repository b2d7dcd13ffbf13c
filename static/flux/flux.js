/* What the pages do beyond links and forms. Everything here only shortens a way that works without it. */
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/* Menus close when one presses elsewhere, picks something, or presses Escape; focus goes back to what opened them. */
const openMenus = () => $$("details.js-menu[open], details.edit[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.closest(".js-keys")) $("#keys").showModal();
  const toast = event.target.closest(".js-close")?.closest(".js-toast");
  if (toast) toast.remove();
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => say("Copied"));
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
});
document.addEventListener("toggle", (event) => {
  if (!event.target.open || !event.target.matches("details.edit, details.js-menu")) return;
  for (const menu of openMenus()) if (menu !== event.target && !menu.contains(event.target)) menu.open = false;
  $("form input:not([type=hidden]), form select", event.target)?.focus();
}, true);

/* One sentence at the foot of the page, read aloud, gone after eight seconds unless looked at. */
function say(text) {
  const toast = document.createElement("div");
  toast.className = "toast js-toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  $("#toasts").append(toast);
  fade(toast);
}
function fade(toast) {
  let timer = setTimeout(() => toast.remove(), 8000);
  const wait = () => clearTimeout(timer);
  const go = () => { wait(); timer = setTimeout(() => toast.remove(), 4000); };
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusout", go);
}
$$(".js-toast").forEach(fade);

/* Keyboard */
const GO = { h: "/", o: "/orders/", t: "/tracking/", e: "/email/" };
let pendingGo = 0;
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => $$("tr:has(.goes), li:has(> .goes), li:has(.stack > .goes)");

function step(by) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, here < 0 ? 0 : here + by))];
  $(".goes", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) { menu.open = false; $("summary", menu).focus(); }
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
  const key = event.key;
  if (Date.now() - pendingGo < 1000 && GO[key]) { location.href = GO[key]; return; }
  pendingGo = key === "g" ? Date.now() : 0;
  if (key === "/") { event.preventDefault(); ($(".js-search") || $(".js-find"))?.focus(); }
  else if (key === "e") $("#edit-values")?.click();
  else if (key === "?") $("#keys")?.showModal();
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (key === "x") $(".js-tick", document.activeElement.closest("tr") || document.createElement("i"))?.click();
});

/* Ticked rows: a bar says how many and what can be done with them. */
function count() {
  const bar = $(".js-bulk");
  if (!bar) return;
  const ticks = $$(".js-tick"), on = ticks.filter((tick) => tick.checked).length, all = $(".js-tick-all");
  bar.hidden = !on;
  $("output", bar).textContent = `${on} selected`;
  if (all) { all.checked = on > 0 && on === ticks.length; all.indeterminate = on > 0 && on < ticks.length; }
  const rest = $(".js-all-matching", bar);
  if (rest) { rest.hidden = on < ticks.length; if (rest.hidden) $("input", rest).checked = false; }
}
let lastTick = null;
document.addEventListener("click", (event) => {
  const tick = event.target.closest(".js-tick");
  if (!tick) return;
  if (event.shiftKey && lastTick) {
    const ticks = $$(".js-tick"), [from, to] = [ticks.indexOf(lastTick), ticks.indexOf(tick)].sort((a, b) => a - b);
    if (from >= 0) ticks.slice(from, to + 1).forEach((other) => { other.checked = tick.checked; });
  }
  lastTick = tick;
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".js-tick-all")) $$(".js-tick").forEach((tick) => { tick.checked = event.target.checked; });
  if (event.target.matches(".js-tick, .js-tick-all")) count();
  if (event.target.matches(".js-submit")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (event.target.closest(".js-untick")) { $$(".js-tick").forEach((tick) => { tick.checked = false; }); count(); }
  if (event.target.closest(".js-pick")) $(".table")?.classList.toggle("picking");
});
count();

/* htmx: old rows stay, dimmed, while a list loads; the new count is announced. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const main = $("#main");
  // A page that renews itself waits while somebody is busy in it.
  if (event.target.matches(".js-reading") && main !== document.activeElement && main.contains(document.activeElement)) event.preventDefault();
  else event.detail.target.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.includes("/accounts/login/")) return;
  event.detail.shouldSwap = false;
  location.reload();
});
document.addEventListener("htmx:afterSettle", (event) => { event.detail.target.removeAttribute("aria-busy"); count(); });
document.addEventListener("htmx:responseError", () => say("That did not load. Try again."));
document.addEventListener("htmx:sendError", () => say("Flux does not answer. Check the connection and try again."));

/* A form that was sent says so and is not sent twice. */
document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog" || event.target.matches("[hx-get], .find")) return;
  const button = event.submitter;
  if (button && event.target.method === "post") setTimeout(() => button.setAttribute("aria-busy", "true"));
});
addEventListener("pageshow", (event) => { if (event.persisted) $$("button[aria-busy]").forEach((b) => b.removeAttribute("aria-busy")); });

/* The browser knows the time zone; offer it where the member's is another one. */
const zone = $(".js-zone");
if (zone) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (here && here !== "UTC" && here !== zone.dataset.zone) {
    $("[name=time_zone]", zone).value = here;
    $("button span", zone).textContent = `Use ${here.replaceAll("_", " ")} as my time zone`;
    zone.hidden = false;
  }
}
