/* A session ends where nothing happens for an hour, and twelve hours after signing in. The server keeps a cookie alive until
   some minutes before: without it, this page asks whether its reader is still there. Another window that is used keeps it, too. */
(function () {
  "use strict";
  const mtm = window.mtm;
  const {one} = mtm;
  const SIGN = "mtm-awake=";
  const LOOK = 10000;
  const TYPING = 300000;
  const dialog = one("#staying");
  let told = false;
  let kept = Date.now();

  const awake = () => document.cookie.split("; ").some(cookie => cookie.startsWith(SIGN));

  function look() {
    if (awake()) {
      told = false;
      one(".staying-over", dialog).hidden = true;
      if (dialog.open) {
        dialog.close();
      }
    } else if (!told) {
      told = true;
      dialog.showModal();
    }
  }

  function stay() {
    kept = Date.now();
    mtm.prefer({}).then(() => {
      look();
      one(".staying-over", dialog).hidden = awake();
    });
  }

  dialog.addEventListener("click", event => {
    if (event.target.closest(".stay")) {
      stay();
    }
  });

  /* Who writes is there, though the server hears nothing of it. */
  document.addEventListener("input", () => {
    if (Date.now() - kept > TYPING) {
      stay();
    }
  });

  document.addEventListener("visibilitychange", () => document.hidden || look());
  setInterval(look, LOOK);
}());
