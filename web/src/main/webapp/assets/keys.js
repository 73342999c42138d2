/* The keys of the webmail, as its users know them. Single letters can be switched off (WCAG 2.1.4). */
(function () {
  "use strict";
  const mtm = window.mtm;
  const {one, all} = mtm;
  const OFF = "mtm-letters-off";
  const s = mtm.selection;

  /* How a key with Shift or Ctrl goes through the rows. */
  const how = event => event.shiftKey ? (event.ctrlKey || event.metaKey ? "more" : "range") : event.ctrlKey || event.metaKey ? "stand" : "only";

  /* Keys of the list, when nothing else has the focus. */
  const listKeys = {
    "ArrowDown": event => s.step(1, how(event)),
    "ArrowUp": event => s.step(-1, how(event)),
    "Home": event => s.ends(false, how(event)),
    "End": event => s.ends(true, how(event)),
    "PageDown": event => s.step(s.screenful(), how(event)),
    "PageUp": event => s.step(-s.screenful(), how(event)),
    " ": () => s.toggle(),
    "Enter": () => s.enter()
  };

  /* Keys of the whole page. */
  const letters = {
    "[": () => mtm.stepDay(-1),
    "]": () => mtm.stepDay(1),
    "n": () => s.next(1),
    "p": () => s.next(-1),
    "u": () => mtm.follow("#reader [data-act=source]"),
    "d": () => mtm.follow(s.several() ? "#reader [data-act=downloads]" : "#reader [data-act=download]"),
    "r": () => mtm.follow("#reader [data-act=restore]"),
    "h": () => mtm.follow("#reader [data-act=history]"),
    "/": () => one("#search").focus(),
    "?": () => mtm.show("keys")
  };

  function lettersOff() {
    return localStorage.getItem(OFF) === "1";
  }

  function escape() {
    if (s.several() || document.body.classList.contains("with-boxes")) {
      s.choose("none");
    } else {
      mtm.closeMessage();
    }
  }

  function actionOf(event) {
    const ctrl = event.ctrlKey || event.metaKey;
    const target = event.target;
    const inList = target === document.body || target.closest("#list .rows") !== null;
    const onRow = target.closest("tr.message") !== null;
    if (event.altKey) {
      return null;
    }
    if (event.key === "Escape") {
      return escape;
    }
    if (ctrl && event.key.toLowerCase() === "a") {
      return inList ? s.selectAll : null;
    }
    if (inList && event.key in listKeys && !(event.key === "Enter" && !onRow && target.closest("a, button"))) {
      return listKeys[event.key];
    }
    return ctrl || lettersOff() ? null : letters[event.key];
  }

  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && event.target.id === "search") {
      event.target.blur();
      return;
    }
    if (event.target.closest("input, select, textarea, [role=separator]") || mtm.somethingIsOpen()) {
      return;
    }
    const action = actionOf(event);
    if (action) {
      event.preventDefault();
      event.stopPropagation();
      action(event);
    }
  }, true);

  document.addEventListener("change", event => {
    if (event.target.id === "letters") {
      localStorage.setItem(OFF, event.target.checked ? "0" : "1");
    }
  });
  document.addEventListener("mtm:arrived", () => { one("#letters").checked = !lettersOff(); });
}());
