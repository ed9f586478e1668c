// A device's page: copying a key or an example with one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const label = button.querySelector("span");
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      label.textContent = button.dataset.done;
      setTimeout(() => { label.textContent = before; }, 2500);
    } catch {
      // Without the clipboard (a page not served securely) the text is chosen, ready to be copied by hand.
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    }
  });
}
