// The shell's script: opens the app with a new code, updates the URL, shows the request log, sets faults.
// Names may be hostile, so they are only inserted as text.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const company = $("select[name=company]");
const staff = $("select[name=staff]");
const directory = JSON.parse($("#directory").textContent);
const selection = () => ({ subdomain: company.value, user_id: staff.value });
const openPath = ({ subdomain, user_id }) => `/open/${encodeURIComponent(subdomain)}/${encodeURIComponent(user_id)}`;
const appsPath = ({ subdomain, user_id }) => "/?" + new URLSearchParams({ company: subdomain, staff: user_id });

async function callApi(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) };
  const response = await fetch(path, body === undefined ? {} : post);
  if (!response.ok) {
    const details = await response.json().catch(() => ({}));
    throw new Error(details.error ?? `${path} returned ${response.status}`);
  }
  return response.json();
}

function show(view) {
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== view;
}

// The selected member of staff. Selecting another one closes the app, as signing in to Entrata as someone else would.

function fillStaff(selectedId) {
  const people = directory.find((entry) => entry.subdomain === company.value).staff;
  const option = ({ id, name, role }) => new Option(`${name} · ${role}`, id, false, id === selectedId);
  staff.replaceChildren(...people.map(option));
}

function updateLinks() {
  const path = openPath(selection());
  $("[data-tile=latchkey]").href = path;
  $("[data-open-form]").action = path;
  for (const link of document.querySelectorAll("[data-action=apps]")) link.href = appsPath(selection());
}

let factsRequest = 0;
async function refreshFacts() {
  const id = ++factsRequest;
  const page = await (await fetch(appsPath(selection()))).text();
  if (id !== factsRequest) return;
  const updated = new DOMParser().parseFromString(page, "text/html");
  $("[data-facts]").replaceWith($("[data-facts]", updated));
}

function select(subdomain, userId) {
  if (!directory.some((entry) => entry.subdomain === subdomain)) return;
  company.value = subdomain;
  fillStaff(userId);
  updateLinks();
  refreshFacts();
}

function selectionChanged() {
  const wasOpen = !$("[data-view=app]").hidden;
  updateLinks();
  closeApp();
  refreshFacts();
  history[wasOpen ? "pushState" : "replaceState"](null, "", appsPath(selection()));
}
company.addEventListener("change", () => { fillStaff(); selectionChanged(); });
staff.addEventListener("change", selectionChanged);

// The app's frame: always a new element with a new code, as when Entrata's page is loaded.

let openRequest = 0;
async function openApp() {
  const id = ++openRequest;
  const { url } = await callApi("/codes", selection());
  if (id !== openRequest) return;
  const frame = Object.assign(document.createElement("iframe"), { title: "Latchkey", name: "app", src: url });
  $("[data-frame]").replaceChildren(frame);
  $("[data-address]").textContent = url.replace(/(auth_code=.{6}).*/, "$1…");
  show("app");
}

function closeApp() {
  openRequest++;
  $("[data-frame]").replaceChildren();
  show("apps");
}

const isPlainClick = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
$("[data-tile=latchkey]").addEventListener("click", (event) => {
  if (!isPlainClick(event)) return;
  event.preventDefault();
  history.pushState(null, "", openPath(selection()));
  openApp();
});
$("[data-open-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  openApp();
});
for (const link of document.querySelectorAll("[data-action=apps]")) {
  link.addEventListener("click", (event) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    if (!$("[data-view=app]").hidden) history.pushState(null, "", appsPath(selection()));
    closeApp();
  });
}
window.addEventListener("popstate", () => {
  const opened = location.pathname.match(/^\/open\/([^/]+)\/([^/]+)$/);
  const query = new URLSearchParams(location.search);
  if (opened) {
    select(decodeURIComponent(opened[1]), decodeURIComponent(opened[2]));
    openApp();
  } else {
    closeApp();
    select(query.get("company") ?? directory[0].subdomain, query.get("staff") ?? undefined);
  }
});
updateLinks();

// The request log.

const requests = $("[data-requests]");
let shownNumbers = "";

