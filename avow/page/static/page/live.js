// Comfort alone: every page that loads this works as well without it.
(() => {
  const form = document.querySelector("form[data-live]");
  const look = form && form.querySelector("button[formtarget]");
  if (look) {
    let wait = 0, turn = 0;
    const show = () => {
      const before = document.querySelector("iframe.look");
      const next = before.cloneNode();
      next.removeAttribute("src");
      next.name = `look${++turn}`;
      next.classList.add("coming");
      before.after(next);
      next.addEventListener("load", () => {
        if (next.contentWindow && next.isConnected) {
          document.querySelectorAll("iframe.look").forEach((one) => one !== next && one.remove());
          next.classList.remove("coming");
        }
      });
      look.formTarget = next.name;
      form.noValidate = true;
      form.requestSubmit(look);
      form.noValidate = false;
    };
    form.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(show, 400);
    });
  }
  const again = document.querySelector("[data-again]");
  let rounds = 0, leaving = false;
  addEventListener("submit", () => { leaving = true; });
  const reload = async () => {
    const began = Date.now();
    if (!document.hidden && !leaving && ++rounds < 200) {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (leaving) { return; }
      const here = document.querySelector("#progress"), fresh = page.querySelector("#progress");
      if (!fresh || fresh.dataset.again !== here.dataset.again) { location.reload(); return; }
      page.querySelectorAll("[data-fresh]").forEach((one) => document.getElementById(one.id).replaceWith(one));
    }
    setTimeout(reload, Math.max(2000, 5 * (Date.now() - began)));
  };
  if (again) { setTimeout(reload, 2000); }
})();
