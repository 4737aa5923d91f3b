// made by leo-demo for job {{job}}
// A board with three columns: add, label, move, search, filter and remove cards. The state lives in
// local storage; where that is not allowed the board works all the same and forgets at the end.
"use strict";

(() => {
  const COLUMNS = ["todo", "doing", "done"];
  const NAMES = { todo: "To do", doing: "Doing", done: "Done" };
  const THEMES = ["auto", "light", "dark"];
  const board = window.board;
  const key = `leo-demo:${board.id}`;
  const byId = (id) => document.getElementById(id);

  let cards = load();
  let filter = null;
  let undo = null;
  let toastTimer = 0;

  function load() {
    const fresh = () => board.cards.map((card, id) => ({ ...card, id }));
    try {
      const saved = JSON.parse(localStorage.getItem(key));
      return Array.isArray(saved) ? saved.filter(isCard) : fresh();
    } catch {
      return fresh();
    }
  }

  function isCard(card) {
    return card && Number.isInteger(card.id) && typeof card.text === "string" && COLUMNS.includes(card.column);
  }

  function keep(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch {
      // Private windows and sandboxed frames have no storage.
    }
  }

  function element(tag, attributes, ...children) {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  }

  // ---- drawing

  function draw() {
    const words = byId("search").value.trim().toLowerCase();
    const shown = cards.filter(
      (card) => (!filter || card.tag === filter) && card.text.toLowerCase().includes(words),
    );
    for (const column of COLUMNS) {
      const section = document.querySelector(`[data-column="${column}"]`);
      const mine = shown.filter((card) => card.column === column);
      section.querySelector(".count").textContent = mine.length;
      section.querySelector(".cards").replaceChildren(
        ...(mine.length ? mine.map(drawCard) : [element("li", { className: "empty" }, "No cards")]),
      );
    }
    drawProgress();
    keep(key, JSON.stringify(cards));
  }

  function drawCard(card) {
    const place = COLUMNS.indexOf(card.column);
    const item = element("li", { className: "card", draggable: true });
    item.dataset.id = card.id;
    item.append(
      element("p", { dir: "auto" }, card.text),
      element(
        "div",
        { className: "row" },
        card.tag ? element("span", { className: "tag", dir: "auto" }, card.tag) : "",
        element("span", { className: "spacer" }),
        moveButton(card, place - 1, "←"),
        moveButton(card, place + 1, "→"),
        iconButton("×", `Remove “${card.text}”`, () => remove(card)),
      ),
    );
    item.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", String(card.id));
      event.dataTransfer.effectAllowed = "move";
    });
    return item;
  }

  function moveButton(card, place, sign) {
    const target = COLUMNS[place];
    const label = target ? `Move “${card.text}” to ${NAMES[target]}` : "";
    const button = iconButton(sign, label, () => {
      move(card, target);
      const again = document.querySelector(`[data-id="${card.id}"] button:not(:disabled)`);
      if (again) again.focus();
    });
    button.disabled = !target;
    return button;
  }

  function iconButton(sign, label, act) {
    const button = element("button", { type: "button", className: "icon", title: label }, sign);
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }

  function drawProgress() {
    const done = cards.filter((card) => card.column === "done").length;
    byId("progress").max = Math.max(cards.length, 1);
    byId("progress").value = done;
    byId("progress-text").textContent = `${done} of ${cards.length} done`;
  }

  function drawFilters() {
    const chip = (text, tag) => {
      const button = element("button", { type: "button", className: "chip", dir: "auto" }, text);
      button.setAttribute("aria-pressed", String(filter === tag));
      button.addEventListener("click", () => {
        filter = tag;
        for (const other of byId("filters").children) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        draw();
      });
      return button;
    };
    byId("filters").replaceChildren(chip("all", null), ...board.tags.map((tag) => chip(tag, tag)));
  }

  // ---- changing

  function move(card, column) {
    card.column = column;
    cards = [...cards.filter((other) => other !== card), card];
    draw();
  }

  function remove(card) {
    offerUndo(`Removed “${card.text}”`);
    cards = cards.filter((other) => other !== card);
    draw();
    byId("undo").focus();
  }

  function offerUndo(text) {
    undo = cards;
    byId("toast-text").textContent = text;
    byId("toast").hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (byId("toast").hidden = true), 8000);
  }

  byId("undo").addEventListener("click", () => {
    cards = undo ?? cards;
    byId("toast").hidden = true;
    draw();
    byId("add-text").focus();
  });

  byId("add").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("add-text").value.trim();
    if (!text) return;
    const id = cards.reduce((most, card) => Math.max(most, card.id), -1) + 1;
    cards = [...cards, { id, text, tag: byId("add-tag").value, column: "todo" }];
    byId("add-text").value = "";
    draw();
  });

  byId("reset").addEventListener("click", () => {
    offerUndo("The board is as it was at the start");
    cards = board.cards.map((card, id) => ({ ...card, id }));
    draw();
  });

  byId("export").addEventListener("click", () => {
    const blob = new Blob([JSON.stringify({ title: board.title, cards }, null, 2)], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(blob), download: "board.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  });

  byId("search").addEventListener("input", draw);

  for (const section of document.querySelectorAll("[data-column]")) {
    section.addEventListener("dragover", (event) => {
      event.preventDefault();
      section.classList.add("over");
    });
    section.addEventListener("dragleave", () => section.classList.remove("over"));
    section.addEventListener("drop", (event) => {
      event.preventDefault();
      section.classList.remove("over");
      const id = Number(event.dataTransfer.getData("text/plain"));
      const card = cards.find((card) => card.id === id);
      if (card) move(card, section.dataset.column);
    });
  }

  // ---- theme

  function theme(name) {
    document.documentElement.dataset.theme = name;
    byId("theme").textContent = `Theme: ${name}`;
    keep(`${key}:theme`, name);
  }

  function savedTheme() {
    try {
      const name = localStorage.getItem(`${key}:theme`);
      return THEMES.includes(name) ? name : "auto";
    } catch {
      return "auto";
    }
  }

  byId("theme").hidden = false;
  byId("theme").addEventListener("click", () => {
    const next = THEMES.indexOf(document.documentElement.dataset.theme) + 1;
    theme(THEMES[next % THEMES.length]);
  });

  theme(savedTheme());
  byId("add-tag").append(...board.tags.map((tag) => element("option", { value: tag }, tag)));
  drawFilters();
  draw();
})();
