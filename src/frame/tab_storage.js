// Values kept for this tab: in sessionStorage, or in memory where the browser refuses storage.
const memory = new Map();

export function remember(name, value) {
  memory.set(name, value);
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Memory keeps it until the document is unloaded. Remove an older stored value: `recall` would prefer it.
    removeStored(name);
  }
}

export function recall(name) {
  try {
    return sessionStorage.getItem(name) ?? memory.get(name);
  } catch {
    return memory.get(name);
  }
}

export function forget(name) {
  memory.delete(name);
  removeStored(name);
}

function removeStored(name) {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // Without storage there is nothing to remove.
  }
}
