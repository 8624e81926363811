// Tells when the server is gone: `html.lost`, with an event for those that show what it answered; when
// this page is no longer the one it has for who asks: `html.renewed`; and when nobody is signed in any
// more: `html.signed-out`. A look is taken when a call of Gradio's isn't taken, and now and then while
// an answer is awaited. By its number, which it says of itself, a page of another start or role is known.
{
  const asked = window.fetch.bind(window);
  const root = document.documentElement;
  let looking = false;

  const as = (headers) => {
    const given = new Headers(headers);
    given.set('Dafu-Page', String(window.gradio_config?.app_id));
    return given;
  };

  // Returns how the server answers this page; null where there is none.
  async function ask() {
    try {
      const answer = await asked(new URL('gradio_api/app_id', document.baseURI), { cache: 'no-store', headers: as() });
      return answer.status >= 500 ? null : answer;
    } catch {
      return null;
    }
  }

  async function look() {
    if (looking) return;
    looking = true;
    const show = (name, on) => root.classList.toggle(name, on);
    let now;
    for (let wait = 300; (now = await ask()) === null; wait = Math.min(wait * 2, 5000)) {
      if (wait === 300) {
        show('lost', true);
        document.dispatchEvent(new CustomEvent('dafu:lost'));
      }
      await new Promise((done) => { setTimeout(done, wait); });
    }
    if (now.status === 409) document.querySelector('.renewed-notice').textContent = (await now.json()).detail;
    if (now.status === 401) {
      const here = location.pathname + location.search;
      document.querySelector('.signed-out-notice a').search = new URLSearchParams({ next: here });
    }
    looking = false;
    show('lost', false);
    show('signed-out', now.status === 401);
    show('renewed', !now.ok && now.status !== 401);
  }

  window.fetch = (what, how) => {
    const joins = new URL(what?.url ?? what, document.baseURI).pathname.endsWith('/queue/join');
    const answer = asked(what, joins ? { ...how, headers: as(how?.headers) } : how);
    answer.then((got) => { if (!got.ok) look(); }, look);
    return answer;
  };

  setInterval(() => { if (document.querySelector('[data-tone="busy"]')) look(); }, 2000);
}
