/* Says beside the button how many notes on fields are sent with the form, and marks the fields that have one.

   <p data-note-count data-one="1 note ..." data-many="{count} notes ...">, and around each note
   <details data-note> with its textarea. Without this script the notes are sent all the same. */

const notes = [...document.querySelectorAll("details[data-note]")];
const count = document.querySelector("[data-note-count]");

const isWritten = (note) => note.querySelector("textarea").value.trim() !== "";

function show() {
  const written = notes.filter(isWritten);
  for (const note of notes) note.classList.toggle("is-written", written.includes(note));
  const { one, many } = count.dataset;
  const text = [ "", one ][written.length] ?? many.replace("{count}", written.length);
  if (count.textContent !== text) count.textContent = text;
}

if (count) {
  document.addEventListener("input", (event) => {
    // A form that is filled by another script says so itself, not its fields.
    if (!event.target.matches("textarea")) for (const note of notes) note.open ||= isWritten(note);
    show();
  });
  show();
}
