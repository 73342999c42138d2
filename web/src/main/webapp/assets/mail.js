/* Moves within the mailbox without loading the whole page: every link of it is an address that also works by
   itself, and a click only renews the part that changes. */
(function () {
  "use strict";
  const mtm = window.mtm;
  const commands = {day: "mtmDay", folder: "mtmFolder", list: "mtmList", message: "mtmMessage"};
  let waiting = 0;
  let rowOfMenu = null;
  let openSoon = 0;
  let askAgain = 0;
  let asked = 0;
  let failing = false;
  let heading = location.href;

  const one = (selector, from) => (from || document).querySelector(selector);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  function address(url) {
    return new URL(url, location.href);
  }

  /* Renews a part of the page for an address, which becomes the page's own. */
  function go(part, url, keepHistory) {
    const target = address(url);
    heading = target.href;
    if (!window[commands[part]]) {
      // The scripts of the page are still on their way: then it is a link like any other.
      location.href = target.href;
      return;
    }
    const values = Array.from(target.searchParams, ([name, value]) => ({name: name, value: value}));
    values.push({name: "to", value: target.pathname + target.search});
    if (!keepHistory && target.href !== location.href) {
      const state = {from: location.href};
      if (history.state && history.state.pane) {
        // the folders of a telephone are no place to go back to
        history.replaceState({}, "", target.href);
      } else {
        history.pushState(state, "", target.href);
      }
    }
    showPane();
    clearTimeout(waiting);
    waiting = setTimeout(() => { one("#progress").hidden = false; }, 250);
    window.PrimeFaces.ajax.Queue.abortAll();
    window[commands[part]](values);
  }

  /* On a phone one pane is seen: the message if one is open. */
  function showPane(pane) {
    document.body.dataset.pane = pane || (address(location.href).searchParams.has("message") ? "reader" : "list");
    document.body.classList.remove("tasks-shown");
  }

  mtm.arrived = function () {
    clearTimeout(waiting);
    one("#progress").hidden = true;
    if (failing) {
      failing = false;
      return;
    }
    one("#trouble").hidden = true;
    prepare();
    document.dispatchEvent(new CustomEvent("mtm:arrived"));
  };

  /* A part did not come: that is said, and what is there stays. */
  mtm.failed = function (xhr) {
    failing = true;
    if (xhr.statusText === "abort") {
      return;
    }
    const words = one("#trouble span");
    words.textContent = xhr.status === 0 ? words.dataset.away : words.dataset.failed;
    one("#trouble a").href = location.href;
    one("#trouble").hidden = false;
  };

  /* What has to be done to parts that are new. */
  function prepare() {
    const bar = one(".daybar");
    const sentence = one(".day-sentence", bar).textContent;
    const product = document.title.split(" · ").pop();
    if (document.title !== sentence + " · " + product) {
      document.title = sentence + " · " + product;
      one("#told").textContent = sentence;
    }
    mark(address(location.href).searchParams.get("message"));
    collapse();
    document.body.dataset.ready = "true";
    // One question at a time, and an end: what is not ready after half an hour needs somebody to look.
    clearTimeout(askAgain);
    asked = bar.dataset.ready === "false" ? asked + 1 : 0;
    if (asked > 0 && asked <= 900) {
      askAgain = setTimeout(() => go("day", location.href, true), 2000);
    }
  }

  function links() {
    return all("a.message-link");
  }

  /* Shows which message is open. */
  function mark(id) {
    for (const link of links()) {
      const row = link.closest("tr");
      const open = link.dataset.id === id;
      row.classList.toggle("selected", open);
      row.setAttribute("aria-selected", String(open));
    }
  }

  function open(link) {
    mark(link.dataset.id);
    go("message", link.getAttribute("href"));
  }

  /* Up and down: the mark moves at once, the message follows when the key rests. */
  function move(step) {
    const rows = links();
    const at = rows.findIndex(link => link.closest("tr").classList.contains("selected"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
    if (!next) {
      return;
    }
    mark(next.dataset.id);
    next.scrollIntoView({block: "nearest"});
    next.focus({preventScroll: true});
    clearTimeout(openSoon);
    openSoon = setTimeout(() => open(next), 180);
  }

  /* --- days --- */
  function goToDay(name) {
    const target = address(heading);
    target.searchParams.set("day", name);
    go("day", target.href);
  }

  /* Days before or after the one that is shown, or that is on its way: each press of a key counts. */
  mtm.stepDay = function (step) {
    const bar = one(".daybar");
    const names = bar.dataset.names.split(" ");
    const wanted = names.indexOf(address(heading).searchParams.get("day"));
    const at = wanted >= 0 ? wanted : names.indexOf(bar.dataset.day);
    const name = names[Math.max(0, Math.min(names.length - 1, at + step))];
    if (at >= 0 && name !== names[at]) {
      goToDay(name);
    }
  };

  mtm.chooseDay = function () {
    const date = window.PF("calendar").getDate();
    const two = number => String(number).padStart(2, "0");
    const text = date.getFullYear() + "-" + two(date.getMonth() + 1) + "-" + two(date.getDate());
    const choice = one(".daybar").dataset.choices.split(" ").find(pair => pair.startsWith(text + "="));
    one("#calendar-box").hidePopover();
    if (choice) {
      goToDay(choice.split("=")[1]);
    }
  };

  /* --- context menu: plain links, filled in for the row that it was opened on --- */
  mtm.prepareMenu = function () {
    const link = rowOfMenu || one("tr.selected a.message-link");
    if (!link) {
      return;
    }
    const item = name => one("#menu .do-" + name).closest("a");
    item("open").href = link.href;
    item("open").dataset.go = "message";
    item("source").href = link.dataset.files + "/source";
    item("download").href = link.dataset.files + ".eml";
  };

  document.addEventListener("contextmenu", event => {
    rowOfMenu = one("a.message-link", event.target.closest("tr.message"));
  }, true);

  /* --- clicks --- */
  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (button && !button.type.startsWith("submit")) {
      pressed(button);
    }
    const link = event.target.closest("a[data-go]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    if (link.closest("#menu")) {
      window.PF("menu").hide();
    }
    if (link.matches(".previous-day, .next-day")) {
      mtm.stepDay(link.matches(".next-day") ? 1 : -1);
    } else if (link.matches(".back") && history.state && history.state.from === link.href) {
      history.back();
    } else if (link.dataset.go === "message") {
      mark(address(link.href).searchParams.get("message"));
      go("message", link.href);
    } else {
      go(link.dataset.go, link.href);
    }
  });

  function pressed(button) {
    const data = button.dataset;
    if (data.dialog) {
      show(data.dialog);
    } else if (data.close) {
      one("#" + data.close).close();
    } else if (data.show === "tasks") {
      document.body.classList.toggle("tasks-shown");
    } else if (data.show === "folders") {
      history.pushState({pane: "folders"}, "");
      showPane("folders");
    } else if (data.show && history.state && history.state.pane) {
      history.back();
    } else if (data.show) {
      showPane(data.show);
    } else if (button.classList.contains("toggle")) {
      button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
      remember(button);
      collapse();
    } else if (data.reveal) {
      reveal(button);
    }
  }

  function show(name) {
    mtm.fill(one("#" + name));
    one("#" + name).showModal();
  }

  /* Details, headers, text or HTML, remote content: what is shown is in the page already. */
  function reveal(button) {
    const article = button.closest("article");
    const on = article.classList.toggle(button.dataset.reveal);
    button.setAttribute("aria-pressed", String(on));
    const frame = one("iframe.html", article);
    if (button.dataset.reveal === "remote-allowed" && frame) {
      frame.src = button.dataset.src;
      button.closest(".bar").hidden = true;
    }
  }

  /* --- forms --- */
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.dataset.go) {
      return;
    }
    event.preventDefault();
    const target = address("mailbox.xhtml");
    for (const [name, value] of new FormData(form)) {
      if (value && !(name === "sort" && value === "date") && !(name === "order" && value === "desc")) {
        target.searchParams.set(name, value);
      } else {
        target.searchParams.delete(name);
      }
    }
    target.searchParams.delete("page");
    go("list", target.href);
  });

  /* --- folders: which ones are closed is this browser's own affair --- */
  function closed() {
    try {
      return new Set(JSON.parse(localStorage.getItem("mtm-closed") || "[]"));
    } catch (e) {
      return new Set();
    }
  }

  function remember(toggle) {
    const names = closed();
    const label = toggle.getAttribute("aria-label");
    if (toggle.getAttribute("aria-expanded") === "true") {
      names.delete(label);
    } else {
      names.add(label);
    }
    localStorage.setItem("mtm-closed", JSON.stringify(Array.from(names)));
  }

  function collapse() {
    const names = closed();
    const hidden = new Set();
    for (const item of all(".folder")) {
      const toggle = one(".toggle", item);
      if (toggle) {
        toggle.setAttribute("aria-expanded", String(!names.has(toggle.getAttribute("aria-label"))));
      }
      item.hidden = hidden.has(item.dataset.parent);
      if (item.hidden || (toggle && toggle.getAttribute("aria-expanded") === "false")) {
        hidden.add(item.dataset.key);
      }
    }
  }

  /* --- keys --- */
  const keys = {
    "[": () => mtm.stepDay(-1),
    "]": () => mtm.stepDay(1),
    "ArrowDown": () => move(1),
    "ArrowUp": () => move(-1),
    "Enter": () => follow("tr.selected a.message-link"),
    "Escape": () => close(),
    "u": () => follow(".toolbar .do-source"),
    "d": () => follow(".toolbar .do-download"),
    "/": () => one("#search").focus(),
    "?": () => show("keys")
  };

  function follow(selector) {
    const link = one(selector);
    if (link && link.href) {
      link.click();
    }
  }

  /* A dialog, the calendar or the menu, which know their keys themselves. */
  function somethingIsOpen() {
    const menu = one("#menu");
    return one("dialog[open], [popover]:popover-open") !== null || (menu !== null && menu.checkVisibility());
  }

  function close() {
    if (address(location.href).searchParams.has("message")) {
      follow("#reader .back");
    }
  }

  document.addEventListener("keydown", event => {
    const typing = event.target.closest("input, select, textarea, [role=separator]") || somethingIsOpen();
    if (typing && event.key === "Escape" && event.target.id === "search") {
      event.target.blur();
      return;
    }
    const action = keys[event.key];
    const pressing = event.key === "Enter" && event.target.closest("a, button");
    if (!action || typing || pressing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    action();
  }, true);

  window.addEventListener("popstate", event => {
    if (location.href === heading) {
      showPane(event.state && event.state.pane);
    } else {
      go(listOf(heading) === listOf(location.href) ? "message" : "day", location.href, true);
    }
  });

  /* An address without the message that is open. */
  function listOf(url) {
    const target = address(url);
    target.searchParams.delete("message");
    target.hash = "";
    return target.href;
  }

  /* A page that the browser kept is not shown again as it was: its session may be over. */
  window.addEventListener("pageshow", event => {
    if (event.persisted) {
      location.reload();
    }
  });

  showPane();
  document.body.classList.toggle("alone", location.hash === "#alone");
  mtm.go = go;
  mtm.open = open;
  mtm.links = links;
  mtm.address = address;
  window.addEventListener("DOMContentLoaded", () => {
    prepare();
    if (mtm.daysAhead !== 0) {
      mtm.stepDay(mtm.daysAhead);
    }
    mtm.daysAhead = null;
  });
}());
