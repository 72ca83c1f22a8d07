(() => {
  "use strict";
  const root = document.documentElement;
  const store = {
    get: () => { try { return localStorage.getItem("lantern-theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("lantern-theme", value); } catch { /* a page opened from disk may have no storage */ } },
  };
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.classList.add("js");
  if (store.get()) root.dataset.theme = store.get();

  document.addEventListener("DOMContentLoaded", () => {
    const theme = document.querySelector(".theme");
    const name = () => { theme.textContent = dark() ? "Light" : "Dark"; };
    theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; store.set(root.dataset.theme); name(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    name();

    document.querySelectorAll("select[data-choose]").forEach((select) => {
      const choices = document.querySelectorAll(`[data-choice="${select.dataset.choose}"]`);
      const show = () => choices.forEach((item) => { item.hidden = select.value !== "all" && item.dataset.value !== select.value; });
      select.addEventListener("change", show);
      show();
    });

    addEventListener("beforeprint", () => document.querySelectorAll("details[data-print]").forEach((item) => { item.open = true; }));
    document.querySelectorAll(".drawing").forEach((box) => { box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2; });
    document.querySelectorAll(".replay").forEach(replay);
  });

  function replay(box) {
    const data = JSON.parse(box.querySelector("script").textContent);
    const slider = box.querySelector("input"), play = box.querySelector("button");
    const agent = box.querySelector(".agent"), items = box.querySelectorAll(".trace li"), now = box.querySelector(".now");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let timer = null;
    const show = (n) => {
      slider.value = n;
      items.forEach((item, index) => {
        item.toggleAttribute("aria-current", index === n);
      });
      const list = items[n].parentElement;
      list.scrollTop = items[n].offsetTop - list.offsetTop - list.clientHeight / 2;
      if (agent && data.points.length) {
        agent.setAttribute("cx", data.points[n][0]);
        agent.setAttribute("cy", data.points[n][1]);
      }
      now.textContent = `Step ${n} of ${items.length - 1}. ${data.sentences[n]}`;
    };
    const stop = () => { clearInterval(timer); timer = null; play.textContent = "Play"; };
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      if (+slider.value >= items.length - 1) show(0);
      play.textContent = "Pause";
      timer = setInterval(() => {
        const next = +slider.value + 1;
        show(next);
        if (next >= items.length - 1) stop();
      }, still ? 900 : 320);
    });
    slider.addEventListener("input", () => { stop(); show(+slider.value); });
    show(items.length - 1);
  }
})();
