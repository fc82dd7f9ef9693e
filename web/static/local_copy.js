/* Keeps on this computer what is written in a form and not saved yet, and offers it again.

   <form data-keep="KEY">: whatever is typed or chosen in it stands in localStorage, under the person and
   KEY, until the form was saved. Passwords, files and hidden inputs are never kept, but for those that
   data-keep-basis="NAME NAME" names: they say what the form was written upon, and come back with it.
   A copy that is found is only offered; after a few days it goes, and all of them go at the log-out,
   since computers are shared. */

const PREFIX = "quickwin:copy:";
const LEFT = "quickwin:left"; // changed at a log-out, so that the other tabs hear of it
const SENT = "quickwin:sent";
const LONGEST = 3 * 24 * 60 * 60 * 1000;
const PAUSE = 400;
const NOT_KEPT = ["hidden", "password", "file", "submit", "button", "reset", "image", "fieldset", "output"];

const person = document.body.dataset.person;
let closed = false;
let forgetting = false; // the log-out was pressed

// ---------------------------------------------------------------- the store

function read(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key));
    return copy && Array.isArray(copy.texts) && Date.now() - copy.at < LONGEST ? copy : null;
  } catch {
    return null;
  }
}

/** Whether it is kept: the store may be full, or closed by the browser. */
function write(key, copy) {
  if (closed) return false;
  try {
    localStorage.setItem(key, JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // then there is none
  }
}

function kept() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function forgetAll() {
  closed = true;
  kept().forEach(remove);
  try {
    localStorage.setItem(LEFT, String(Date.now()));
  } catch {
    // nothing was kept either
  }
}

// ---------------------------------------------------------------- what stands in a form

const controls = (form) =>
  [...form.elements].filter((one) => one.name && !NOT_KEPT.includes(one.type));
const isTicked = (one) => one.type === "checkbox" || one.type === "radio";

function texts(form) {
  return controls(form)
    .filter((one) => !isTicked(one) || one.checked)
    .map((one) => [one.name, one.value]);
}

const basis = (form) => (form.dataset.keepBasis ?? "").split(" ").filter(Boolean);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Puts a copy back; returns what the form has no place for: rows that it does not show now. */
function put(form, copy) {
  const rest = [...copy.texts];
  const take = (wanted) => {
    const place = rest.findIndex(wanted);
    return place < 0 ? null : rest.splice(place, 1)[0];
  };
  for (const one of controls(form)) {
    const ticked = isTicked(one);
    const found = take(([name, value]) => name === one.name && (!ticked || value === one.value));
    if (ticked) one.checked = found !== null;
    else one.value = found?.[1] ?? "";
  }
  for (const name of basis(form)) {
    if (name in copy.basis) form.elements.namedItem(name).value = copy.basis[name];
  }
  return rest;
}

// ---------------------------------------------------------------- one form

class Keeper {
  constructor(form) {
    this.form = form;
    this.key = `${PREFIX}${person}:${form.dataset.keep}`;
    this.offered = null;
    this.unsaved = false;
    this.safe = true; // nothing would be lost with this page
    this.clean = refused() ? null : texts(form); // of a page that refused, nothing is saved
    this.offer(read(this.key));
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    document.addEventListener("htmx:after:swap", () => this.soon()); // rows came or went
    form.addEventListener("quickwin:saved", (event) => this.saved(event.detail.everything));
    form.addEventListener("submit", () => this.sent());
    addEventListener("pagehide", () => this.keep());
    addEventListener("beforeunload", (event) => {
      this.keep();
      const lost = this.unsaved && (forgetting || !this.safe);
      if (lost && !this.leaving) event.preventDefault();
    });
  }

  soon() {
    clearTimeout(this.timer);
    this.leaving = false;
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  /** While an older copy is on offer it is not replaced: it is nowhere else. */
  keep() {
    clearTimeout(this.timer);
    const now = texts(this.form);
    this.unsaved = !same(now, this.clean);
    this.safe = !this.unsaved;
    if (this.offered) return;
    if (this.unsaved) this.safe = write(this.key, this.copy(now));
    else remove(this.key);
  }

  copy(now) {
    const named = basis(this.form).map((name) => [name, this.form.elements.namedItem(name).value]);
    return { at: Date.now(), texts: now, basis: Object.fromEntries(named) };
  }

  saved(everything) {
    if (everything) this.clean = texts(this.form);
    this.keep();
  }

  /** The next page will show whether it arrived. */
  sent() {
    this.keep();
    this.leaving = true;
    try {
      sessionStorage.setItem(SENT, JSON.stringify({ key: this.key, from: here() }));
    } catch {
      // then the copy is offered once more than needed
    }
  }

  offer(copy) {
    if (!copy || same(copy.texts, texts(this.form))) {
      if (!refused()) remove(this.key);
      return;
    }
    const notice = document.getElementById("copy-notice").content.cloneNode(true).firstElementChild;
    const when = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: "long",
      timeStyle: "short",
    }).format(copy.at);
    const settle = () => {
      this.offered = null;
      notice.remove();
      const first = controls(this.form).find((one) => one.checkVisibility());
      first?.focus();
    };
    notice.querySelector("[data-restore]").addEventListener("click", () => {
      settle();
      this.restore(copy);
    });
    notice.querySelector("[data-discard]").addEventListener("click", () => {
      remove(this.key);
      settle();
      this.keep();
    });
    this.offered = copy;
    this.form.before(notice);
    const text = notice.querySelector("[data-text]"); // said after it is there, so that it is heard
    setTimeout(() => (text.textContent = text.dataset.text.replace("{when}", when)));
  }

  restore(copy) {
    const rest = put(this.form, copy);
    for (const [name, value] of rest) {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      this.form.append(input);
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    if (!rest.length) return;
    this.offered = copy; // the form shows less than it sends
    this.form.requestSubmit(); // the server draws the rows, with all that is typed
  }
}

// ---------------------------------------------------------------- the page

const here = () => location.origin + location.pathname + location.search;
const navigation = performance.getEntriesByType("navigation")[0];

/** Whether this page is the answer to a form that was not taken. */
function refused() {
  return (navigation?.responseStatus ?? 0) >= 400;
}

/** A form that was taken sends on to another page. */
function forgetWhatArrived() {
  try {
    const sent = JSON.parse(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
    const arrived = navigation?.type === "navigate" && navigation.redirectCount > 0;
    if (sent && arrived && !refused() && document.referrer === sent.from) remove(sent.key);
  } catch {
    // then the copy is offered once more than needed
  }
}

addEventListener("storage", (event) => {
  if (event.key === LEFT) closed = true;
});
addEventListener("submit", (event) => {
  forgetting = event.target.matches("[data-forget-copies]");
});
addEventListener("input", () => (forgetting = false)); // it was not gone through with
addEventListener("pagehide", () => forgetting && forgetAll());
kept()
  .filter((key) => !read(key))
  .forEach(remove);
forgetWhatArrived();
document.querySelectorAll("form[data-keep]").forEach((form) => new Keeper(form));
