// The shell's script: opens the app with a fresh code, keeps the address in step, shows what Entrata received, sets faults.
// Names come from a world that may be hostile: they are only ever written as text.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const company = $("select[name=company]");
const staff = $("select[name=staff]");
const directory = JSON.parse($("#directory").textContent);
const seat = () => ({ subdomain: company.value, user_id: staff.value });
const openPath = ({ subdomain, user_id }) => `/open/${encodeURIComponent(subdomain)}/${encodeURIComponent(user_id)}`;
const appsPath = ({ subdomain, user_id }) => "/?" + new URLSearchParams({ company: subdomain, staff: user_id });

async function ask(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) };
  const answer = await fetch(path, body === undefined ? {} : post);
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.error ?? `${path} answered ${answer.status}`);
  }
  return answer.json();
}

function show(view) {
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== view;
}

// Who sits here. Picking somebody else leaves the app, as signing in to the platform as another person would.

function fillStaff(chosen) {
  const people = directory.find((entry) => entry.subdomain === company.value).staff;
  staff.replaceChildren(...people.map(({ id, name, role }) => new Option(`${name} · ${role}`, id, false, id === chosen)));
}

function point() {
  const path = openPath(seat());
  $("[data-tile=latchkey]").href = path;
  $("[data-open-form]").action = path;
  for (const link of document.querySelectorAll("[data-action=apps]")) link.href = appsPath(seat());
}

let facts = 0;
async function refreshFacts() {
  const turn = ++facts;
  const page = await (await fetch(appsPath(seat()))).text();
  if (turn !== facts) return;
  const fresh = new DOMParser().parseFromString(page, "text/html");
  $("[data-facts]").replaceWith($("[data-facts]", fresh));
}

function sit(subdomain, userId) {
  if (!directory.some((entry) => entry.subdomain === subdomain)) return;
  company.value = subdomain;
  fillStaff(userId);
  point();
  refreshFacts();
}

function picked() {
  const wasOpen = !$("[data-view=app]").hidden;
  point();
  closeApp();
  refreshFacts();
  history[wasOpen ? "pushState" : "replaceState"](null, "", appsPath(seat()));
}
company.addEventListener("change", () => { fillStaff(); picked(); });
staff.addEventListener("change", picked);

// The app's frame: always a new element with a new code, as when the platform's page is loaded.

let opening = 0;
async function openApp() {
  const turn = ++opening;
  const { url } = await ask("/codes", seat());
  if (turn !== opening) return;
  const frame = Object.assign(document.createElement("iframe"), { title: "Latchkey", name: "app", src: url });
  $("[data-frame]").replaceChildren(frame);
  $("[data-address]").textContent = url.replace(/(auth_code=.{6}).*/, "$1…");
  show("app");
}

function closeApp() {
  opening++;
  $("[data-frame]").replaceChildren();
  show("apps");
}

const plain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
$("[data-tile=latchkey]").addEventListener("click", (event) => {
  if (!plain(event)) return;
  event.preventDefault();
  history.pushState(null, "", openPath(seat()));
  openApp();
});
$("[data-open-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  openApp();
});
for (const link of document.querySelectorAll("[data-action=apps]")) {
  link.addEventListener("click", (event) => {
    if (!plain(event)) return;
    event.preventDefault();
    if (!$("[data-view=app]").hidden) history.pushState(null, "", appsPath(seat()));
    closeApp();
  });
}
window.addEventListener("popstate", () => {
  const opened = location.pathname.match(/^\/open\/([^/]+)\/([^/]+)$/);
  const query = new URLSearchParams(location.search);
  if (opened) {
    sit(decodeURIComponent(opened[1]), decodeURIComponent(opened[2]));
    openApp();
  } else {
    closeApp();
    sit(query.get("company") ?? directory[0].subdomain, query.get("staff") ?? undefined);
  }
});
point();

// What Entrata received.

const requests = $("[data-requests]");
let shown = "";

