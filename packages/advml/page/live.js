// Asks for the page again and again, and puts the sections that have changed in the place of those that are shown.
const EVERY = 2000; // milliseconds between an answer and the next question

const main = document.querySelector('main');
const live = document.querySelector('#live');
const served = new Map(sectionsOf(main).map((section) => [section.id, section.outerHTML]));
let tag = '';
let asked = false;

function sectionsOf(place) {
  return [...place.querySelectorAll(':scope > section')];
}

/** Opens in a section what is open in that which it replaces. */
function openAs(before, section) {
  const details = [...section.querySelectorAll('details')];
  for (const [at, one] of [...before.querySelectorAll('details')].entries())
    if (details[at]) details[at].open = one.open;
}

function show(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  document.title = page.title;
  const now = sectionsOf(page.querySelector('main'));
  for (const gone of sectionsOf(main)) if (!now.some(({ id }) => id === gone.id)) gone.remove();
  let previous = main.querySelector('h1');
  for (const section of now) {
    const before = document.getElementById(section.id);
    if (before && served.get(section.id) === section.outerHTML) {
      previous = before;
      continue;
    }
    served.set(section.id, section.outerHTML);
    if (before) openAs(before, section);
    if (before) before.replaceWith(section);
    else previous.after(section);
    previous = section;
  }
}

async function renew() {
  const answer = await fetch(location.pathname, { headers: tag ? { 'if-none-match': tag } : {} });
  if (answer.status === 200) {
    tag = answer.headers.get('etag') ?? '';
    show(await answer.text());
  } else if (answer.status !== 304) throw new Error(answer.statusText);
}

function say(words) {
  if (live.textContent !== words) live.textContent = words;
}

async function ask() {
  if (asked || document.hidden) return;
  asked = true;
  try {
    await renew();
    say('live');
  } catch {
    if (!/^not live/.test(live.textContent)) say(`not live: nobody answers since ${new Date().toLocaleTimeString()}`);
  }
  asked = false;
}

setInterval(ask, EVERY);
document.addEventListener('visibilitychange', ask);
ask();
