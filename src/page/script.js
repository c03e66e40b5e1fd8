(() => {
  // Shows what is new, and leaves alone what somebody reads or uses.
  const open = (main) => [...main.querySelectorAll("details")].map((each) => each.open);
  const renew = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [before, after] = [document, page].map((each) => each.querySelector("main"));
      if (!answer.ok || !after || before.contains(document.activeElement)) return;
      if (String(getSelection())) return;
      const was = open(before);
      const now = [...after.querySelectorAll("details")];
      if (was.length === now.length) now.forEach((each, at) => { each.open ||= was[at]; });
      before.replaceWith(after);
      document.title = page.title;
      const icon = (each) => each.querySelector("link[rel=icon]");
      icon(document).replaceWith(icon(page));
    } catch {}
  };
  setInterval(renew, 60000);
})();
