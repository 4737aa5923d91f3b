// made by leo-demo for job {{job}}
// The panels that further prompts have added: each has a checklist and notes, kept in the browser.
// Without JavaScript a panel is the plain list that stands in the page.
"use strict";

(() => {
  function element(tag, attributes, ...children) {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  }

  function load(key) {
    try {
      const saved = JSON.parse(localStorage.getItem(key));
      return saved && Array.isArray(saved.items) ? saved : null;
    } catch {
      return null;
    }
  }

  function setUp(panel) {
    const key = `leo-demo:panel:${panel.dataset.panel}`;
    const list = panel.querySelector(".checks");
    const title = panel.querySelector("h2").textContent;
    const first = [...list.children].map((item) => ({ text: item.textContent, done: false }));
    const state = load(key) ?? { items: first, notes: "" };
    const left = element("p", { className: "left" });
    left.setAttribute("aria-live", "polite");

    function keep() {
      const open = state.items.filter((item) => !item.done).length;
      left.textContent = open ? `${open} of ${state.items.length} open` : "All done";
      try {
        localStorage.setItem(key, JSON.stringify(state));
      } catch {
        // Private windows and sandboxed frames have no storage.
      }
    }

    function draw() {
      list.replaceChildren(...state.items.map(drawItem));
      keep();
    }

    function drawItem(item) {
      const box = element("input", { type: "checkbox", checked: item.done });
      box.addEventListener("change", () => {
        item.done = box.checked;
        keep();
      });
      const remove = element("button", { type: "button", className: "icon", title: "Remove" }, "×");
      remove.setAttribute("aria-label", `Remove “${item.text}”`);
      remove.addEventListener("click", () => {
        state.items = state.items.filter((other) => other !== item);
        draw();
        input.focus();
      });
      const label = element("label", { dir: "auto" }, box, element("span", {}, item.text));
      return element("li", {}, label, remove);
    }

    const input = element("input", { placeholder: "One more thing …", maxLength: 200, required: true, dir: "auto" });
    input.setAttribute("aria-label", `Add to ${title}`);
    const form = element("form", { className: "add" }, input, element("button", { type: "submit" }, "Add"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      state.items.push({ text: input.value.trim(), done: false });
      input.value = "";
      draw();
    });

    const notes = element("textarea", { rows: 4, placeholder: "Notes", value: state.notes ?? "", dir: "auto" });
    notes.setAttribute("aria-label", `Notes on ${title}`);
    notes.addEventListener("input", () => {
      state.notes = notes.value;
      keep();
    });

    panel.append(form, notes, left);
    draw();
  }

  document.querySelectorAll("[data-panel]").forEach(setUp);
})();
