// Saves a page of questions while it is being filled in, and keeps what was typed when the network is lost.
// The page is complete without it. Written for the old browsers inside chat applications: nothing after ES2017, and a
// control's name may hide what a form has of its own, so that the form itself is hardly asked.
(() => {
  const form = document.querySelector("form");
  const stamp = document.querySelector("[name=stamp]");
  const line = document.querySelector("[role=status]");
  const path = location.pathname;
  const survey = path.replace(/[^/]*$/, "");
  let saved, timer, sending, lost, waiting, leaving, pause = 1000;

  // A browser may forbid storage, or have none left: then nothing is kept, and nothing breaks.
  const store = (use) => {
    try {
      return use(localStorage);
    } catch (e) {}
  };
  const forget = (key) => store((kept) => kept.removeItem(key));
  const typed = () => {
    const fields = new FormData(form);
    fields.delete("stamp");
    return new URLSearchParams(fields).toString();
  };
  const body = () => "stamp=" + encodeURIComponent(stamp.value) + "&" + typed();
  const keep = (mark) => store((kept) => kept.setItem(path, body() + mark));
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const save = () => {
    const now = typed();
    clearTimeout(timer);
    if (sending || leaving || (now === saved && !lost)) return;
    sending = true;
    fetch(location.href, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: body() + "&saving=draft",
      credentials: "same-origin",
      keepalive: now.length < 6e4,
    })
      .then((answer) => {
        // A server that is busy or closing is as good as none; whatever else it says, the page's own sending will show.
        if (answer.status >= 500) throw answer;
        sending = false;
        saved = now;
        pause = 1000;
        stamp.value = answer.headers.get("x-stamp") || stamp.value;
        if (lost) line.textContent = answer.ok ? line.dataset.saved : "";
        lost = false;
        if (waiting) {
          leaving = true;
          keep("&sent");
          HTMLFormElement.prototype.submit.call(form);
        } else if (typed() !== now) {
          later(pause);
        } else if (answer.ok) {
          forget(path);
        }
      })
      .catch(() => {
        sending = false;
        pause = Math.min(2 * pause, 6e4);
        if (!leaving) lose();
      });
  };
  const lose = () => {
    lost = true;
    line.textContent = line.dataset.lost;
    later(pause);
  };

  // Where another page of the survey is shown, the ones that were sent have arrived; with the receipt, all of them.
  store((kept) => {
    for (const key of Object.keys(kept)) {
      const arrived = !stamp || (key !== path && /&sent$/.test(kept.getItem(key)));
      if (arrived && key.startsWith(survey)) forget(key);
    }
  });
  if (!stamp) return;

  saved = typed();
  // A page with a fault shows all that was typed.
  if (document.querySelector("[role=alert]")) forget(path);
  const kept = store((all) => all.getItem(path));
  if (kept) {
    const fields = new URLSearchParams(kept);
    for (const control of form.querySelectorAll("[name]")) {
      const values = fields.getAll(control.name);
      if (/radio|checkbox/.test(control.type)) control.checked = values.includes(control.value);
      else if (values.length) control.value = values[0];
    }
    saved = "";
    save();
  }

  document.addEventListener("input", () => {
    leaving = false;
    keep("");
    later(pause);
  });
  document.addEventListener("change", () => later(lost ? pause : 100));
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("pagehide", save);
  addEventListener("online", save);
  addEventListener("offline", lose);
  // A page out of the browser's memory knows nothing of what was saved since it was left.
  addEventListener("pageshow", (event) => event.persisted && navigator.onLine && location.reload());
  document.addEventListener("submit", (event) => {
    clearTimeout(timer);
    keep("&sent");
    leaving = !lost && navigator.onLine !== false;
    if (leaving) return;
    event.preventDefault();
    waiting = true;
    lose();
    save();
  });
})();
