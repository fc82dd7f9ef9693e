/* Choosing in a list without loading the page anew, and how many are chosen. What is pressed to choose is a
   link or a button that works without this; it is an enhancement of every part marked `data-choosing`. */

const wanted = {
  all: () => true,
  none: () => false,
  recommended: (box) => "recommended" in box.dataset,
};

for (const part of document.querySelectorAll("[data-choosing]")) {
  const boxes = [...part.querySelectorAll("input[type=checkbox]")];
  const told = part.querySelector("[data-chosen]");

  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    told.textContent = told.dataset.chosen.replace("#", count);
  };

  part.addEventListener("change", tell);
  part.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-choose]");
    if (!pressed) return;
    event.preventDefault();
    for (const box of boxes) box.checked = wanted[pressed.dataset.choose](box);
    tell();
  });
  window.addEventListener("pageshow", tell); // a browser that goes back restores the boxes
  tell();
}
