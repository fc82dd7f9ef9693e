/* Saves a form in the background while somebody is writing in it.

   <form data-autosave="ADDRESS">: a few seconds after the last key, and on leaving a field, its texts are
   posted there with the version that the form was written upon. data-keep-unsaved: what the page shows is
   saved nowhere, so it goes with the next key or field, too. The answer renews that version, names
   what was not taken yet, and says when it was saved, in #save-note, whose data attributes have the other
   sentences. One post at a time; a post without an answer is repeated word for word before anything newer
   is sent, so that nobody is in conflict with themselves. Files are never sent. What is not saved is kept
   by local_copy.js, which hears of every save by the event quickwin:saved. */

const PAUSE = 3000;
const AFTER_A_FIELD = 300;
const PATIENCE = 20_000;
const FIRST_RETRY = 5000;
const LAST_RETRY = 60_000;
const GOES_ON_ALONE = 60_000; // bytes that a browser sends even if the page is left
const BASIS = ["csrf_token", "version", "seen"];

/** What is to be saved, as it is sent. */
function written(form) {
  const pairs = [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !BASIS.includes(name),
  );
  return new URLSearchParams(pairs).toString();
}

function basis(form) {
  return new URLSearchParams(BASIS.map((name) => [name, hidden(form, name).value])).toString();
}

const hidden = (form, name) => form.elements.namedItem(name);

class Autosave {
  constructor(form) {
    this.form = form;
    this.note = document.getElementById("save-note");
    this.last = "keepUnsaved" in form.dataset ? null : written(form); // what the server is known to have
    this.unanswered = null; // what it may have
    this.faults = {};
    this.retry = FIRST_RETRY;
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("change", () => this.later(PAUSE));
    document.addEventListener("htmx:after:swap", () => this.later(PAUSE)); // rows came or went
    form.addEventListener("focusout", () => {
      this.later(AFTER_A_FIELD);
      setTimeout(() => this.showFaults()); // once it is known where the focus went
    });
    form.addEventListener("submit", (event) => this.beforeSubmit(event));
    addEventListener("online", () => this.send());
    addEventListener("offline", () => this.isUnsaved() && this.say(this.note.dataset.offline));
    addEventListener("visibilitychange", () => document.hidden && this.send());
    addEventListener("pageshow", (event) => event.persisted && (this.stopped = false)); // came back
  }

  isUnsaved() {
    return this.unanswered !== null || written(this.form) !== this.last;
  }

  later(pause) {
    clearTimeout(this.timer);
    if (this.isUnsaved()) this.timer = setTimeout(() => this.send(), pause);
  }

  /** Posts what there is to save, if anything; ends when it is answered or given up for now. */
  send() {
    clearTimeout(this.timer);
    if (this.stopped || !this.isUnsaved()) return Promise.resolve();
    this.sending ??= this.post().finally(() => (this.sending = null));
    return this.sending;
  }

  async post() {
    const texts = this.unanswered ?? written(this.form);
    const body = `${texts}&${basis(this.form)}`;
    this.unanswered = texts;
    let response;
    try {
      response = await fetch(this.form.dataset.autosave, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body,
        redirect: "manual", // it would lead to the login
        keepalive: body.length < GOES_ON_ALONE,
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.ok) this.saved(texts, await response.json());
    } catch {
      return this.tryAgain(this.note.dataset.offline);
    }
    if (!response.ok) await this.refused(response);
  }

  saved(texts, answer) {
    this.last = texts;
    this.unanswered = null;
    this.retry = FIRST_RETRY;
    for (const name of ["version", "seen"]) hidden(this.form, name).value = answer[name];
    this.faults = answer.faults;
    this.showFaults();
    this.say(answer.told);
    const everything = !Object.keys(this.faults).length && !this.isUnsaved();
    this.form.dispatchEvent(new CustomEvent("quickwin:saved", { detail: { everything } }));
    this.later(PAUSE);
  }

  async refused(response) {
    const { status } = response;
    if (status >= 500 || status === 429) return this.tryAgain(this.note.dataset.troubled);
    this.unanswered = null; // it was answered: nothing of it is there
    if (status === 0 || status === 400 || status === 401) {
      await this.renewToken();
      return this.tryAgain(this.note.dataset.signedOut);
    }
    this.stopped = true;
    if (status === 409) return this.say(this.note.dataset.conflict);
    const problem = await response.json().catch(() => ({}));
    this.say(this.note.dataset.closed.replace("{why}", problem.detail ?? ""));
  }

  tryAgain(sentence) {
    this.say(sentence);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), this.retry);
    this.retry = Math.min(2 * this.retry, LAST_RETRY);
  }

  /** The same person may have logged in again in another tab: the form then needs its token. */
  async renewToken() {
    try {
      const page = await (await fetch(location.href)).text();
      const other = new DOMParser().parseFromString(page, "text/html");
      if (other.body.dataset.person !== document.body.dataset.person) return;
      for (const input of document.querySelectorAll("input[name=csrf_token]")) {
        input.value = other.querySelector("input[name=csrf_token]").value;
      }
    } catch {
      // it is asked for again before the next attempt
    }
  }

  /** A form that is sent while a save is under way would be in conflict with it. */
  async beforeSubmit(event) {
    if (!navigator.onLine) {
      event.preventDefault();
      this.say(this.note.dataset.offline);
    } else if (this.sending || this.unanswered !== null) {
      event.preventDefault();
      await this.send();
      this.unanswered = null;
      this.form.requestSubmit(event.submitter);
    } else {
      clearTimeout(this.timer);
      this.stopped = true;
    }
  }

  say(sentence) {
    if (this.note.textContent !== sentence) this.note.textContent = sentence;
  }

  // -------------------------------------------------------------- what was not taken

  /** At each field why it is not saved yet, but not at the one in which somebody is writing. The
      sentences come and go while somebody moves on: where they are then stays in sight. */
  showFaults() {
    const here = document.activeElement;
    const seen = this.form.contains(here) && isInSight(here);
    for (const old of this.form.querySelectorAll(".not-saved")) {
      describe(old.parentElement.querySelector(`[aria-describedby~="${old.id}"]`), old.id, false);
      old.remove();
    }
    for (const [name, sentence] of Object.entries(this.faults)) {
      const input = document.getElementById(name) ?? document.getElementById(`${name}-0`);
      if (input && input !== here) this.showFault(input, name, sentence);
    }
    if (seen) here.scrollIntoView({ block: "nearest" });
  }

  showFault(input, name, sentence) {
    const fault = document.createElement("p");
    Object.assign(fault, { className: "not-saved", id: `${name}-not-saved`, textContent: sentence });
    const field = input.closest(".field, fieldset");
    if (field.matches("fieldset")) field.querySelector("legend").after(fault);
    else field.lastElementChild.before(fault);
    describe(input, fault.id, true);
  }
}

function isInSight(one) {
  const { top, bottom } = one.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function describe(input, id, on) {
  if (!input) return;
  const ids = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (on) ids.add(id);
  else ids.delete(id);
  if (ids.size) input.setAttribute("aria-describedby", [...ids].join(" "));
  else input.removeAttribute("aria-describedby");
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