function line(request, now) {
  const item = document.createElement("li");
  const head = document.createElement("div");
  const time = document.createElement("time");
  const method = document.createElement("strong");
  const status = document.createElement("b");
  const told = document.createElement("small");
  const more = document.createElement("small");
  time.textContent = new Date(now - request.ago_ms).toLocaleTimeString([], { hour12: false });
  method.textContent = request.method || "(no method)";
  status.textContent = request.status ?? "dropped";
  told.textContent = request.outcome;
  more.textContent = details(request).join(" · ");
  item.className = /^(Gave|Told)[^.]*\.$/.test(request.outcome) ? "good" : "bad";
  Object.assign(item.dataset, { method: request.method, status: request.status ?? "dropped" });
  head.append(time, method, status);
  item.append(head, told, more);
  return item;
}

function details(request) {
  const verdict = (name, right) => right === false && `${name} wrong`;
  return [
    request.subdomain && `${request.subdomain}/${request.user_id}`,
    request.code && `code ${request.code}`,
    request.token && `token ${request.token}`,
    request.format,
    request.property_id && `property ${request.property_id}`,
    request.page && `page ${request.page}`,
    request.request_id && `request ${request.request_id}`,
    verdict("client", request.client_ok),
    verdict("bearer", request.bearer_ok),
    request.faults.length ? `fault ${request.faults.join(", ")}` : null,
  ].filter(Boolean);
}

async function refreshRequests() {
  const answer = await ask("/requests?last=200");
  const numbers = answer.requests.map((request) => request.number).join();
  if (numbers === shown) return;
  shown = numbers;
  const now = Date.now();
  requests.replaceChildren(...answer.requests.map((request) => line(request, now)).reverse());
  $("[data-none]").hidden = answer.requests.length > 0;
}

// Events: about the company that is picked.

$("[data-events]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const told = {
    ...seat(),
    request_type: event.submitter.value,
    property_id: Number(form.elements.property_id.value) || null,
    code: form.elements.code.checked,
    world: form.elements.world.checked,
  };
  const show = (text) => ($("[data-told]").textContent = text);
  try {
    const { status, body } = await ask("/events", told);
    show(`${event.submitter.value}: ${status} ${body.slice(0, 80)}`);
    refreshFacts();
  } catch (error) {
    show(error.message);
  }
});

// Faults.

const targets = {
  token: "getAccessToken",
  "user-info": "getUserInfo",
  both: "sign-in",
  properties: "getProperties",
  customers: "getCustomers",
  leases: "getLeases",
  services: "web services",
};

function showFaults({ active }) {
  for (const box of document.querySelectorAll("input[name=fault]")) {
    const set = active.filter((entry) => entry.fault === box.value);
    box.checked = set.length > 0;
    const scope = ({ target, left }) => targets[target] + (left === null ? "" : `, ${left} left`);
    $("em", box.parentElement).textContent = set.map(scope).join("; ");
  }
  $("[data-faults]").dataset.faults = active.map((entry) => entry.fault).join(" ");
}

let setting = 0;
const refreshFaults = async () => {
  const turn = setting;
  const answer = await ask("/faults");
  if (turn === setting) showFaults(answer);
};

$("[data-faults]").addEventListener("change", async ({ target: box }) => {
  if (box.name !== "fault") return;
  const turn = ++setting;
  const times = Number($("[name=fault-times]").value) || null;
  const set = { fault: box.value, target: $("[name=fault-target]").value, times };
  const answer = await ask("/faults", box.checked ? set : { fault: box.value, off: true });
  if (turn === setting) showFaults(answer);
});
const press = (action, then) => $(`[data-action=${action}]`).addEventListener("click", then);
press("clear", async () => { await ask("/clear", { what: "requests" }); refreshRequests(); });
press("clear-faults", async () => { setting++; await ask("/clear", { what: "faults" }); refreshFaults(); });
press("advance", (event) => ask("/advance", { seconds: Number(event.currentTarget.value) }));

// The page lives on while the sandbox restarts: a failed look is tried again at the next tick.
const look = () => document.hidden || Promise.all([refreshRequests(), refreshFaults()]).catch(() => {});
setInterval(look, 1000);
look();
