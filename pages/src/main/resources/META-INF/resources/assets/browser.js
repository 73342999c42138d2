/* Runs before the page is drawn: tells the server the browser's time zone, and misses no key. */
(function () {
  "use strict";
  function keep(name, value) {
    document.cookie = name + "=" + encodeURIComponent(value) + "; path=/; max-age=31536000; samesite=strict"
        + (location.protocol === "https:" ? "; secure" : "");
  }
  const mtm = window.mtm = {keep: keep, daysAhead: 0};
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    keep("mtm-zone", zone);
  }
  /* Who leafs through days is faster than the scripts: presses before they are there are counted. */
  document.addEventListener("keydown", event => {
    const step = event.key === "[" ? -1 : event.key === "]" ? 1 : 0;
    if (step !== 0 && mtm.daysAhead !== null && !event.ctrlKey && !event.metaKey && !event.target.closest("input")) {
      mtm.daysAhead += step;
    }
  }, true);
  /* Who signs out in one window has signed out in all, and leaves nothing that was typed. */
  if (location.search === "?out=true") {
    sessionStorage.clear();
    localStorage.setItem("mtm-signed-out", String(Date.now()));
  }
  document.addEventListener("DOMContentLoaded", function () {
    const empty = document.querySelector(".signin input:not([type=hidden]):placeholder-shown");
    if (empty) {
      empty.focus();
    }
  });
}());
