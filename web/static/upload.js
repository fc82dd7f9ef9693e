/* Uploads files one by one as soon as they are chosen or dropped, and shows how far each is.

   <div data-upload="ADDRESS"> holds a file input, whose accept attribute names what is taken, and the list
   [data-uploads]. Each file is first looked at here (kind, data-max-bytes), then posted to ADDRESS; the
   kept one appears ticked in the list that data-into names, so that saving the form binds it. How a file
   looks while it travels and once it is there stands in the templates #upload-line and #evidence-line;
   the sentences stand in data attributes. Without this script the files go with the form. */

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
const copyOf = (id) => document.getElementById(id).content.cloneNode(true).firstElementChild;

/** The sentence of a refusal: what is wrong with the file, else what is wrong at all. */
const why = (problem) => problem?.errors?.[0]?.detail ?? problem?.detail;

function inBytes(size) {
  const mega = size >= 1_000_000;
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: mega ? "megabyte" : "kilobyte",
    maximumFractionDigits: mega ? 1 : 0,
  }).format(Math.max(1, size / (mega ? 1_000_000 : 1000)));
}

/** One file on its way: its line, and the request that carries it. */
class Upload {
  constructor(file, words) {
    this.file = file;
    this.words = words;
    this.line = copyOf("upload-line");
    this.request = new XMLHttpRequest();
    this.part("name").textContent = file.name;
    this.part("size").textContent = inBytes(file.size);
    this.part("cancel").addEventListener("click", () => this.cancel());
    this.say(words.waiting);
  }

  part(name) {
    return this.line.querySelector(`[data-part="${name}"]`);
  }

  say(sentence) {
    this.part("told").textContent = sentence;
  }

  refuse(sentence) {
    this.line.classList.add("upload-refused");
    this.part("progress").remove();
    this.say(sentence);
    this.part("cancel").remove();
  }

  cancel() {
    this.cancelled = true;
    this.request.abort();
    this.refuse(this.words.cancelled);
  }

  /** Resolves to what the server says of the kept file; to nothing if it keeps none. */
  send(address, token) {
    const { request, words } = this;
    return new Promise((resolve) => {
      request.open("POST", address);
      request.responseType = "json";
      request.setRequestHeader("X-CSRFToken", token);
      request.upload.addEventListener("progress", (event) => {
        const percent = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
        this.part("progress").value = percent;
        this.say(fill(percent < 100 ? words.sending : words.checking, { percent }));
      });
      request.addEventListener("load", () => {
        if (request.status === 201) return resolve(request.response);
        this.refuse(request.status === 401 ? words.signedOut : (why(request.response) ?? words.failed));
        resolve(null);
      });
      request.addEventListener("error", () => {
        this.refuse(words.failed);
        resolve(null);
      });
      request.addEventListener("abort", () => resolve(null));
      const body = new FormData();
      body.append("file", this.file);
      request.send(body);
    });
  }
}

class Uploader {
  constructor(place) {
    this.place = place;
    this.input = place.querySelector("input[type=file]");
    this.form = this.input.form;
    this.lines = place.querySelector("[data-uploads]");
    this.into = document.getElementById(place.dataset.into);
    this.queue = Promise.resolve();
    this.waiting = 0;
    this.input.addEventListener("change", () => {
      const files = [...this.input.files];
      this.input.value = ""; // they do not go with the form as well
      this.take(files);
    });
    for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
      place.addEventListener(name, (event) => {
        event.preventDefault();
        place.classList.toggle("upload-over", over);
      });
    }
    place.addEventListener("drop", (event) => this.take([...event.dataTransfer.files]));
    this.form.addEventListener("submit", (event) => this.beforeSubmit(event));
    place.querySelector(".upload-drop").hidden = false;
  }

  take(files) {
    for (const file of files) {
      const upload = new Upload(file, this.place.dataset);
      this.lines.append(upload.line);
      const fault = this.faultOf(file);
      if (fault) upload.refuse(fault);
      else this.enqueue(upload);
    }
  }

  faultOf(file) {
    const { wrongKind, tooLarge, empty, maxBytes } = this.place.dataset;
    const kinds = this.input.accept.split(",");
    if (!kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return wrongKind;
    if (file.size > Number(maxBytes)) return fill(tooLarge, { size: inBytes(file.size) });
    return file.size ? "" : empty;
  }

  enqueue(upload) {
    this.waiting += 1;
    this.queue = this.queue.then(() => this.carry(upload)).finally(() => (this.waiting -= 1));
  }

  async carry(upload) {
    if (upload.cancelled) return;
    const token = this.form.elements.namedItem("csrf_token").value;
    const kept = await upload.send(this.place.dataset.upload, token);
    if (!kept) return;
    this.show(kept);
    upload.line.remove();
  }

  /** Ticked in the list, where it stands once however often it is uploaded. */
  show({ sha256, name, size }) {
    const known = [...this.into.querySelectorAll("input")].find((one) => one.value === sha256);
    const box = known ?? this.line(sha256, name, size);
    box.checked = true;
    this.place.querySelector("[data-said]").textContent = fill(this.place.dataset.done, { name });
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  line(sha256, name, size) {
    const line = copyOf("evidence-line");
    const box = line.querySelector("input");
    box.value = sha256;
    box.id = `file-${sha256}`;
    line.querySelector("label").htmlFor = box.id;
    line.querySelector("[data-part=name]").textContent = name;
    line.querySelector("[data-part=size]").textContent = inBytes(size);
    const link = line.querySelector("a");
    link.href += sha256;
    link.querySelector("[data-part=name-again]").textContent = name;
    this.into.append(line);
    return box;
  }

  /** The form waits for what is on its way, so that saving it binds all of it. */
  async beforeSubmit(event) {
    if (!this.waiting) return;
    event.preventDefault();
    await this.queue;
    this.form.requestSubmit(event.submitter);
  }
}

document.querySelectorAll("[data-upload]").forEach((place) => new Uploader(place));