function logItem(request, now) {
  const item = document.createElement("li");
  const head = document.createElement("div");
  const time = document.createElement("time");
  const method = document.createElement("strong");
  const status = document.createElement("b");
  const outcome = document.createElement("small");
  const more = document.createElement("small");
  time.textContent = new Date(now - request.ago_ms).toLocaleTimeString([], { hour12: false });
  method.textContent = request.method || "(no method)";
  status.textContent = request.status ?? "dropped";
  outcome.textContent = request.outcome;
  more.textContent = details(request).join(" · ");
  item.className = /^(Issued|Returned)[^.]*\.$/.test(request.outcome) ? "good" : "bad";
  Object.assign(item.dataset, { method: request.method, status: request.status ?? "dropped" });
  head.append(time, method, status);
  item.append(head, outcome, more);
  return item;
}

function details(request) {
  const wrong = (name, isRight) => isRight === false && `${name} wrong`;
  return [
    request.subdomain && `${request.subdomain}/${request.user_id}`,
    request.code && `code ${request.code}`,
    request.token && `token ${request.token}`,
    request.format,
    request.property_id && `property ${request.property_id}`,
    request.page && `page ${request.page}`,
    request.request_id && `request ${request.request_id}`,
    wrong("client", request.client_ok),
    wrong("bearer", request.bearer_ok),
    request.faults.length ? `fault ${request.faults.join(", ")}` : null,
  ].filter(Boolean);
}

async function refreshRequests() {
  const log = await callApi("/requests?last=200");
  const numbers = log.requests.map((request) => request.number).join();
  if (numbers === shownNumbers) return;
  shownNumbers = numbers;
  const now = Date.now();
  requests.replaceChildren(...log.requests.map((request) => logItem(request, now)).reverse());
  $("[data-none]").hidden = log.requests.length > 0;
}

// Events, about the selected company.

$("[data-events]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = {
    ...selection(),
    request_type: event.submitter.value,
    property_id: Number(form.elements.property_id.value) || null,
    code: form.elements.code.checked,
    world: form.elements.world.checked,
  };
  const showResult = (text) => ($("[data-event-result]").textContent = text);
  try {
    const response = await callApi("/events", body);
    showResult(`${event.submitter.value}: ${response.status} ${response.body.slice(0, 80)}`);
    refreshFacts();
  } catch (error) {
    showResult(error.message);
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
    const matches = active.filter((entry) => entry.fault === box.value);
    box.checked = matches.length > 0;
    const scope = ({ target, left }) => targets[target] + (left === null ? "" : `, ${left} left`);
    $("em", box.parentElement).textContent = matches.map(scope).join("; ");
  }
  $("[data-faults]").dataset.faults = active.map((entry) => entry.fault).join(" ");
}

// Counts changes, so that an older response does not undo a newer one.
let faultChanges = 0;
const refreshFaults = async () => {
  const changes = faultChanges;
  const faults = await callApi("/faults");
  if (changes === faultChanges) showFaults(faults);
};

$("[data-faults]").addEventListener("change", async ({ target: box }) => {
  if (box.name !== "fault") return;
  const changes = ++faultChanges;
  const times = Number($("[name=fault-times]").value) || null;
  const set = { fault: box.value, target: $("[name=fault-target]").value, times };
  const faults = await callApi("/faults", box.checked ? set : { fault: box.value, off: true });
  if (changes === faultChanges) showFaults(faults);
});
const onClick = (action, handler) => $(`[data-action=${action}]`).addEventListener("click", handler);
onClick("clear", async () => { await callApi("/clear", { what: "requests" }); refreshRequests(); });
onClick("clear-faults", async () => { faultChanges++; await callApi("/clear", { what: "faults" }); refreshFaults(); });
onClick("advance", (event) => callApi("/advance", { seconds: Number(event.currentTarget.value) }));

// Ignores errors: the sandbox may be restarting, and the next refresh comes in a second.
const refresh = () => document.hidden || Promise.all([refreshRequests(), refreshFaults()]).catch(() => {});
setInterval(refresh, 1000);
refresh();
