/* Keeps on this computer what is written in a form and not saved yet, and offers it again.

   <form data-keep="KEY">: whatever is typed or chosen in it stands in localStorage, under the person and
   KEY, until the form was saved. Passwords, files and hidden inputs are never kept, but for those that
   data-keep-basis="NAME NAME" names: they say what the form was written upon, and come back with it.
   data-keep-unsaved: what the page shows in the form was sent, but is saved nowhere.
   data-keep-also="KEY": another form, whose texts this one carries on; they arrive together.
   data-keep-rows="NAME": that button has the server draw all that is sent, rows too, and save nothing of it.
   <textarea data-keep-as="NAME">: kept under that name, where its own is only a place in a list.
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

/** The browser may have closed the store, it may be full, and others may have written into it. */
function attempt(act, otherwise) {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

function read(key) {
  return attempt(() => {
    const copy = JSON.parse(localStorage.getItem(key));
    return copy && Array.isArray(copy.texts) && Date.now() - copy.at < LONGEST ? copy : null;
  }, null);
}

/** Whether it is kept. */
const write = (key, copy) =>
  !closed && attempt(() => (localStorage.setItem(key, JSON.stringify(copy)), true), false);
const remove = (key) => attempt(() => localStorage.removeItem(key));
const kept = () =>
  attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)), []);

function forgetAll() {
  closed = true;
  kept().forEach(remove);
  attempt(() => localStorage.setItem(LEFT, String(Date.now())));
}

// ---------------------------------------------------------------- what stands in a form

const controls = (form) =>
  [...form.elements].filter((one) => one.name && !NOT_KEPT.includes(one.type));
const isTicked = (one) => one.type === "checkbox" || one.type === "radio";
const nameOf = (one) => one.dataset.keepAs ?? one.name;

function texts(form) {
  return controls(form)
    .filter((one) => !isTicked(one) || one.checked)
    .map((one) => [nameOf(one), one.value]);
}

/** What the page came with: a browser that goes back or reloads may have filled in more by itself. */
function cameWith(form) {
  return controls(form)
    .filter((one) => !isTicked(one) || one.defaultChecked)
    .map((one) => [nameOf(one), isTicked(one) ? one.value : defaultOf(one)]);
}

function defaultOf(one) {
  const first = [...(one.options ?? [])].find((each) => each.defaultSelected) ?? one.options?.[0];
  return one.options ? (first?.value ?? "") : one.defaultValue;
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
    const found = take(([name, value]) => name === nameOf(one) && (!ticked || value === one.value));
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
    this.key = keyOf(form.dataset.keep);
    this.offered = null;
    this.unsaved = false;
    this.safe = true; // nothing would be lost with this page
    this.clean = "keepUnsaved" in form.dataset ? null : cameWith(form);
    this.offer(read(this.key));
    const wrote = ({ target }) => (target === form || target.form === form) && this.soon();
    document.addEventListener("input", wrote); // a field may stand outside of its form
    document.addEventListener("change", wrote);
    document.addEventListener("htmx:after:swap", () => this.soon()); // rows came or went
    addEventListener("pageshow", () => this.broughtBack());
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
    const { keepAlso } = this.form.dataset;
    const keys = [this.key, ...(keepAlso ? [keyOf(keepAlso)] : [])];
    attempt(() => sessionStorage.setItem(SENT, JSON.stringify({ keys, from: here() })));
  }

  offer(copy) {
    if (!copy) return;
    if (same(copy.texts, texts(this.form))) return this.keep();
    const notice = document.getElementById("copy-notice").content.cloneNode(true).firstElementChild;
    const when = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: "long",
      timeStyle: "short",
    }).format(copy.at);
    notice.querySelector("[data-restore]").addEventListener("click", () => {
      this.settle();
      this.restore(copy);
    });
    notice.querySelector("[data-discard]").addEventListener("click", () => {
      remove(this.key);
      this.settle();
      this.keep();
    });
    this.offered = copy;
    this.notice = notice;
    this.form.before(notice);
    const text = notice.querySelector("[data-text]"); // said after it is there, so that it is heard
    setTimeout(() => (text.textContent = text.dataset.text.replace("{when}", when)));
  }

  /** The notice was answered: on with the form. */
  settle() {
    this.withdraw();
    controls(this.form)
      .find((one) => one.checkVisibility())
      ?.focus();
  }

  withdraw() {
    this.offered = null;
    this.notice.remove();
  }

  /** A browser that goes back fills the form in after this script began: then there is nothing to offer. */
  broughtBack() {
    if (!this.offered || !same(this.offered.texts, texts(this.form))) return;
    this.withdraw();
    this.keep();
  }

  restore(copy) {
    const rest = put(this.form, copy);
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    const { keepRows } = this.form.dataset;
    if (!rest.length || !keepRows) return;
    for (const [name, value] of rest) {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      this.form.append(input);
    }
    this.offered = copy; // the form shows less than it sends
    this.form.requestSubmit(this.form.elements.namedItem(keepRows));
  }
}

// ---------------------------------------------------------------- the page

const keyOf = (name) => `${PREFIX}${person}:${name}`;
const here = () => location.origin + location.pathname + location.search;
const navigation = performance.getEntriesByType("navigation")[0];

/** A form that was taken sends on to another page. */
function forgetWhatArrived() {
  const sent = attempt(() => JSON.parse(sessionStorage.getItem(SENT)), null);
  attempt(() => sessionStorage.removeItem(SENT));
  const arrived = navigation?.type === "navigate" && navigation.redirectCount > 0;
  const refused = (navigation?.responseStatus ?? 0) >= 400;
  if (arrived && !refused && document.referrer === sent?.from) sent.keys?.forEach(remove);
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
