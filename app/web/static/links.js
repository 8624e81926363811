// Keeps the browser's address, title and back and forward at what the page shows. The server writes
// each view's address beside it (`data-address`); this one opens addresses by asking the server.
const base = new URL(document.baseURI);
const NAME = dafuSay('答复 Dafu');
const REPLY = 'reply/';
const full = (address) => new URL(address, base).href;
const current = () => location.href.split('#')[0];
const here = () => current().slice(base.href.length);
const reading = () => document.getElementById('stage').classList.contains('reading');
const visible = (node) => node.closest('#reader') !== null || node.offsetParent !== null;

let acted = false;  // whether the visitor did something since the address was opened
let wanted = false;  // whether what the address asks for is still to come
let opening = '';  // the address that was asked for last
let answered = null;  // the same, once its answer has come
let tries = 0;
let closing = false;  // whether the reader was closed by the visitor, and the address is to follow

function name(title) {
  document.title = title ? `${title} · ${NAME}` : NAME;
}

function settle(view) {
  wanted = false;
  name(view.dataset.title);
  document.dispatchEvent(new CustomEvent('dafu:settled', {
    detail: { address: here(), title: view.dataset.title },
  }));
}

function go(address, title, state) {
  if (full(address) !== current()) history.pushState(state, '', full(address));
  name(title);
}

function open() {
  wanted = true;
  acted = false;
  if (here().startsWith(REPLY)) document.dispatchEvent(new CustomEvent('dafu:opening'));
  opening = here();
  answered = null;
  trigger('select', { address: opening });
}

// What a view shows has come. It is new where the visitor asked for it; else the address asked for
// it, or it came too late, after the address was left.
function shown({ detail: view }) {
  const address = view.dataset.address;
  if (address === undefined) return name(view.dataset.title);
  if (!visible(view)) return;
  if (full(address) === current()) return settle(view);
  if (acted) {
    const under = here().startsWith(REPLY) ? history.state?.under : here();
    const deep = here().startsWith(REPLY);
    go(address, view.dataset.title, address.startsWith(REPLY) ? { under, deep } : null);
    settle(view);
  } else if (!wanted && current() !== base.href && tries < 3) {
    tries += 1;
    open();
  }
}

function viewOf(tab) {
  const views = [...document.querySelectorAll('#tabs [data-address]')];
  const path = element.querySelector(`[data-tab="${tab}"]`)?.dataset.path;
  return views.find((view) => view.dataset.address.split('?')[0] === path)
    ?? { dataset: { address: path ?? '', title: tabButton(tab)?.textContent.trim() } };
}

const tabButton = (tab) => document.querySelector(`#tabs [role="tab"][data-tab-id="${tab}"]`);
const chosenTab = () => chosenIn(document.querySelector('#tabs [role="tab"][aria-selected="true"]')
  ?.dataset.tabId ?? 'ask');

// Of a tab that holds others with addresses of their own, the one that is chosen there is meant.
function chosenIn(tab) {
  const inner = [...element.querySelectorAll(`[data-within="${tab}"]`)].map((each) => each.dataset.tab);
  const chosen = (each) => tabButton(each)?.getAttribute('aria-selected') === 'true';
  return inner.find(chosen) ?? inner[0] ?? tab;
}

// The reader was closed by the visitor: what stood under it is what is looked at.
document.addEventListener('dafu:left', () => {
  if (!here().startsWith(REPLY)) return;
  if (history.state?.under !== undefined && !history.state.deep) {
    closing = true;
    return history.back();
  }
  const { address, title } = viewOf(chosenTab()).dataset;
  go(address, title, null);
});

document.addEventListener('dafu:shown', shown);

for (const kind of ['click', 'keydown', 'change']) {
  document.addEventListener(kind, (event) => {
    if (!event.isTrusted) return;
    acted = true;
    wanted = false;
    tries = 0;
  }, true);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('#tabs [role="tab"]');
  if (!event.isTrusted || !button) return;
  const tab = chosenIn(button.dataset.tabId);
  if (!element.querySelector(`[data-tab="${tab}"]`)) return;
  const { address, title } = viewOf(tab).dataset;
  go(address, title, null);
});

// Arrows go along the tabs, as in any list of tabs; Enter opens one.
document.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const list = event.target.closest?.('[role="tab"]')?.closest('[role="tablist"]');
  if (!step || !list) return;
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  tabs.at((tabs.indexOf(event.target) + step) % tabs.length).focus();
});

window.addEventListener('popstate', () => {
  tries = 0;
  if (here().startsWith(REPLY)) return open();
  const wasReading = reading() || closing;
  // What the visitor closed is closed; what they have opened since is on its way.
  if (!closing) document.dispatchEvent(new CustomEvent('dafu:leave'));
  closing = false;
  const view = viewOf(chosenTab());
  const unchanged = full(view.dataset.address) === current() || current() === base.href;
  if (wasReading && unchanged) return name(current() === base.href ? '' : view.dataset.title);
  open();
});

// The server writes an address as it would have written it itself; one typed by hand may differ.
watch('value', () => {
  const { arrived, asked } = element.querySelector('[data-arrived]')?.dataset ?? {};
  if (arrived === undefined) return;
  if (asked !== opening) {  // an answer for an address that was left again
    // Of two calls the later may be answered first: what it showed is then shown again.
    if (answered === opening && !acted) open();
    return;
  }
  answered = asked;
  if (!wanted) return;
  if (current() === base.href) {
    wanted = false;
    return name('');
  }
  if (full(arrived) !== current()) history.replaceState(history.state, '', full(arrived));
  const place = element.querySelector(`[data-path="${arrived.split('?')[0]}"]`);
  name(tabButton(place?.dataset.tab)?.textContent.trim());
});

// Nobody types an address of several lines, and paper can't be unfolded.
const LONGEST_PRINTED = 120;
const FOLDED = '.desk .more:not(.near, [open])';
let unfolded = [];

window.addEventListener('beforeprint', () => {
  const day = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: 'long' });
  const whole = decodeURI(current());
  const address = whole.length > LONGEST_PRINTED ? whole.split('?')[0] : whole;
  document.querySelector('.printed').textContent = `${document.title}　${address}　${dafuSay('打印于')}${day}`;
  for (const place of document.querySelectorAll('[data-print]')) {
    place.textContent = full(place.dataset.print);
  }
  unfolded = [...document.querySelectorAll(FOLDED)];
  for (const each of unfolded) each.open = true;
});

window.addEventListener('afterprint', () => { for (const each of unfolded) each.open = false; });

if (here()) open();
