// Runs before the page is painted: puts the reader's choice of light or dark on <html>, so that nothing flashes.
(function () {
  var choice = "auto";
  try { choice = localStorage.getItem("nakhon.scheme") || "auto"; } catch (error) { /* storage may be closed: follow the device */ }
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var root = document.documentElement;
    var now = root.dataset.themeChoice || choice;
    if (now === "light" || now === "dark") { root.dataset.theme = now; } else { delete root.dataset.theme; }
    root.dataset.scheme = now === "auto" ? (dark.matches ? "dark" : "light") : now;
    document.dispatchEvent(new CustomEvent("nakhon:scheme", { detail: root.dataset.scheme }));
  }
  document.documentElement.dataset.themeChoice = choice;
  dark.addEventListener("change", apply);
  window.nakhonScheme = {
    choose: function (next) {
      document.documentElement.dataset.themeChoice = next;
      try { localStorage.setItem("nakhon.scheme", next); } catch (error) { /* kept for this page only */ }
      apply();
    },
  };
  apply();
})();
