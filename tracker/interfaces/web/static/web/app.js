// What keys and small comforts need; every page works without this file.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  // j and k move through the rows of a list, Enter opens the current one, / goes to the search.
  const rows = () => Array.from(document.querySelectorAll("[data-row]")).filter((row) => row.offsetParent !== null);
  const move = (step) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.findIndex((row) => row.classList.contains("current"));
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("current", row === next));
    const link = next.querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    } else if (/^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`)) {
      // A page names keys of its own: to turn to the month before, to the next one.
      event.preventDefault();
      document.querySelector(`[data-key="${event.key}"]`).click();
    } else if ((event.key === "j" && move(1)) || (event.key === "k" && move(-1))) {
      event.preventDefault();
    }
  });

  // A menu closes with Escape and with a click beside it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // Text that was typed and not sent is not thrown away without a word.
  let unsaved = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) unsaved = true;
  });
  document.addEventListener("submit", (event) => {
    unsaved = false;
    const button = event.submitter;
    // Set after the browser has read the button, or its name and value would not be sent.
    if (button && !event.defaultPrevented) setTimeout(() => button.setAttribute("aria-busy", "true"));
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      const said = () => {
        copy.textContent = copy.dataset.copied;
      };
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(said);
      else if (document.execCommand("copy")) said();
    }
    const close = event.target.closest("[data-close]");
    if (close) {
      const slot = close.closest(".slot");
      if (slot) {
        event.preventDefault();
        unsaved = false;
        const opener = document.querySelector(`[hx-target="#${slot.id}"]`);
        slot.replaceChildren();
        if (opener) opener.focus();
      }
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // A form that htmx has put in place takes the cursor; a page it has put in place is no longer unsaved.
  document.addEventListener("htmx:afterSwap", (event) => {
    const field = event.detail.target.querySelector(".inset [autofocus], .inset textarea, .inset input:not([type=hidden])");
    if (field) field.focus();
    if (!document.querySelector(".slot form[data-guard]")) unsaved = false;
  });
  // Where the answer cannot be had, say so beside the work instead of staying silent.
  const trouble = () => {
    const note = document.getElementById("trouble");
    if (note) note.hidden = false;
  };
  document.addEventListener("htmx:sendError", trouble);
  document.addEventListener("htmx:timeout", trouble);

  // A filter that is chosen counts at once on a wide page; the button stays for everyone else.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submits]");
    if (form && event.target.matches("select") && window.matchMedia("(min-width: 801px)").matches) form.requestSubmit();
  });
})();
