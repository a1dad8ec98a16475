// What this tab remembers, where the browser lets it: storage may be refused, and then memory has to do.
const memory = new Map();

export function remember(name, value) {
  memory.set(name, value);
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Until the next load of a document. What stood there before must not stay: it would be taken for the newest.
    unstore(name);
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
  unstore(name);
}

function unstore(name) {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // There was nothing.
  }
}
