// The owner's part of the reader: where fields were found, and correcting them.
// `reviewing` outlasts a reply, `kept` is where one was when a correction was sent.
const review = (window.dafuReview ??= { reviewing: false, kept: null });
const all = (selector) => [...element.querySelectorAll(selector)];
const numbers = (list) => (list ?? '').split(' ').filter(Boolean);

function light(wanted) {
  const found = all('.paper .found').filter((place) =>
    numbers(place.dataset.fields).some((number) => wanted.includes(number)));
  for (const place of all('.lit')) place.classList.remove('lit');
  for (const place of found) place.classList.add('lit');
  return found;
}

function bring(target) {
  const box = element.querySelector('.reader-body');
  const offset = target.getBoundingClientRect().top - box.getBoundingClientRect().top;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  box.scrollTo({ top: box.scrollTop + offset - box.clientHeight * 0.3, behavior: calm ? 'auto' : 'smooth' });
}

function setReviewing(on) {
  review.reviewing = on;
  element.querySelector('.reader')?.classList.toggle('reviewing', on);
  element.querySelector('[data-review]')?.setAttribute('aria-pressed', String(on));
}

function openForm(fact, open) {
  const form = fact.querySelector('.fact-edit');
  form.hidden = !open;
  fact.querySelector('[data-edit]').setAttribute('aria-expanded', String(open));
  if (!open) return fact.querySelector('[data-edit]').focus({ preventScroll: true });
  const box = form.querySelector('input, textarea, select');
  box.focus({ preventScroll: true });
  box.select?.();
}

function send(fact, action, values = []) {
  const { reply, start, end, seen } = element.querySelector('.reader').dataset;
  const field = fact.dataset.field;
  review.kept = { reply, field, top: element.querySelector('.reader-body').scrollTop };
  for (const button of all('.fact button, .change button')) button.disabled = true;
  trigger('edit', { reply, start: Number(start), end: Number(end), seen: Number(seen), action, field, values });
}

// The list in the tab 文库 says which reply comes next; what was settled is no longer in it.
function openNext(button) {
  const rows = [...document.querySelectorAll('#doubts-list table.doubts tr[data-open]')];
  const current = element.querySelector('.reader').dataset.reply;
  const at = rows.findIndex((row) => row.dataset.reply === current);
  const next = rows[at + 1] ?? rows.find((row) => row.dataset.reply !== current);
  if (next) return next.querySelector('button[data-open]').click();
  button.textContent = dafuSay('没有别的待核对了');
  button.disabled = true;
}

// Of the fields that a place belongs to, the one whose own place is the shortest.
function factAt(place) {
  const reach = (number) => all('.paper .found').filter((each) =>
    numbers(each.dataset.fields).includes(number)).reduce((sum, each) => sum + each.textContent.length, 0);
  const [nearest] = numbers(place.dataset.fields).sort((a, b) => reach(a) - reach(b));
  return [nearest, all('.fact').find((fact) => numbers(fact.dataset.places).includes(nearest))];
}

element.addEventListener('click', (event) => {
  const find = (selector) => event.target.closest(selector);
  const fact = find('.fact');
  if (find('[data-next]')) return openNext(find('[data-next]'));
  if (find('[data-review]')) return setReviewing(!review.reviewing);
  const selecting = !window.getSelection().isCollapsed;
  const place = review.reviewing && !selecting && find('.paper .found');
  if (place) {
    const [number, of] = factAt(place);
    light([number]);
    all('.fact.chosen').forEach((each) => each.classList.remove('chosen'));
    if (of) { of.classList.add('chosen'); bring(of); }
    return;
  }
  const back = find('[data-revert]');
  if (back) return send(back.closest('.change'), 'revert', [back.dataset.revert]);
  if (!fact) return;
  if (find('[data-find]')) {
    const [first] = light(numbers(fact.dataset.places));
    if (first) bring(first);
  }
  else if (find('[data-edit]')) openForm(fact, fact.querySelector('.fact-edit').hidden);
  else if (find('[data-cancel]')) openForm(fact, false);
  else if (find('[data-none]')) send(fact, 'none');
  else if (find('[data-undo]')) send(fact, 'undo');
});

// What only scrolls under a pointer that rests lights nothing: that is not what was asked for.
element.addEventListener('mouseover', (event) => {
  if (!event.movementX && !event.movementY) return;
  const fact = event.target.closest('.fact');
  if (fact?.dataset.places) light(numbers(fact.dataset.places));
});

element.addEventListener('submit', (event) => {
  event.preventDefault();
  const fact = event.target.closest('.fact');
  const box = event.target.querySelector('input, textarea, select');
  send(fact, 'save', box.value.split('\n'));
});

element.addEventListener('keydown', (event) => {  // in a form, Escape leaves the form alone
  const form = event.target.closest('.fact-edit');
  if (event.key !== 'Escape' || !form) return;
  event.stopPropagation();
  openForm(form.closest('.fact'), false);
});

element.addEventListener('change', (event) => {
  if (!event.target.matches('[data-add]')) return;
  const fact = all('.fact').find((each) => each.dataset.field === event.target.value);
  if (!fact) return;
  fact.hidden = false;
  openForm(fact, true);
  bring(fact);
});

document.addEventListener('click', (event) => {  // who comes from the list comes to look
  if (event.target.closest('#doubts-list [data-open]')) review.reviewing = true;
}, true);

watch('value', () => {
  const page = element.querySelector('.reader');
  const kept = review.kept;
  review.kept = null;
  if (!page) return;
  setReviewing(review.reviewing);
  if (!kept || kept.reply !== page.dataset.reply) return;
  page.querySelector('.reader-body').scrollTop = kept.top;
  const fact = all('.fact').find((each) => each.dataset.field === kept.field);
  const problem = fact?.querySelector('.fact-problem');
  if (problem) openForm(fact, true);
  else fact?.querySelector('[data-edit]')?.focus({ preventScroll: true });
});
