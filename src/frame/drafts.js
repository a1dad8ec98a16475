// Keeps what somebody types when a page expires: text fields of forms (never passwords) are stored in this tab until
// the form succeeds, one hour at most, and filled in when the form is shown again.
import { forget, recall, remember } from "./tab_storage.js";

const NAME = "latchkey.draft";
/** Milliseconds. */
const MAX_AGE = 3_600_000;

const lastSegment = (path) => path.split("/").pop();
const formKey = (form) => lastSegment(form.getAttribute("action"));
/** The deletion form asks for the email as a confirmation, which must be typed each time. */
const keepsDraft = (form) => formKey(form) !== "delete";
const isText = (field) => ["text", "email"].includes(field.type) || field.localName === "textarea";

function storedDrafts() {
  const { at, drafts } = JSON.parse(recall(NAME) ?? "{}");
  return at > Date.now() - MAX_AGE ? drafts : {};
}

const storeDrafts = (drafts) => remember(NAME, JSON.stringify({ at: Date.now(), drafts }));

export function keepDrafts() {
  document.addEventListener("input", ({ target: field }) => {
    if (field.form?.method !== "post" || !field.name || !isText(field) || !keepsDraft(field.form)) return;
    const drafts = storedDrafts();
    drafts[formKey(field.form)] = { ...drafts[formKey(field.form)], [field.name]: field.value };
    storeDrafts(drafts);
  });
  restoreDrafts();
}

/** Removes the draft of the form that posts to `path`, after it succeeded. */
export function dropDraft(path) {
  const { [lastSegment(path)]: finished, ...drafts } = storedDrafts();
  if (finished) storeDrafts(drafts);
}

export function restoreDrafts() {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const drafts = storedDrafts();
  for (const form of forms) {
    for (const field of form.elements) {
      const draft = isText(field) && drafts[formKey(form)]?.[field.name];
      if (!draft || field.value) continue;
      field.value = draft;
      form.closest("details")?.setAttribute("open", "");
    }
  }
  if (["home", "confirm"].includes(document.querySelector("main").dataset.page)) forget(NAME);
}
