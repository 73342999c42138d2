/* The frame around lists and messages: what the user prefers, the sizes of the panes, print and zoom. */
(function () {
  "use strict";
  const mtm = window.mtm;
  const zooms = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];
  const saving = {};
  let openAtArrival = null;

  const one = (selector, from) => (from || document).querySelector(selector);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  /* --- preferences: shown at once, kept by the server for the next time --- */
  mtm.prefer = function (values) {
    for (const [name, value] of Object.entries(values)) {
      for (const field of all(`dialog [name="${name}"]`)) {
        field.dataset.value = value;
      }
    }
    if (values.theme) {
      document.documentElement.dataset.theme = values.theme;
      mtm.keep("mtm-theme", values.theme);
    }
    return fetch("preferences", {method: "POST", body: new URLSearchParams(values), keepalive: true, redirect: "manual"})
        .then(answer => {
          if (answer.type === "opaqueredirect") {
            location.reload(); // the session has ended: the sign-in says so, and leads back
          }
        }, () => mtm.failed({status: 0}));
  };

  /* What holds, in the fields of a dialog. */
  mtm.fill = function (dialog) {
    const zone = one("#zone", dialog);
    if (zone && zone.length === 1) {
      for (const name of Intl.supportedValuesOf("timeZone")) {
        zone.add(new Option(name.replaceAll("_", " "), name));
      }
    }
    for (const field of all("[data-value]", dialog)) {
      if (field.type === "checkbox") {
        field.checked = field.dataset.value === "on";
      } else {
        field.value = field.dataset.value;
      }
    }
  };

  function chosen(form) {
    const values = {};
    for (const field of all("[name]", form)) {
      values[field.name] = field.type !== "checkbox" ? field.value : field.checked ? "on" : "off";
    }
    return values;
  }

  const classes = ["layout", "size", "labels", "preview"];

  function dress(values) {
    for (const name of classes) {
      document.body.classList.forEach(word => {
        if (word.startsWith(name + "-")) {
          document.body.classList.replace(word, name + "-" + values[name]);
        }
      });
    }
  }

  function showList(values) {
    const target = mtm.address(location.href);
    for (const name of ["sort", "order", "page"]) {
      target.searchParams.delete(name);
    }
    mtm.prefer(values).then(() => mtm.go("list", target.href));
  }

  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.dataset.chooses) {
      return;
    }
    event.preventDefault();
    const values = chosen(form);
    form.closest("dialog").close();
    if (form.dataset.chooses === "list") {
      dress(values);
      showList(values);
      return;
    }
    const elsewhere = values.language !== one("#language").dataset.value || values.zone !== one("#zone").dataset.value;
    mtm.keep("mtm-language", values.language);
    mtm.prefer(values).then(() => elsewhere && location.reload());
  });

  /* --- columns of a wide list --- */
  function sortBy(column) {
    const same = one("#sort").dataset.value === column;
    const before = one("#order").dataset.value;
    const first = column === "date" || column === "size" ? "desc" : "asc";
    showList({sort: column, order: !same ? first : before === "asc" ? "desc" : "asc"});
  }

  function showColumns() {
    for (const button of all("[data-sort]")) {
      const on = button.dataset.sort === one("#sort").dataset.value;
      button.classList.toggle("on", on);
      button.classList.toggle("asc", on && one("#order").dataset.value === "asc");
      button.setAttribute("aria-pressed", String(on));
    }
  }

  /* --- panes --- */
  function resize(separator, value) {
    const vertical = separator.getAttribute("aria-orientation") === "vertical";
    const least = Number(separator.getAttribute("aria-valuemin"));
    const most = Number(separator.getAttribute("aria-valuemax"));
    const now = Math.round(Math.max(least, Math.min(most, value)));
    const name = separator.dataset.prefers;
    separator.setAttribute("aria-valuenow", String(now));
    document.body.style.setProperty("--" + name, now + (vertical ? "px" : "%"));
    clearTimeout(saving[name]);
    saving[name] = setTimeout(() => mtm.prefer({[name]: String(now)}), 500);
  }

  /* Where a separator is, in the unit of its pane: pixels of width, or hundredths of the height. */
  function valueAt(separator, event) {
    const pane = one("#" + separator.getAttribute("aria-controls")).getBoundingClientRect();
    if (separator.getAttribute("aria-orientation") === "vertical") {
      return event.clientX - pane.left;
    }
    return 100 * (event.clientY - pane.top) / document.body.clientHeight;
  }

  function valueByKey(separator, key) {
    const now = Number(separator.getAttribute("aria-valuenow"));
    const vertical = separator.getAttribute("aria-orientation") === "vertical";
    switch (key) {
      case "Home": return Number(separator.getAttribute("aria-valuemin"));
      case "End": return Number(separator.getAttribute("aria-valuemax"));
      case "ArrowLeft": return vertical ? now - 10 : null;
      case "ArrowRight": return vertical ? now + 10 : null;
      case "ArrowUp": return vertical ? null : now - 2;
      case "ArrowDown": return vertical ? null : now + 2;
      default: return null;
    }
  }

  for (const separator of all(".separator")) {
    separator.addEventListener("pointerdown", event => {
      event.preventDefault();
      separator.setPointerCapture(event.pointerId);
      separator.focus();
    });
    separator.addEventListener("pointermove", event => {
      if (separator.hasPointerCapture(event.pointerId)) {
        resize(separator, valueAt(separator, event));
      }
    });
    separator.addEventListener("keydown", event => {
      const value = valueByKey(separator, event.key);
      if (value !== null) {
        event.preventDefault();
        resize(separator, value);
      }
    });
  }

  /* --- the message: larger and smaller letters, its neighbours, and on paper --- */
  function zoom(step) {
    const now = Math.round(100 * Number(document.body.style.getPropertyValue("--zoom") || 1));
    const nearest = zooms.reduce((best, size) => Math.abs(size - now) < Math.abs(best - now) ? size : best);
    const next = zooms[Math.max(0, Math.min(zooms.length - 1, zooms.indexOf(nearest) + step))];
    document.body.style.setProperty("--zoom", String(next / 100));
    one("#told").textContent = next + " %";
    clearTimeout(saving.zoom);
    saving.zoom = setTimeout(() => mtm.prefer({zoom: String(next)}), 500);
  }

  /* The message above or below in the list; at the end of a page, the nearest of the next one. */
  mtm.neighbour = function (step) {
    const id = mtm.address(location.href).searchParams.get("message");
    const rows = mtm.links();
    const at = rows.findIndex(link => link.dataset.id === id);
    const next = rows[at + step];
    if (at >= 0 && next) {
      next.scrollIntoView({block: "nearest"});
      mtm.open(next);
      return;
    }
    const page = one(step > 0 ? "a.page-chevron-right" : "a.page-chevron-left");
    if (page) {
      const target = mtm.address(page.href);
      target.searchParams.delete("message");
      openAtArrival = step > 0 ? 0 : -1;
      mtm.go("list", target.href);
    }
  };

  mtm.print = function (button) {
    const article = one("article.opened");
    const url = mtm.address(button.dataset.print);
    if (article.classList.contains("remote-allowed")) {
      url.searchParams.set("remote", "1");
    }
    if (article.classList.contains("show-text")) {
      url.searchParams.set("text", "1");
    }
    for (const old of all("iframe.print-frame")) {
      old.remove();
    }
    const frame = document.createElement("iframe");
    frame.className = "print-frame";
    frame.setAttribute("sandbox", "allow-same-origin allow-modals");
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.addEventListener("load", () => {
      frame.contentWindow.print();
      frame.dataset.printed = "true";
    });
    frame.src = url.href;
    document.body.append(frame);
  };

  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) {
      return;
    }
    const data = button.dataset;
    if (data.theme) {
      mtm.prefer({theme: data.theme});
    } else if (data.zoom) {
      zoom(Number(data.zoom));
    } else if (data.neighbour) {
      mtm.neighbour(Number(data.neighbour));
    } else if (data.print) {
      const menu = button.closest("[popover]");
      if (menu) {
        menu.hidePopover();
      }
      mtm.print(button);
    } else if (data.sort) {
      sortBy(data.sort);
    } else if (button.classList.contains("do-print-list")) {
      window.print();
    }
  });

  document.addEventListener("keydown", event => {
    const button = one(".do-print");
    if (button && event.key === "p" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      mtm.print(button);
    }
  });

  document.addEventListener("mtm:arrived", () => {
    showColumns();
    if (openAtArrival !== null) {
      const link = mtm.links().at(openAtArrival);
      openAtArrival = null;
      if (link) {
        mtm.open(link);
      }
    }
  });

  window.addEventListener("storage", event => {
    if (event.key === "mtm-signed-out") {
      location.replace("signin.xhtml?out=true");
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    mtm.keep("mtm-language", one("#language").dataset.value);
    mtm.keep("mtm-theme", one("#theme").dataset.value);
    showColumns();
  });
}());
