// In the reader: who else answered the matter of what it shows. It takes a search, so it says so.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-matter]');
  if (!button) return;
  const { reply, start, end } = button.dataset;
  button.disabled = true;
  button.textContent = dafuSay('查找中……');
  trigger('expand', { reply, start: Number(start), end: Number(end) });
});
