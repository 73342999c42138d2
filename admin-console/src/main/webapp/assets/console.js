/* The console's pages: dialogs, progress, theme. Everything that changes something is a form. */
(function () {
  "use strict";
  const byId = id => document.getElementById(id);

  document.querySelectorAll("select[data-value]").forEach(select => {
    select.value = select.dataset.value;
  });

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-dialog], [data-close], button[data-theme], .menu");
    if (!button) {
      if (!event.target.closest("#tasks")) {
        showTasks(false);
      }
      return;
    }
    if (button.dataset.dialog) {
      open(byId(button.dataset.dialog));
    } else if (button.dataset.close) {
      byId(button.dataset.close).close();
    } else if (button.dataset.theme) {
      window.mtm.keep("mtm-theme", button.dataset.theme);
      document.documentElement.dataset.theme = button.dataset.theme;
    } else {
      showTasks(!document.body.classList.contains("tasks-shown"));
    }
  });

  /* Where typing begins: the button that closes stands before it. */
  function open(dialog) {
    dialog.showModal();
    dialog.querySelector("form :is(input, textarea, select):not([type=hidden], [hidden])")?.focus();
  }

  function showTasks(shown) {
    document.body.classList.toggle("tasks-shown", shown);
    const menu = document.querySelector(".menu");
    if (menu) {
      menu.setAttribute("aria-expanded", String(shown));
    }
  }

  /* A link in a letter opens the dialog, and does no more than that. */
  const wanted = document.querySelector("dialog[data-open=true]");
  if (wanted) {
    open(wanted);
  }
  /* What is sent is sent once; a wrong password takes a while to be refused. Behind the event: which button it was
     is sent, too, and of one that is disabled nothing is. */
  document.querySelectorAll("form[method=post]").forEach(form => form.addEventListener("submit", () => setTimeout(() => {
    form.querySelectorAll("[type=submit]").forEach(button => { button.disabled = true; });
  })));
  document.querySelectorAll("input[data-all]").forEach(all => all.addEventListener("change", () => {
    all.form.querySelectorAll("input[name=" + all.dataset.all + "]").forEach(box => { box.checked = all.checked; });
  }));
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[type=submit]").forEach(button => { button.disabled = false; });
  });

  /* A form that is refused has what was typed into it once more, and says why itself, as what is behind a dialog is
     not heard. It stays in this tab, until the next page; passwords and codes nowhere. */
  const TYPED = "mtm-typed";
  /* Not form.id, which may be its field of that name. */
  const nameOf = form => form.getAttribute("id") || form.closest("dialog")?.id || "";
  const typedIn = form => [...form.elements].filter(field => field.name && !field.hidden
    && !["password", "hidden", "submit", "button"].includes(field.type) && field.autocomplete !== "one-time-code");
  document.querySelectorAll("form[method=post]").forEach(form => form.addEventListener("submit", () => {
    if (nameOf(form)) {
      const values = typedIn(form).map(field => field.type === "checkbox" ? field.checked : field.value);
      sessionStorage.setItem(TYPED, JSON.stringify({form: nameOf(form), values: values}));
    }
  }));
  const typed = JSON.parse(sessionStorage.getItem(TYPED) || "null");
  sessionStorage.removeItem(TYPED);
  const refusal = document.querySelector("#told.refused");
  const refused = typed && refusal && byId(typed.form);
  if (refused) {
    const form = refused.closest("form") || refused.querySelector("form");
    typedIn(form).forEach((field, place) => {
      if (field.type === "checkbox") {
        field.checked = typed.values[place] === true;
      } else if (place < typed.values.length) {
        field.value = typed.values[place];
      }
    });
    if (refused.tagName === "DIALOG") {
      if (!refused.open) {
        refused.showModal();
      }
      const why = document.createElement("div");
      why.className = "sentence refused";
      why.setAttribute("role", "alert");
      why.textContent = refusal.textContent;
      form.querySelector("header").after(why);
    }
    (form.querySelector("[type=password]") || typedIn(form)[0])?.focus();
  }

  const effect = document.querySelector("[data-effect]");
  if (effect) {
    const bar = effect.querySelector("progress");
    const again = effect.querySelector("[data-look]");
    const places = document.querySelectorAll("[data-effect-words]");
    const looking = places[0].textContent;
    const say = words => places.forEach(place => { place.textContent = words; });
    const lookNow = () => {
      bar.hidden = false;
      again.hidden = true;
      say(looking);
      fetch("effect?id=" + effect.dataset.effect, {redirect: "error"})
        .then(answer => answer.ok ? answer.json() : Promise.reject(answer.status))
        .then(now => say(now.words), () => say(effect.dataset.failed))
        .then(() => {
          bar.hidden = true;
          again.hidden = false;
        });
    };
    again.addEventListener("click", lookNow);
    lookNow();
  }

  /* A night that goes on: its words are exchanged, and at its end the page. */
  const night = document.querySelector("[data-renew]");
  if (night) {
    const renew = () => fetch(location.pathname, {redirect: "error"})
      .then(answer => answer.ok ? answer.text() : Promise.reject(answer.status))
      .then(text => {
        const now = new DOMParser().parseFromString(text, "text/html").querySelector("[data-renew]");
        if (now) {
          night.textContent = now.textContent;
        } else {
          location.replace(location.pathname);
        }
      })
      .catch(() => { /* the next look may get an answer */ });
    setInterval(renew, 3000);
  }

  const run = document.querySelector("[data-progress]");
  if (run) {
    const bar = run.querySelector("progress");
    const words = run.querySelector("output");
    const problem = run.querySelector(".bar") !== null;
    const look = () => fetch("progress?id=" + run.dataset.progress, {redirect: "error"})
      .then(answer => answer.ok ? answer.json() : Promise.reject(answer.status))
      .then(now => {
        if (document.querySelector("dialog[open]")) {
          return; // whoever types a password is not disturbed
        }
        if (now.state !== "CONFIRMED" || (now.problem !== "") !== problem) {
          location.replace(location.pathname + "?id=" + run.dataset.progress);
        }
        bar.value = now.percent;
        words.textContent = now.percent + " %";
      })
      .catch(() => { words.textContent = "…"; });
    setInterval(look, 1000);
  }
  document.body.dataset.ready = "true";
}());
