// Nothing typed is lost when a page turns out to be over: what stands in a form (never a password) is kept in this tab until the form has
// done its work, for an hour at most, and stands there again when it is next shown.
import { forget, recall, remember } from "./store.js";

const NAME = "latchkey.draft";
const purpose = (form) => purposeOf(form.getAttribute("action"));
const purposeOf = (path) => path.split("/").pop();
/** What is typed as a confirmation is typed anew each time. */
const isKept = (form) => purpose(form) !== "delete";
const OLD = 3_600_000;

function kept() {
  const { at, drafts } = JSON.parse(recall(NAME) ?? "{}");
  return at > Date.now() - OLD ? drafts : {};
}

const typed = (field) => ["text", "email"].includes(field.type) || field.localName === "textarea";

export function keepDrafts() {
  document.addEventListener("input", ({ target: field }) => {
    if (field.form?.method !== "post" || !field.name || !typed(field) || !isKept(field.form)) return;
    const drafts = kept();
    drafts[purpose(field.form)] = { ...drafts[purpose(field.form)], [field.name]: field.value };
    remember(NAME, JSON.stringify({ at: Date.now(), drafts }));
  });
  restoreDrafts();
}

/** The form that posts there has done its work. */
export function dropDraft(path) {
  const { [purposeOf(path)]: done, ...drafts } = kept();
  if (done) remember(NAME, JSON.stringify({ at: Date.now(), drafts }));
}

export function restoreDrafts() {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const drafts = kept();
  for (const form of forms) {
    for (const field of form.elements) {
      const draft = typed(field) && drafts[purpose(form)]?.[field.name];
      if (!draft || field.value) continue;
      field.value = draft;
      form.closest("details")?.setAttribute("open", "");
    }
  }
  if (["home", "confirm"].includes(document.querySelector("main").dataset.page)) forget(NAME);
}
