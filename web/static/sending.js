/* A form that is sent says so, and is not sent twice. Pages work without this: a second post of one
   act is refused by its version.

   The words stand in the page: <p id="sending" role="status" data-text="..."></p>. */

const AGAIN_AFTER = 20_000; // ms: the line dropped, or the answer is a file and the page stays

const told = document.getElementById("sending");

function begin(form, button) {
  form.dataset.sending = "";
  button?.classList.add("is-sending");
  button?.setAttribute("aria-disabled", "true");
  if (told) told.textContent = told.dataset.text;
  setTimeout(() => end(form), AGAIN_AFTER);
}

function end(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll(".is-sending")) {
    button.classList.remove("is-sending");
    button.removeAttribute("aria-disabled");
  }
  if (told) told.textContent = "";
}

// Last of all listeners: a form that another script sends by itself is not ours.
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sending" in form.dataset) event.preventDefault();
  else begin(form, event.submitter);
});

// The page comes back from the browser's store as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(end);
});
