/* The options of a search, and the search through bodies: the server carries it out as long as its answer is read,
   so whoever leaves ends it by that alone. What it found is asked for as the list is asked for. */
(function () {
  "use strict";
  const one = (selector, from) => (from || document).querySelector(selector);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const PAUSE = 700;
  let current = null;
  let draft = null;

  /* --- options: what an attribute cannot say in a page that is made by the server --- */
  function prepareForm() {
    const form = one("form.search");
    if (!form || form.dataset.prepared) {
      return;
    }
    form.dataset.prepared = "true";
    for (const box of all("[data-checked]", form)) {
      box.checked = box.dataset.checked === "true";
    }
    const scope = one("option[data-selected=true]", form);
    if (scope) {
      scope.selected = true;
    }
    if (draft) {
      restore(form, draft);
      draft = null;
    }
    entire(form);
  }

  /* --- a page that renews itself while somebody types leaves alone what was typed --- */
  function fieldsOf(form) {
    return all("input:not([type=hidden]), select, button", form);
  }

  document.addEventListener("mtm:renewing", () => {
    const form = one("form.search");
    if (form) {
      const fields = fieldsOf(form);
      draft = {
        values: fields.map(field => field.type === "checkbox" ? field.checked : field.value),
        at: fields.indexOf(document.activeElement),
        caret: [one("#search").selectionStart, one("#search").selectionEnd, one("#search").selectionDirection],
        open: one("#search-options").matches(":popover-open")
      };
    }
  });

  function restore(form, typed) {
    const fields = fieldsOf(form);
    fields.forEach((field, i) => {
      if (field.type === "checkbox") {
        field.checked = typed.values[i];
      } else if (field.type !== "button" && field.type !== "submit") {
        field.value = typed.values[i];
      }
    });
    if (typed.open) {
      one("#search-options").showPopover();
    }
    if (typed.at >= 0) {
      fields[typed.at].focus({preventScroll: true});
    }
    one("#search").setSelectionRange(...typed.caret);
  }

  /* The entire message has all the others in it. */
  function entire(form) {
    const whole = one("input[value=entire]", form).checked;
    for (const box of all("input[name=in]:not([value=entire])", form)) {
      box.disabled = whole;
    }
  }

  document.addEventListener("change", event => {
    const form = event.target.closest("form.search");
    if (form && event.target.name === "in") {
      entire(form);
    }
  });

  /* --- reading --- */
  function question() {
    const at = new URLSearchParams(location.search);
    at.delete("message");
    at.delete("page");
    at.sort();
    return at.toString();
  }

  function prepare() {
    prepareForm();
    const bar = one(".search-progress");
    if (!bar) {
      end();
      return;
    }
    const asked = question();
    if (current && current.asked === asked) {
      show(current.last);
      if (current.over && !current.said) {
        current.said = true;
        window.mtm.tell(one(".sentence", bar).textContent);
      }
      return;
    }
    end();
    if (bar.dataset.state === "stopped") {
      one("[data-search=again]", bar).hidden = false;
    } else if (bar.dataset.state === "waiting" || bar.dataset.state === "running") {
      begin(asked);
    }
  }

  function end() {
    if (current) {
      clearTimeout(current.renewal);
      current.abort.abort();
      current = null;
    }
  }

  async function begin(asked) {
    const search = {asked: asked, abort: new AbortController(), last: null, shown: 0, renewal: 0, over: false, said: false};
    current = search;
    show(null);
    try {
      const answer = await fetch("api/v1/search?" + asked, {signal: search.abort.signal, credentials: "same-origin"});
      if (answer.status === 401 || answer.status === 403) {
        location.reload(); // to the sign-in page, and back here
        return;
      }
      if (!answer.ok) {
        fail(search, answer.status === 503 && answer.headers.has("Retry-After") ? "busy" : "failed", answer.headers.get("Retry-After"));
        return;
      }
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const lines = (text + part.value).split("\n");
        text = lines.pop();
        if (lines.length > 0) {
          told(search, JSON.parse(lines[lines.length - 1]));
        }
      }
    } catch (e) {
      if (e.name !== "AbortError") {
        window.console.warn(e);
        fail(search, "failed");
      }
    }
    if (current !== search || search.failure) {
      return;
    }
    const state = search.last ? search.last.state : "";
    if (state === "expired") {
      fail(search, "expired");
    } else if (search.abort.signal.aborted || ["done", "full", "stopped"].includes(state)) {
      finish(search);
    } else {
      fail(search, "failed"); // it broke off, and said nothing
    }
  }

  /* What went wrong stays in the bar, whatever the server says of a search that it does not know. */
  function fail(search, why, seconds) {
    const bar = one(".search-progress");
    clearTimeout(search.renewal);
    search.over = true;
    if (current !== search || !bar) {
      return;
    }
    search.why = why;
    search.failure = bar.dataset[why].replace("{0}", seconds || "");
    search.said = true;
    show(search.last);
    window.mtm.tell(search.failure);
  }

  function told(search, state) {
    search.last = state;
    show(state);
    if (state.found > search.shown && !search.renewal && wanted(state)) {
      search.renewal = setTimeout(() => {
        search.renewal = 0;
        search.shown = search.last.found;
        renew();
      }, search.shown === 0 ? 0 : PAUSE);
    }
  }

  /* Messages are found in the order of the list: a page that is full does not change any more. */
  function wanted(state) {
    const rows = Number(one(".search-progress").dataset.rows);
    return all("#list a.message-link").length < rows || state.found <= rows;
  }

  /* The server says once more how it ended, with all that was found. */
  function finish(search) {
    clearTimeout(search.renewal);
    search.over = true;
    search.shown = search.last ? search.last.found : 0;
    renew();
  }

  function renew() {
    if (window.mtmFound) {
      const values = Array.from(new URLSearchParams(location.search), ([name, value]) => ({name: name, value: value}));
      values.push({name: "to", value: location.pathname + location.search});
      window.mtmFound(values);
    }
  }

  function show(state) {
    const bar = one(".search-progress");
    if (!bar || !current) {
      return;
    }
    const over = current.over;
    one("[data-search=stop]", bar).hidden = over;
    one("[data-search=again]", bar).hidden = !over || (!current.failure && (bar.dataset.state === "done" || bar.dataset.state === "full"));
    if (current.failure) {
      bar.classList.add("failed");
      one(".sentence", bar).textContent = current.failure;
    }
    if (state && !over) {
      const number = new Intl.NumberFormat(document.documentElement.lang);
      one(".sentence", bar).textContent = bar.dataset.running
          .replace("{0}", number.format(state.read)).replace("{1}", number.format(state.total)).replace("{2}", number.format(state.found));
      one("progress", bar).max = Math.max(1, state.total);
      one("progress", bar).value = state.read;
    }
  }

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-search]");
    if (button && button.dataset.search === "stop" && current) {
      current.abort.abort();
    } else if (button && current && current.why === "expired") {
      location.reload(); // the page tells which day is shown instead
    } else if (button) {
      const bar = button.closest(".search-progress");
      if (bar) {
        bar.classList.remove("failed");
      }
      end();
      begin(question());
    }
  });

  document.addEventListener("mtm:arrived", prepare);
  window.addEventListener("pagehide", end);
}());
