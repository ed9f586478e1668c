// Keeps a page live: gets a ticket, opens the stream, comes back with growing pauses, and says when what is shown is not live.
//
//   const stop = connectLive(base, { obs(data) {}, alert(data) {}, import(data) {}, command(data) {}, state(isLive) {} });
//
// `base` is the address of the city ("/yala/"). Elements with data-live-state are shown while the page is not live.
const FIRST = 1000;
const LONGEST = 60000;
const KINDS = ["obs", "alert", "import", "command"];

export function connectLive(base, on) {
  let stream = null;
  let timer = 0;
  let pause = FIRST;
  let stopped = false;
  let live = null;

  function tell(now) {
    if (now === live) return;
    live = now;
    document.documentElement.dataset.live = now ? "yes" : "no";
    for (const note of document.querySelectorAll("[data-live-state]")) note.hidden = now;
    on.state?.(now);
  }

  function again(soon) {
    stream?.close();
    stream = null;
    if (stopped) return;
    clearTimeout(timer);
    const wait = soon ? 50 : pause * (0.5 + Math.random());
    if (!soon) pause = Math.min(LONGEST, pause * 2);
    timer = setTimeout(open, wait);
  }

  async function open() {
    if (stopped || document.hidden) return;
    try {
      const answer = await fetch(`${base}live/ticket`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { ticket } = await answer.json();
      if (stopped) return;
      stream = new EventSource(`${base}live/stream?ticket=${encodeURIComponent(ticket)}`);
    } catch {
      tell(false);
      again(false);
      return;
    }
    const own = stream;
    own.addEventListener("state", (event) => {
      pause = FIRST;
      tell(JSON.parse(event.data).live);
    });
    for (const kind of KINDS) {
      own.addEventListener(kind, (event) => on[kind]?.(JSON.parse(event.data)));
    }
    own.addEventListener("end", () => { if (own === stream) again(true); });
    own.onerror = () => {
      if (own !== stream) return;
      tell(false);
      again(false);
    };
  }

  // A page that nobody looks at holds no stream.
  function look() {
    if (document.hidden) {
      clearTimeout(timer);
      stream?.close();
      stream = null;
    } else if (!stream) {
      pause = FIRST;
      open();
    }
  }

  document.addEventListener("visibilitychange", look);
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stream?.close();
    document.removeEventListener("visibilitychange", look);
  };
}
