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
      byId(button.dataset.dialog).showModal();
    } else if (button.dataset.close) {
      byId(button.dataset.close).close();
    } else if (button.dataset.theme) {
      window.mtm.keep("mtm-theme", button.dataset.theme);
      document.documentElement.dataset.theme = button.dataset.theme;
    } else {
      showTasks(!document.body.classList.contains("tasks-shown"));
    }
  });

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
    wanted.showModal();
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
