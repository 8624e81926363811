// One key each. The physical key counts, for a Chinese input method changes what it writes.
const KEYS = { KeyS: 's', KeyU: 'u', ...Object.fromEntries(
  [0, 1, 2, 3].flatMap((n) => [[`Digit${n}`, n], [`Numpad${n}`, n]])) };

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!element.offsetParent || element.closest('[inert]')) return;
  if (event.target.closest('input, textarea, select, [contenteditable="true"]')) return;
  const button = element.querySelector(`[data-key="${KEYS[event.code] ?? event.key}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// A click counts once: what it asks is under way until the next task is there.
element.addEventListener('click', (event) => {
  if (!event.target.closest('[data-choose]')) return;
  const asked = element.querySelectorAll('[data-choose]');
  setTimeout(() => asked.forEach((button) => { button.disabled = true; }));
});

watch('value', () => {
  const task = element.querySelector('.task, .task-end');
  if (!task || !element.offsetParent) return;
  task.focus({ preventScroll: true });
  if (task.getBoundingClientRect().top < 0) task.scrollIntoView({ block: 'start' });
});
