/* Which messages are selected. All of a folder is a word and the few that are left out, never a list of them;
   single messages are at most MOST. What is selected lasts while the folder, the day and the search do. */
(function () {
  "use strict";
  const mtm = window.mtm;
  const {one, all, address} = mtm;
  const MOST = 500;
  const KEPT = "mtm-selection";
  const NOT_SCOPE = ["page", "sort", "order", "message"];

  let scope = "";
  let everything = false;
  /* Each by its id, with its bytes: the chosen ones, or with everything, those that are not. */
  let named = new Map();
  let anchor = "";
  let current = "";
  let opened = "";
  let boxes = false;
  let historyOnArrival = false;
  let settleSoon = 0;
  let tellSoon = 0;

  const list = () => one("#list .pane");
  const rows = () => all("#messages tr.message");
  const link = row => one("a.message-link", row);
  const id = row => link(row).dataset.id;
  const bytes = row => Number(link(row).dataset.bytes);
  const total = () => Number(list().dataset.total);
  const rowOf = wanted => rows().find(row => id(row) === wanted);
  const selected = wanted => named.has(wanted) !== everything;
  const count = () => everything ? Math.max(0, total() - named.size) : named.size;
  const several = () => everything || named.size > 1;
  const seesReader = () => one("#reader").checkVisibility();
  const single = () => !everything && named.size === 1 ? named.keys().next().value : "";

  /* --- changing it --- */
  function nothing() {
    everything = false;
    named = new Map();
  }

  function only(row) {
    nothing();
    named.set(id(row), bytes(row));
    anchor = id(row);
  }

  /* Names a row, or no longer. Says so where there would be too many. */
  function name(row, on) {
    if (!on) {
      named.delete(id(row));
    } else if (named.size < MOST) {
      named.set(id(row), bytes(row));
    } else if (!named.has(id(row))) {
      full();
    }
  }

  function set(row, on) {
    name(row, on !== everything);
  }

  function toggle(row) {
    set(row, !selected(id(row)));
    anchor = id(row);
  }

  function range(to, more) {
    const shown = rows();
    const from = Math.max(0, shown.findIndex(row => id(row) === anchor));
    const until = shown.indexOf(to);
    if (!more) {
      nothing();
    }
    shown.slice(Math.min(from, until), Math.max(from, until) + 1).forEach(row => set(row, true));
    anchor = id(shown[from]);
  }

  const choices = {
    all: () => {
      if (list().dataset.whole === "false") {
        // found by reading, or on many days: no word means all of it
        choices.page();
        return;
      }
      nothing();
      everything = true;
    },
    page: () => rows().forEach(row => set(row, true)),
    unread: () => only_those(row => row.classList.contains("unread")),
    flagged: () => only_those(row => row.classList.contains("flagged")),
    invert: () => {
      if (everything) {
        everything = false;
      } else {
        rows().forEach(row => set(row, !selected(id(row))));
      }
    },
    none: () => {
      nothing();
      boxes = false;
    },
    boxes: () => { boxes = !boxes; }
  };

  function only_those(wanted) {
    nothing();
    rows().filter(wanted).forEach(row => set(row, true));
  }

  function choose(choice) {
    choices[choice]();
    changed();
  }

  /* --- showing it --- */
  function changed() {
    if (named.size < MOST) {
      one(".picked-full").textContent = "";
    }
    paint();
    keep();
    clearTimeout(settleSoon);
    settleSoon = setTimeout(settle, 180);
  }

  /* The reading pane follows: the one that is selected is read, and none where none is. */
  function settle() {
    const wanted = single();
    const row = rowOf(wanted);
    if (mtm.somethingIsOpen()) {
      settleSoon = setTimeout(settle, 300);
      return;
    }
    if (!seesReader() || several() || boxes || wanted === opened) {
      return;
    }
    if (row) {
      open(row);
    } else if (named.size === 0 && opened) {
      opened = "";
      mtm.follow("#reader .back");
    }
  }

  function open(row) {
    clearTimeout(settleSoon);
    opened = id(row);
    mtm.go("message", link(row).getAttribute("href"));
  }

  function paint() {
    const shown = rows();
    if (!shown.some(row => id(row) === current)) {
      const start = rowOf(opened) || shown[0];
      current = start ? id(start) : "";
    }
    for (const row of shown) {
      const on = selected(id(row));
      row.classList.toggle("selected", on);
      row.classList.toggle("current", id(row) === current);
      row.setAttribute("aria-selected", String(on));
      row.tabIndex = id(row) === current ? 0 : -1;
    }
    document.body.classList.toggle("several", several());
    document.body.classList.toggle("with-boxes", boxes);
    tools();
    tell();
  }

  /* As the server writes sizes. */
  function size(value) {
    const units = ["B", "KB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    const fraction = unit > 0 && value < 10 && Math.round(value * 10) % 10 !== 0 ? 1 : 0;
    const digits = {minimumFractionDigits: fraction, maximumFractionDigits: fraction, useGrouping: false};
    return number(value, digits) + " " + units[unit];
  }

  function number(value, options) {
    return value.toLocaleString(document.documentElement.lang, options);
  }

  /* "3 selected, 1.2 MB"; of all of a folder nobody has added up the sizes. */
  function sentence() {
    const words = one(".picked").dataset;
    const n = count();
    const only = everything && n === 1 && rows().length === 1;
    const sum = only ? bytes(rows()[0]) : Array.from(named.values()).reduce((sum, value) => sum + value, 0);
    const pattern = n === 0 ? words.none : only ? words.one : everything && named.size === 0 ? words.all : everything ? words.most : n === 1 ? words.one : words.many;
    return pattern.replace("{0}", number(n)).replace("{1}", size(sum)).replace("{2}", number(total()));
  }

  function tell() {
    const bar = one(".picked");
    const shown = several() || boxes;
    const was = bar.hidden;
    bar.hidden = !shown;
    one(".several-sentence").textContent = sentence();
    one(".picked-sentence", bar).textContent = sentence();
    one(".picked-all", bar).hidden = everything || list().dataset.whole === "false" || !pageSelected() || total() <= rows().length;
    clearTimeout(tellSoon);
    if (shown || !was) {
      // Not each row of a drag: only where it comes to rest.
      tellSoon = setTimeout(() => mtm.tell(sentence()), 400);
    }
  }

  function full() {
    const sentence = one(".picked").dataset.full.replace("{0}", number(MOST));
    one(".picked-full").textContent = sentence;
    mtm.tell(sentence);
  }

  /* Toolbar and menu: what needs one message, and what does with several. */
  function tools() {
    const wanted = single();
    const row = rowOf(wanted);
    const files = row ? link(row).dataset.files : "";
    const target = wanted && row ? address(link(row).href).href + "#alone" : "";
    const links = {open: row ? link(row).href : "", window: target, source: files && files + "/source", download: files && files + ".eml"};
    for (const tool of all("[data-act]")) {
      const act = tool.dataset.act;
      const inMenu = tool.closest("#menu li");
      let usable = count() > 0;
      if (act in links) {
        const href = opened && wanted === opened && "own" in tool.dataset ? tool.dataset.own : links[act];
        aim(tool, href);
        usable = Boolean(href);
      } else if (act === "history") {
        usable = Boolean(wanted);
      } else if (act === "restore") {
        usable = count() > 0 && (list().dataset.days !== "true" || Boolean(row));
      }
      off(tool, !usable);
      const other = act === "download" ? several() : act.startsWith("downloads") && !several();
      (inMenu || tool).hidden = other || (inMenu !== null && !usable);
    }
  }

  function aim(tool, href) {
    if (href) {
      tool.href = href;
    } else {
      tool.removeAttribute("href");
    }
  }

  function off(tool, on) {
    tool.classList.toggle("off", on);
    if (tool.tagName === "BUTTON") {
      tool.disabled = on;
    } else {
      tool.setAttribute("aria-disabled", String(on));
    }
  }

  /* --- over paging and reloading --- */
  function keep() {
    const state = several() || boxes ? {scope, everything, boxes, named: Array.from(named)} : {};
    sessionStorage.setItem(KEPT, JSON.stringify(state));
  }

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT) || "{}");
    } catch (e) {
      return {};
    }
  }

  /* The address of the list, without what changes only how it is looked at. */
  function parameters() {
    const found = address(list().dataset.url).searchParams;
    NOT_SCOPE.forEach(name => found.delete(name));
    return found;
  }

  function scopeNow() {
    const found = parameters();
    if (list().dataset.days === "true") {
      // what was found on all days stays so, whichever of them is looked at
      found.delete("day");
    }
    return one("#tasks").dataset.mailbox + "?" + found;
  }

  function arrived() {
    const now = scopeNow();
    if (now !== scope) {
      const before = kept();
      const same = before.scope === now;
      everything = same && before.everything;
      boxes = same && before.boxes;
      named = new Map(same ? before.named : []);
      scope = now;
      anchor = "";
    }
    const message = address(location.href).searchParams.get("message") || "";
    if (!several() && !boxes) {
      const row = rowOf(message);
      if (message || single() === opened) {
        nothing();
      }
      if (message) {
        named.set(message, row ? bytes(row) : 0);
      }
    }
    if (message !== opened && single() === message) {
      current = message;
      anchor = message;
    }
    opened = message;
    // What the server wrote is right for the message that is open, also for one within another.
    for (const tool of all("#reader [data-act][href]")) {
      tool.dataset.own = tool.dataset.own || tool.getAttribute("href");
    }
    grid();
    paint();
    if (historyOnArrival && opened === single()) {
      historyOnArrival = false;
      history();
    }
  }

  /* What the rows are to a screen reader: a grid of which several can be selected. */
  function grid() {
    const table = one("#messages table");
    if (table) {
      table.setAttribute("role", "grid");
      table.setAttribute("aria-multiselectable", "true");
      table.setAttribute("aria-label", list().getAttribute("aria-label"));
      table.setAttribute("aria-rowcount", String(total()));
      rows().forEach((row, index) => row.setAttribute("aria-rowindex", String(Number(list().dataset.offset) + index + 1)));
    }
  }

  /* --- going through the rows --- */
  /* Goes to a row: selects it alone, or all up to it, or only stands on it. */
  function goTo(row, how) {
    current = id(row);
    if (how === "only") {
      only(row);
    } else if (how !== "stand") {
      range(row, how === "more");
    }
    row.focus({preventScroll: true});
    row.scrollIntoView({block: "nearest"});
    changed();
  }

  function index() {
    return rows().findIndex(row => id(row) === current);
  }

  function step(by, how) {
    const shown = rows();
    // Before the first step nothing is selected, and the first row is where it begins.
    const fresh = how === "only" && count() === 0 && Math.abs(by) === 1;
    const row = shown[Math.max(0, Math.min(shown.length - 1, index() + (fresh ? 0 : by)))];
    if (row) {
      goTo(row, how);
    }
  }

  /* To the next message also over the end of the page. */
  function next(by) {
    if (opened && !several()) {
      mtm.neighbour(by);
    } else {
      step(by, "only");
    }
  }

  function screenful() {
    const row = rows()[0];
    return row ? Math.max(1, Math.floor(one("#list .rows").clientHeight / row.offsetHeight) - 1) : 1;
  }

  function pageSelected() {
    return rows().length > 0 && rows().every(row => selected(id(row)));
  }

  /* Writes fields into a form, in place of those before. */
  mtm.fillFields = function (form, fields) {
    one(".fields", form).replaceChildren(...fields.map(([name, value]) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      return field;
    }));
  };

  mtm.links = () => rows().map(link);
  mtm.open = target => {
    const row = target.closest("tr");
    only(row);
    current = id(row);
    paint();
    open(row);
  };
  mtm.selection = {
    step, next, screenful, choose, several, count, single, sentence,
    ends: (last, how) => step(last ? rows().length : -rows().length, how),
    selectAll: () => choose(pageSelected() ? "all" : "page"),
    toggle: () => {
      const row = rowOf(current);
      if (row) {
        toggle(row);
        changed();
      }
    },
    enter: () => {
      const row = rowOf(current);
      if (row) {
        only(row);
        paint();
        open(row);
        mtm.readOnArrival();
      }
    },
    /* The one that was found on many days, on the day that it opens: where it can be asked for. */
    onItsDay: () => {
      const row = list().dataset.days === "true" ? rowOf(single()) : null;
      return row ? [["day", address(link(row).href).searchParams.get("day")], ["ids", single()]] : null;
    },
    /* What a form says of it: the place, and which messages of it. */
    fields: () => {
      const fields = Array.from(parameters());
      fields.push([everything ? "except" : "ids", Array.from(named.keys()).join(",")]);
      if (everything) {
        fields.push(["all", "1"]);
      }
      fields.push(["to", location.pathname + location.search]);
      return fields;
    },
    /* Makes it what a menu is opened for: the row under the pointer, where that is not selected yet. */
    include: row => {
      if (!selected(id(row))) {
        only(row);
      }
      current = id(row);
      changed();
    }
  };

  /* --- mouse and finger --- */
  let pressed = null;
  let dragged = false;
  let longPress = 0;
  let touched = false;
  let ignoreClick = false;

  const rowAt = event => event.target instanceof Element ? event.target.closest("#messages tr.message") : null;

  document.addEventListener("pointerdown", event => {
    const row = rowAt(event);
    touched = event.pointerType === "touch";
    ignoreClick = false;
    dragged = false;
    pressed = null;
    if (!row || event.button !== 0) {
      return;
    }
    if (touched) {
      longPress = setTimeout(() => {
        ignoreClick = true;
        boxes = true;
        toggle(row);
        changed();
      }, 500);
    } else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      pressed = row;
    }
  });

  for (const end of ["pointerup", "pointercancel", "scroll"]) {
    document.addEventListener(end, () => {
      clearTimeout(longPress);
      pressed = null;
    }, true);
  }

  document.addEventListener("pointermove", event => {
    if (event.pointerType === "touch") {
      if (Math.abs(event.movementX) + Math.abs(event.movementY) > 8) {
        clearTimeout(longPress);
      }
      return;
    }
    if (!pressed) {
      return;
    }
    const over = document.elementFromPoint(event.clientX, event.clientY);
    const row = over && over.closest("#messages tr.message");
    if (row && (dragged || row !== pressed)) {
      if (!dragged) {
        dragged = true;
        anchor = id(pressed);
      }
      range(row);
      current = id(row);
      row.scrollIntoView({block: "nearest"});
      paint();
    }
  });

  // The browser's own dragging of a link, and its marking of text up to a Shift-click, are not wanted here.
  document.addEventListener("dragstart", event => {
    if (rowAt(event)) {
      event.preventDefault();
    }
  });
  document.addEventListener("mousedown", event => {
    if (rowAt(event) && event.shiftKey) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", event => {
    const row = rowAt(event);
    if (!row) {
      return;
    }
    const ctrl = event.ctrlKey || event.metaKey;
    const box = boxes && (touched || event.target.closest(".box"));
    const plain = !dragged && !ignoreClick && !ctrl && !event.shiftKey && !box;
    current = id(row);
    row.focus({preventScroll: true});
    if (plain) {
      only(row);
      clearTimeout(settleSoon);
      opened = current;
      paint();
      keep();
      return; // and the link does the rest
    }
    event.preventDefault();
    event.stopPropagation();
    if (!dragged && !ignoreClick) {
      if (event.shiftKey) {
        range(row, ctrl);
      } else {
        toggle(row);
      }
    }
    dragged = false;
    changed();
  }, true);

  document.addEventListener("dblclick", event => {
    const row = rowAt(event);
    if (row && !boxes && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      window.open(address(link(row).href).href + "#alone", "_blank");
    }
  });

  document.addEventListener("click", event => {
    const button = event.target.closest("button[data-select]");
    if (button) {
      const menu = button.closest("[popover]");
      if (menu) {
        menu.hidePopover();
      }
      choose(button.dataset.select);
    }
  });

  /* --- what is done with it --- */
  const menuIcons = {open: "mail", window: "open", source: "source", download: "download", restore: "restore", history: "busy"};

  /* Gives the lines of the menu their symbols, and makes them known to tools(). */
  function furnish() {
    const symbols = one("#tasks use").getAttribute("href").split("#")[0];
    for (const item of all("#menu a[class*=do-]")) {
      const act = Array.from(item.classList).find(name => name.startsWith("do-")).substring(3);
      item.dataset.act = act;
      if (act === "restore") {
        item.dataset.restore = "selection";
      }
      const symbol = menuIcons[act] || "download";
      item.insertAdjacentHTML("afterbegin", `<svg class="icon" aria-hidden="true"><use href="${symbols}#${symbol}"/></svg>`);
    }
  }

  function take(format) {
    const form = one("#take form");
    form.requestSubmit(one(`button[value=${format}]`, form));
  }

  document.addEventListener("submit", event => {
    const form = event.target.closest("#take form");
    if (form) {
      mtm.fillFields(form, mtm.selection.fields());
      one("#take").hidePopover();
      mtm.tell(form.dataset.begun);
    }
  });

  document.addEventListener("beforetoggle", event => {
    if (event.target.id === "take") {
      one("h2", event.target).textContent = sentence();
    }
  }, true);

  function history() {
    const button = one("article.opened [data-reveal=show-life]");
    if (opened === single() && button) {
      button.click();
    } else if (rowOf(single())) {
      historyOnArrival = true;
      open(rowOf(single()));
    }
  }

  document.addEventListener("click", event => {
    const tool = event.target.closest("[data-act]");
    const act = tool ? tool.dataset.act : "";
    if (act === "history") {
      event.preventDefault();
      history();
    } else if (act.startsWith("downloads-")) {
      event.preventDefault();
      take(act.substring("downloads-".length));
    } else if (act === "open") {
      event.preventDefault();
      open(rowOf(single()));
    }
    if (tool && tool.closest("#menu")) {
      window.PF("menu").hide();
    }
  });

  /* --- the menu of a row: not where a finger rests, which begins a selection --- */
  mtm.prepareMenu = function (event) {
    const row = rowAt(event);
    if (!row || touched) {
      if (row) {
        event.preventDefault();
      }
      return false;
    }
    mtm.selection.include(row);
    return true;
  };

  document.addEventListener("mtm:arrived", arrived);
  furnish();
}());
