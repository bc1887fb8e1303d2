// What keys and small comforts need; every page works without this file.
(() => {
  "use strict";

  // A box to tick takes no letters, so the keys go on working while it has the focus.
  const typing = (target) =>
    target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

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

  // g and a letter go to a page, where the navigation has it.
  let going = false;
  const go = (letter) => {
    const link = /^[a-z]$/.test(letter) && document.querySelector(`.nav [data-go="${letter}"]`);
    if (link) link.click();
    return Boolean(link);
  };

  const sheet = document.getElementById("keys");
  // The row the keys have come to, or else the one that has the focus.
  const tick = (target) => {
    const row = document.querySelector("[data-row].current") || target.closest("[data-row]");
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };
  const search = () => {
    const field = document.querySelector("[data-search]");
    if (field) {
      field.focus();
      field.select();
    }
    return Boolean(field);
  };
  // A page names keys of its own: to turn to the month before, to the next one.
  const turn = (letter) => {
    const link = /^[a-z]$/.test(letter) && document.querySelector(`[data-key="${letter}"]`);
    if (link) link.click();
    return Boolean(link);
  };
  const KEYS = {
    "/": search,
    j: () => move(1),
    k: () => move(-1),
    x: tick,
    "?": () => {
      if (sheet && !sheet.open) sheet.showModal();
      return Boolean(sheet);
    },
    g: () => {
      going = true;
      return true;
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (sheet && sheet.open) return;
    const went = going;
    going = false;
    const did = went ? go(event.key) : KEYS[event.key] ? KEYS[event.key](event.target) : turn(event.key);
    if (did) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]") && sheet) sheet.showModal();
    // A click beside the sheet closes it.
    if (event.target === sheet) sheet.close();
  });

  // Rows are ticked with x; what can be done to them shows once one is.
  const ticking = () => document.querySelector("form[data-ticks]");
  const ticks = (form) => Array.from(form.querySelectorAll("td.tick input"));
  const showBulk = () => {
    const form = ticking();
    const bar = form && form.querySelector("[data-bulk]");
    if (!bar) return;
    const all = ticks(form);
    const number = all.filter((box) => box.checked).length;
    bar.querySelector("[data-bulk-count]").textContent = number;
    bar.hidden = !number;
    const whole = form.querySelector("[data-tick-all]");
    if (whole) {
      whole.checked = number > 0 && number === all.length;
      whole.indeterminate = number > 0 && number < all.length;
    }
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-ticks]");
    if (!form) return;
    if (event.target.matches("[data-tick-all]")) ticks(form).forEach((box) => (box.checked = event.target.checked));
    showBulk();
  });
  showBulk();
  window.addEventListener("pageshow", showBulk);

  // A menu closes with Escape and with a click beside it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    // The search gives the keys back.
    if (event.target.matches("[data-search]")) event.target.blur();
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

  // A long list of boxes is narrowed by typing; what is ticked stays in sight. It may come into the page later.
  const narrow = (list, words) => {
    let found = 0;
    list.querySelectorAll("details").forEach((fold) => {
      let here = 0;
      fold.querySelectorAll("label").forEach((label) => {
        const fits = label.textContent.includes(words) || label.querySelector("input").checked;
        label.hidden = !fits;
        here += fits;
      });
      fold.hidden = !here;
      fold.open = here > 0 && (words !== "" || fold.querySelector("input:checked") !== null);
      found += here;
    });
    list.querySelector("[data-narrow-none]").hidden = found > 0;
  };
  const offerNarrowing = () => document.querySelectorAll("[data-narrow]").forEach((field) => (field.hidden = false));
  offerNarrowing();
  document.addEventListener("htmx:afterSwap", offerNarrowing);
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-narrow]");
    if (field) narrow(field.closest("[data-narrowed]"), event.target.value.trim());
  });
  document.addEventListener("keydown", (event) => {
    // Enter after typing would send a form that is not complete.
    if (event.key === "Enter" && event.target.closest("[data-narrow]")) event.preventDefault();
  });

  // Text that was typed and not sent is not thrown away without a word.
  let unsaved = false;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form");
    if (form && form.method === "post" && !form.matches("[data-unguarded]")) unsaved = true;
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
    const field =
      document.querySelector("main .inset [aria-invalid=true]:not([type=hidden])") ||
      event.detail.target.querySelector(".inset [autofocus], .inset textarea, .inset input:not([type=hidden])");
    if (field) field.focus();
    if (!document.querySelector(".slot form")) unsaved = false;
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

  // What was typed before the session ended goes back into the form that is open.
  const restore = () => {
    document.querySelectorAll("[data-kept]").forEach((kept) => {
      const fields = document.querySelectorAll(`main form[method=post] [name="${CSS.escape(kept.dataset.kept)}"]`);
      fields.forEach((field) => {
        if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === kept.value;
        else if (field.multiple && field.options) {
          Array.from(field.options).forEach((option) => {
            option.selected ||= option.value === kept.value;
          });
        } else if (field.type !== "file" && field.type !== "hidden") field.value = kept.value;
      });
    });
    unsaved = true;
    const details = document.querySelector(".kept details");
    if (details) details.open = false;
    const field = document.querySelector("main form[method=post] textarea, main form[method=post] input:not([type=hidden])");
    if (field) field.focus();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-restore]")) restore();
  });

  // Before the session ends for want of anything done, say so while there is time to send what was typed.
  const AHEAD = 10 * 60 * 1000;
  const idle = document.getElementById("idle");
  const lasts = Number(document.body.dataset.sessionEnds) * 1000;
  const latest = Date.now() + Number(document.body.dataset.sessionLatest) * 1000;
  let timer;
  const watch = () => {
    if (!idle || !lasts) return;
    idle.hidden = true;
    clearTimeout(timer);
    const left = Math.min(Date.now() + lasts, latest) - Date.now() - AHEAD;
    timer = setTimeout(() => {
      idle.hidden = false;
    }, Math.max(0, left));
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) watch();
  });
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-stay]")) return;
    const answer = await fetch(location.pathname, { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (answer && answer.ok) watch();
    else trouble();
  });
  watch();

  // Long navigation shows the page that is open.
  const here = document.querySelector(".side .nav [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest" });

  // The row a form in place was about is marked where it stands afterwards.
  document.addEventListener("htmx:afterSwap", (event) => {
    const about = /\/tasks\/(\d+)\//.exec(event.detail.requestConfig.path);
    if (!about || event.detail.requestConfig.verb !== "post") return;
    const row = document.querySelector(`[data-task="${about[1]}"]`);
    if (!row) return;
    row.classList.add("current");
    // The button that was pressed is gone; who works by keys goes on from the row, not from the top of the page.
    const link = row.querySelector("[data-open]");
    if (link && document.activeElement.matches("body, main")) link.focus({ preventScroll: true });
  });
})();
