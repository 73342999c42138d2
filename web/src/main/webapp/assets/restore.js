/* The dialog in which a restore is requested: for what is selected, for a folder, for the whole mailbox. */
(function () {
  "use strict";
  const mtm = window.mtm;
  const {one, all, address} = mtm;
  const KEPT = "mtm-request";
  let withdrawn = "";
  /* What is asked for and was typed, until it is sent: after the end of a session the dialog is there again as it was. */
  let draft = null;

  /* What a form says of a whole folder with those below it, or without one, of the whole day. Nothing is below what a mirror holds. */
  function place(folder, mirrored) {
    const fields = [["day", one(".daybar").dataset.day]];
    if (mirrored) {
      return [...fields, ["folder", folder], ["all", "1"]];
    }
    return folder ? [...fields, ["folder", folder], ["scope", "below"], ["all", "1"]] : [...fields, ["all", "1"]];
  }

  function folderOf(button) {
    return button.dataset.folder || address(one("#list .pane").dataset.url).searchParams.get("folder");
  }

  function fieldsFor(what, button) {
    return what === "selection" ? mtm.selection.onItsDay() || mtm.selection.fields() : place(what === "folder" ? folderOf(button) : "", what === "folder" && button.dataset.mirrored === "true");
  }

  const here = () => location.pathname + location.search;
  const mailbox = () => one("#tasks").dataset.mailbox;

  function ask(what, button) {
    open([...fieldsFor(what, button).filter(([name]) => name !== "to"), ["restore", what], ["to", here()]]);
  }

  /* Opens the dialog. What was typed about something else is a reason still, and no place. */
  function open(fields) {
    const before = draft || {};
    const same = JSON.stringify(before.fields) === JSON.stringify(fields);
    draft = {mailbox: mailbox(), to: here(), fields, reason: before.reason || "", where: same ? before.where : "", moved: same && before.moved};
    keep(true);
    mtm.fillFields(one("#restore form"), fields);
    mtm.busy();
    window.mtmRestore(values(one("#restore form")));
  }

  /* --- what was typed --- */
  function keep(shown) {
    if (draft) {
      draft.open = shown;
      try {
        sessionStorage.setItem(KEPT, JSON.stringify(draft));
      } catch (e) {
        // no room, or not allowed: then it lasts as long as this page
      }
    }
  }

  function forget() {
    draft = null;
    sessionStorage.removeItem(KEPT);
  }

  /* Of the mailbox that is signed in now: nobody else's words are shown. */
  function remember() {
    try {
      draft = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    } catch (e) {
      draft = null;
    }
    if (!draft || draft.mailbox !== mailbox()) {
      forget();
    } else if (draft.open && draft.to === here()) {
      open(draft.fields);
    }
  }

  function typed() {
    const form = one("#restore form").elements;
    if (draft && form.reason) {
      draft.reason = form.reason.value;
      draft.where = form.where.value;
      draft.moved = Boolean(form.moved && form.moved.checked);
      keep(true);
    }
  }

  function fill() {
    const form = one("#restore form").elements;
    if (!form.reason || !draft) {
      return;
    }
    form.reason.value = draft.reason;
    form.where.value = draft.where || "original";
    if (form.moved) {
      form.moved.checked = Boolean(draft.moved);
    }
    offer();
  }

  /* What would come back as it is asked for now, and where it cannot be sent so, why. */
  function offer() {
    const form = one("#restore form").elements;
    const name = form.moved && form.moved.checked ? "moved" : form.where.value;
    let why = "";
    for (const sum of all("#restore [data-offer]")) {
      const shown = sum.dataset.offer === name;
      sum.classList.toggle("on", shown);
      why = shown ? sum.dataset.why : why;
    }
    one("#restore-why").textContent = why;
    one("#restore .restore-why").hidden = !why;
    one("#restore .restore-send").disabled = Boolean(why);
  }

  function values(form) {
    return Array.from(new FormData(form), ([name, value]) => ({name, value}));
  }

  /* Once: whoever is impatient presses twice, and would ask twice. */
  function send(button) {
    button.disabled = true;
    mtm.busy();
    window.mtmRequest(values(button.form));
  }

  /* Asks first; the browser gives the focus back to the button where nothing comes of it. */
  function askWithdrawal(button) {
    const dialog = one("#withdraw");
    dialog.dataset.request = button.dataset.withdraw;
    one(".what", dialog).textContent = button.dataset.what;
    dialog.showModal();
  }

  function withdraw() {
    const dialog = one("#withdraw");
    const request = dialog.dataset.request;
    dialog.close();
    one(`[data-withdraw="${request}"]`).disabled = true;
    withdrawn = request;
    mtm.busy();
    window.mtmWithdraw([{name: "requests", value: request}]);
  }

  mtm.requestsArrived = function () {
    if (!mtm.arrivedQuietly()) {
      return;
    }
    one("#restore").close();
    const dialog = one("#requests");
    if (!dialog.open) {
      dialog.showModal();
    }
    // The button that was pressed is gone: what became of the request takes its place.
    const state = withdrawn && one(`#requests [data-request="${withdrawn}"]`);
    withdrawn = "";
    if (state) {
      state.focus();
      mtm.tell(one(".own-state", state).textContent);
    }
  };

  mtm.restoreArrived = function () {
    if (!mtm.arrivedQuietly()) {
      return;
    }
    const dialog = one("#restore");
    one(".restore-trouble", dialog).hidden = true;
    if (one(".restore-sent", dialog)) {
      forget();
    }
    fill();
    if (!dialog.open) {
      dialog.showModal();
    } else if (!dialog.contains(document.activeElement) || document.activeElement === dialog) {
      // The button that was pressed is gone.
      (one(".restore-send:enabled", dialog) || one("[data-requests]", dialog) || one("[data-close]", dialog)).focus();
    }
  };

  /* Nothing is known of what was sent: with the same id it can be sent again, and is one request. */
  mtm.restoreFailed = function (xhr) {
    mtm.failed(xhr);
    const dialog = one("#restore");
    if (!dialog.open || xhr.statusText === "abort") {
      keep(dialog.open);
      return;
    }
    one(".restore-trouble span", dialog).textContent = one("#trouble span").textContent;
    one(".restore-trouble", dialog).hidden = false;
    all(".restore-send", dialog).forEach(button => {
      button.disabled = false;
    });
  };

  one("#restore").addEventListener("close", () => keep(false));
  one("#restore").addEventListener("input", typed);

  /* The button that was pressed is gone: the next one of its kind takes its place, or the list. */
  mtm.seenArrived = function () {
    if (mtm.arrivedQuietly()) {
      (one("#openings [data-seen]") || one("#list .rows")).focus();
    }
  };

  mtm.seenFailed = function (xhr) {
    all("#openings [data-seen]").forEach(button => {
      button.disabled = false;
    });
    mtm.failed(xhr);
  };

  /* What was allowed for another message before is not told of this one. */
  function askAllowing(button) {
    const menu = button.closest("[popover]");
    if (menu) {
      menu.hidePopover();
    }
    const dialog = one("#allow");
    one("#allow-body").replaceChildren();
    one("#allow-address").value = address(button.dataset.allow).href;
    one(".allow-ask", dialog).hidden = false;
    one(".allow-sent", dialog).hidden = true;
    one(".allow-copied", dialog).textContent = "";
    one(".allow-yes", dialog).hidden = false;
    one(".allow-copy", dialog).hidden = true;
    dialog.showModal();
  }

  function allow() {
    const which = address(one("#allow-address").value).searchParams;
    mtm.busy();
    window.mtmAllow([{name: "allow-day", value: which.get("day")}, {name: "allow-message", value: which.get("message")}]);
  }

  /* Without https a page has no clipboard of its own: what is selected is copied then. */
  function copyAddress() {
    const field = one("#allow-address");
    const said = one(".allow-copied");
    field.select();
    const copied = navigator.clipboard
      ? navigator.clipboard.writeText(field.value).then(() => true, () => document.execCommand("copy"))
      : Promise.resolve(document.execCommand("copy"));
    copied.then(done => { said.textContent = done ? said.dataset.done : ""; });
  }

  mtm.allowArrived = function () {
    if (!mtm.arrivedQuietly() || !one("#allow-body .allowed")) {
      return;
    }
    const dialog = one("#allow");
    one(".allow-ask", dialog).hidden = true;
    one(".allow-sent", dialog).hidden = false;
    one(".allow-yes", dialog).hidden = true;
    one(".allow-copy", dialog).hidden = false;
    one("#allow-address").select();
  };

  document.addEventListener("change", event => {
    if (event.target.closest("#restore fieldset")) {
      offer();
    }
  });

  document.addEventListener("mtm:arrived", remember, {once: true});

  document.addEventListener("submit", event => {
    if (event.target.closest("#restore")) {
      mtm.tell(event.target.dataset.begun);
      one("#restore").close();
    }
  });

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-restore]");
    if (button) {
      event.preventDefault();
      const menu = button.closest("[popover]");
      if (menu) {
        menu.hidePopover();
      }
      ask(button.dataset.restore, button);
    }
    const sending = event.target.closest(".restore-send");
    if (sending) {
      send(sending);
    }
    if (event.target.closest("[data-requests]")) {
      mtm.busy();
      window.mtmRequests([{name: "requests", value: "open"}]);
    }
    const seeing = event.target.closest("[data-seen]");
    if (seeing) {
      seeing.disabled = true;
      mtm.busy();
      window.mtmSeen([{name: "opening", value: seeing.dataset.seen}]);
    }
    const allowing = event.target.closest("[data-allow]");
    if (allowing) {
      askAllowing(allowing);
    }
    if (event.target.closest(".allow-yes")) {
      allow();
    }
    if (event.target.closest(".allow-copy")) {
      copyAddress();
    }
    const withdrawing = event.target.closest("[data-withdraw]");
    if (withdrawing) {
      askWithdrawal(withdrawing);
    }
    if (event.target.closest(".withdraw-yes")) {
      withdraw();
    }
  });

  const ofMirror = link => link.closest(".mirrored") !== null;

  /* --- the menu of a folder: of the one that is shown by its button, of another one by a right click --- */
  function aim(folder, label, mirrored) {
    const menu = one("#folder-menu");
    one("[data-restore=folder]", menu).dataset.mirrored = mirrored;
    one("h2", menu).textContent = label;
    one("[data-restore=folder]", menu).dataset.folder = folder;
    const archive = `api/v1/snapshots/${one(".daybar").dataset.day}/folders/${folder}/archive?format=`;
    for (const link of all("a[data-format]", menu)) {
      link.href = archive + link.dataset.format;
    }
  }

  document.addEventListener("beforetoggle", event => {
    if (event.target.id === "folder-menu" && event.newState === "open" && !event.target.style.left) {
      const current = one(".folder.selected > a");
      if (current) {
        aim(address(current.href).searchParams.get("folder"), one(".name", current).textContent, ofMirror(current));
      }
    }
  }, true);
  document.addEventListener("toggle", event => {
    if (event.target.id === "folder-menu" && event.newState === "closed") {
      event.target.removeAttribute("style");
    }
  }, true);

  document.addEventListener("contextmenu", event => {
    const link = event.target.closest(".folder > a");
    if (link) {
      event.preventDefault();
      const menu = one("#folder-menu");
      const box = link.getBoundingClientRect();
      // A key has no place: then it is the folder's.
      const [x, y] = event.clientX || event.clientY ? [event.clientX, event.clientY] : [box.left + 40, box.bottom];
      menu.hidePopover();
      aim(address(link.href).searchParams.get("folder"), one(".name", link).textContent, ofMirror(link));
      menu.style.cssText = `position-area: none; inset: auto; left: ${x}px; top: ${y}px; margin: 0`;
      menu.showPopover();
      menu.style.top = Math.max(0, Math.min(y, innerHeight - menu.offsetHeight - 8)) + "px";
      one("button, a", menu).focus();
    }
  });
}());
