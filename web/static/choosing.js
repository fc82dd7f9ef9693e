/* Choosing in a table without loading the page anew, and how many are chosen. The links that choose work
   without this; it is an enhancement of every form marked `data-choosing`. */

for (const form of document.querySelectorAll("form[data-choosing]")) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const told = form.querySelector("[data-chosen]");
  const wanted = {
    all: () => true,
    none: () => false,
    recommended: (box) => "recommended" in box.dataset,
  };

  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    told.textContent = told.dataset.chosen.replace("#", count);
  };

  form.addEventListener("change", tell);
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-choose]");
    if (!link) return;
    event.preventDefault();
    for (const box of boxes) box.checked = wanted[link.dataset.choose](box);
    tell();
  });
  window.addEventListener("pageshow", tell); // a browser that goes back restores the boxes
  tell();
}
