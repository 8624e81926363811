// What the server says of a click is shown at the thumbs themselves, wherever they stand.
watch('value', () => {
  const said = element.querySelector('[data-rated]');
  if (!said) return;
  const { reply, start, end, rated } = said.dataset;
  for (const thumbs of document.querySelectorAll('.rate')) {
    const own = thumbs.dataset;
    if (own.reply !== reply || own.start !== start || own.end !== end) continue;
    if (rated !== 'refused') {
      for (const thumb of thumbs.querySelectorAll('[data-rate]')) {
        thumb.setAttribute('aria-pressed', String(thumb.dataset.rate === rated));
      }
    }
    const note = thumbs.querySelector('.rate-said');
    note.textContent = said.textContent;
    note.classList.toggle('refused', rated === 'refused');
    clearTimeout(note.timer);
    note.timer = setTimeout(() => { note.textContent = ''; }, rated === 'refused' ? 6000 : 2500);
  }
});
