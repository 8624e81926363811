// Tells when the server is gone: `html.lost`, with an event for those that show what it answered;
// and when another has taken its place: `html.renewed`. A look is taken when a call of Gradio's can't
// be made, and now and then while an answer is awaited.
{
  const asked = window.fetch.bind(window);
  let looking = false;

  // Returns the number that each start of the server has of its own; null where there is no server.
  async function ask() {
    try {
      const answer = await asked(new URL('gradio_api/app_id', document.baseURI), { cache: 'no-store' });
      if (answer.status >= 500) return null;
      return answer.ok ? String((await answer.json()).app_id) : '';
    } catch {
      return null;
    }
  }

  async function look() {
    if (looking) return;
    looking = true;
    const show = (name, on) => document.documentElement.classList.toggle(name, on);
    let now;
    for (let wait = 300; (now = await ask()) === null; wait = Math.min(wait * 2, 5000)) {
      if (wait === 300) {
        show('lost', true);
        document.dispatchEvent(new CustomEvent('dafu:lost'));
      }
      await new Promise((done) => { setTimeout(done, wait); });
    }
    looking = false;
    show('lost', false);
    show('renewed', now !== String(window.gradio_config?.app_id));
  }

  window.fetch = (...given) => {
    const answer = asked(...given);
    answer.then((got) => { if (got.status >= 500 || got.status === 401 || got.status === 403) look(); }, look);
    return answer;
  };

  setInterval(() => { if (document.querySelector('[data-tone="busy"]')) look(); }, 2000);
}
