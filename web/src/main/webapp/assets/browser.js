/* Runs before the page is drawn: tells the server the browser's time zone, and shows the theme. */
(function () {
  "use strict";
  function keep(name, value) {
    document.cookie = name + "=" + encodeURIComponent(value) + "; path=/; max-age=31536000; samesite=strict"
        + (location.protocol === "https:" ? "; secure" : "");
  }
  window.mtm = {keep: keep};
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    keep("mtm-zone", zone);
  }
  document.addEventListener("DOMContentLoaded", function () {
    const empty = document.querySelector(".signin input:not([type=hidden]):placeholder-shown");
    if (empty) {
      empty.focus();
    }
  });
}());
