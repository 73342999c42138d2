/* Moves within the mailbox without loading the whole page: every link of it is an address that also works by
   itself, and a click only renews the part that changes. */
(function () {
  "use strict";
  const mtm = window.mtm;
  const commands = {day: "mtmDay", folder: "mtmFolder", list: "mtmList", message: "mtmMessage"};
  let waiting = 0;
  let askAgain = 0;
  let asked = 0;
  let counting = "";
  let readSoon = false;
  let failing = false;
  let byItself = false;
  let heading = location.href;

  const one = (selector, from) => (from || document).querySelector(selector);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  function address(url) {
    return new URL(url, location.href);
  }

  /* Renews a part of the page for an address, which becomes the page's own. */
  function go(part, url, keepHistory) {
    const target = address(url);
    const day = target.searchParams.get("day");
    if (part === "message" && day && day !== one(".daybar").dataset.day) {
      // found on another day: then that is the day that is looked at
      part = "day";
    }
    heading = target.href;
    byItself = false;
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
    mtm.busy();
    window.PrimeFaces.ajax.Queue.abortAll();
    window[commands[part]](values);
  }

  /* On a phone one pane is seen: the message if one is open. */
  function showPane(pane) {
    document.body.dataset.pane = pane || (address(location.href).searchParams.has("message") ? "reader" : "list");
    document.body.classList.remove("tasks-shown");
  }

  /* Something is on its way: seen where it takes longer than a moment. */
  mtm.busy = function () {
    clearTimeout(waiting);
    waiting = setTimeout(() => { one("#progress").hidden = false; }, 250);
  };

  /* The answer is there, and what it replaces is, too. */
  mtm.renewing = function () {
    if (byItself) {
      document.dispatchEvent(new Event("mtm:renewing"));
    }
  };

  mtm.arrivedQuietly = function () {
    clearTimeout(waiting);
    one("#progress").hidden = true;
    const well = !failing;
    failing = false;
    return well;
  };

  mtm.arrived = function () {
    if (!mtm.arrivedQuietly()) {
      return;
    }
    one("#trouble").hidden = true;
    prepare();
    const article = one("article.opened");
    if (readSoon && article) {
      article.focus();
    }
    readSoon = false;
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
      mtm.tell(sentence);
    }
    collapse();
    countMirrored();
    document.dispatchEvent(new Event("mtm:arrived"));
    document.body.dataset.ready = "true";
    // One question at a time, and an end: what is not ready after half an hour needs somebody to look.
    clearTimeout(askAgain);
    asked = bar.dataset.ready === "false" ? asked + 1 : 0;
    if (asked > 0 && asked <= 900) {
      askAgain = setTimeout(() => {
        go("day", location.href, true);
        byItself = true;
      }, 2000);
    }
  }

  /* How much a mirror holds of the day: to count it mail must be read, for which no page waits. */
  function countMirrored() {
    const badges = all(".badge[data-mirrored]");
    badges.forEach(showCount);
    const day = one(".daybar").dataset.day;
    if (badges.length === 0 || badges.every(badge => badge.textContent) || counting === day) {
      return;
    }
    counting = day;
    fetch("api/v1/mirrored?day=" + encodeURIComponent(day), {headers: {Accept: "application/json"}})
      .then(answer => answer.ok ? answer.json() : {})
      .then(counts => {
        counting = "";
        if (one(".daybar").dataset.day !== day) {
          return;
        }
        for (const badge of all(".badge[data-mirrored]")) {
          badge.textContent = String(counts[badge.dataset.mirrored] ?? (counts.failed ? "?" : ""));
          showCount(badge);
        }
        const gone = one(".daybar .gone-since:not(.on) span");
        if (gone && counts.gone) {
          gone.textContent = counts.gone;
        }
      })
      .catch(() => { counting = ""; });
  }

  function showCount(badge) {
    badge.hidden = badge.textContent === "" || badge.textContent === "0";
  }

  /* What a screen reader says when it comes to it. */
  mtm.tell = function (sentence) {
    one("#told").textContent = sentence;
  };

  /* The message that is being opened gets the focus when it is there. */
  mtm.readOnArrival = function () {
    readSoon = true;
  };

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

  /* --- clicks --- */
  document.addEventListener("click", event => {
    if (!event.target.closest("[data-show=tasks]")) {
      // whatever was chosen, in the drawer or beside it
      document.body.classList.remove("tasks-shown");
    }
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
    } else {
      go(link.dataset.go, link.closest(".daybar") ? here(link.href) : link.href);
    }
  });

  /* The day bar is not renewed with each folder: what it leads to is in the folder that is shown now. */
  function here(url) {
    const target = address(url);
    const folder = address(heading).searchParams.get("folder");
    if (folder) {
      target.searchParams.set("folder", folder);
    }
    return target.href;
  }

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

  /* Details, headers, text or HTML, remote content: what is shown is in the page already, but for how a message came. */
  function reveal(button) {
    const article = button.closest("article");
    const on = article.classList.toggle(button.dataset.reveal);
    button.setAttribute("aria-pressed", String(on));
    const frame = one("iframe.html", article);
    if (button.dataset.reveal === "remote-allowed" && frame) {
      frame.src = button.dataset.src;
      button.closest(".bar").hidden = true;
    }
    const life = one("section.life", article);
    if (on && button.dataset.reveal === "show-life" && life.dataset.ask) {
      received(life);
    }
  }

  /* How it came: a mirror knows, and has to look for it. */
  function received(life) {
    const ask = life.dataset.ask;
    delete life.dataset.ask;
    fetch(ask, {headers: {Accept: "application/json"}})
      .then(answer => answer.ok ? answer.json() : {})
      .then(answer => {
        if (!answer.received) {
          return;
        }
        const link = document.createElement("a");
        link.href = answer.received.url;
        link.dataset.go = "day";
        link.textContent = answer.received.when;
        const text = document.createElement("span");
        text.textContent = answer.received.text;
        const item = document.createElement("li");
        item.append(link, " ", text);
        one("ol", life).prepend(item);
      })
      .catch(() => {});
  }

  /* --- forms --- */
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.dataset.go) {
      return;
    }
    event.preventDefault();
    const target = address("mailbox.xhtml");
    const data = new FormData(form);
    for (const name of new Set(data.keys())) {
      const value = data.getAll(name).filter(Boolean).join(",");
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

  /* --- for the keys --- */
  function follow(selector) {
    const target = one(selector);
    if (target && (target.href || target.type === "button")) {
      target.click();
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

  Object.assign(mtm, {one, all, address, go, show, follow, somethingIsOpen, closeMessage: close});

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
  window.addEventListener("DOMContentLoaded", () => {
    // A menu that PrimeFaces opens step by step has no focus until it is open: an Escape before that is lost.
    window.PrimeFaces.utils.disableAnimations();
    prepare();
    if (mtm.daysAhead !== 0) {
      mtm.stepDay(mtm.daysAhead);
    }
    mtm.daysAhead = null;
  });
}());
