// Several proposals: the row that is opened stays marked, and the table makes room for what is found.
element.addEventListener('click', ({ target }) => {
  if (target.closest('[data-fetch]')) return document.getElementById('many-file').click();
  const opened = target.closest('[data-choose]');
  if (!opened) return;
  element.querySelector('[aria-current]')?.removeAttribute('aria-current');
  opened.setAttribute('aria-current', 'true');
  element.querySelector('details').open = false;
});
