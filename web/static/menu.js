/* A menu that is open closes by Escape, and by a press outside of it. Opening and closing by its own
   button is the browser's work, so everything in it is reached without this script. */

const open = () => document.querySelector("details[data-menu][open]");

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
