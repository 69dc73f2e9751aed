// The editor of a flow: colors, and what the checker says at its lines while one types. Without it, it is a textarea.
"use strict";

(() => {
  const area = document.getElementById("source");
  if (!area || !window.ace) return;
  const PAUSE = 600;
  const SAME = { error: "error", warning: "warning", info: "info" };
  const state = document.getElementById("state");
  const findings = document.getElementById("findings");

  ace.config.set("useStrictCSP", true);
  const holder = document.createElement("div");
  holder.className = "editor";
  area.closest("label").after(holder);
  const editor = ace.edit(holder, {
    useWorker: false, value: area.value, mode: "ace/mode/yaml", readOnly: area.readOnly, tabSize: 2, useSoftTabs: true,
    showPrintMargin: false, showFoldWidgets: false, fontSize: 14, wrap: true, indentedSoftWrap: true, scrollPastEnd: 0.3,
    enableKeyboardAccessibility: true, textInputAriaLabel: area.dataset.label,
    theme: { cssClass: "ace-line", isDark: false, cssText: "" },
  });
  area.closest("label").hidden = true;

  let kept = area.dataset.stored === "1" ? area.value : null;
  let pause = 0;
  let asking = null;

  function say(words) { if (state && words !== undefined) state.textContent = words; }

  function mark() {
    editor.session.setAnnotations([...findings.querySelectorAll("[data-line]")].map((one) => ({
      row: Number(one.dataset.line) - 1, column: Number(one.dataset.column) - 1,
      text: one.dataset.words, type: SAME[one.dataset.severity],
    })));
  }

  async function check() {
    if (asking) asking.abort();
    asking = new AbortController();
    say(state.dataset.checking);
    const form = new FormData();
    form.set("source", area.value);
    try {
      const answer = await fetch(area.dataset.check, {
        method: "POST", body: form, signal: asking.signal, redirect: "error",
        headers: { "X-CSRF": document.querySelector("meta[name=csrf]").content },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      findings.replaceChildren(...page.body.childNodes);
      mark();
      say(area.value === kept ? state.dataset.kept : state.dataset.typing);
    } catch (error) {
      if (error.name !== "AbortError") say(state.dataset.lost);
    }
  }

  editor.session.on("change", () => {
    area.value = editor.getValue();
    if (!area.dataset.check) return;
    say(state.dataset.typing);
    clearTimeout(pause);
    pause = setTimeout(check, PAUSE);
  });

  findings.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goes]");
    if (!link) return;
    event.preventDefault();
    editor.gotoLine(Number(link.dataset.goes), 0, false);
    editor.focus();
  });

  // A file is read into the editor here, where it can be undone.
  const file = document.getElementById("f-file");
  if (file) {
    file.addEventListener("change", async () => {
      if (file.files.length) editor.setValue(await file.files[0].text(), -1);
      file.value = "";
    });
  }

  const form = area.form;
  if (form) {
    editor.commands.addCommand({
      name: "keep", bindKey: { win: "Ctrl-S", mac: "Command-S" }, exec: () => form.requestSubmit(),
    });
    let leaves = false;
    form.addEventListener("submit", () => { leaves = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaves && kept !== null && area.value !== kept) event.preventDefault();
    });
  }
  mark();

  // A finding on another page leads to its line here.
  const line = /^#line-(\d+)$/.exec(location.hash);
  if (line) {
    holder.scrollIntoView({ block: "center" });
    editor.focus();
    // Once it has wrapped its lines: until then it does not know how far down that is.
    editor.renderer.once("afterRender", () => requestAnimationFrame(() => editor.gotoLine(Number(line[1]), 0, false)));
  }
})();
