// The connection to the sandbox: a stream of events, and requests for what a person does.

const PATIENCE = [200, 500, 1000, 2000];

/** Who is at the page, and how to act in their name. */
export class Wire {
  /** @param {(event: object) => void} hear @param {(lost: boolean) => void} lost */
  constructor(hear, lost) {
    this.hear = hear;
    this.lost = lost;
    this.me = null;
    this.behind = 0;
    this.attempts = 0;
  }

  /** Open the stream as a person; their id, or null for whomever the sandbox names first. */
  open(me) {
    this.me = me;
    this.socket?.close();
    const query = me ? `?as=${encodeURIComponent(me)}` : "";
    const socket = new WebSocket(`ws://${location.host}/page/events${query}`);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.take(JSON.parse(data));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.again();
    };
  }

  take(event) {
    this.behind = Date.parse(event.now) - Date.now();
    if (event.type === "hello") {
      this.attempts = 0;
      this.me = event.me;
      this.lost(false);
    }
    this.hear(event);
  }

  again() {
    this.lost(true);
    const wait = PATIENCE[Math.min(this.attempts++, PATIENCE.length - 1)];
    setTimeout(() => this.open(this.me), wait);
  }

  /** The moment in the sandbox, in milliseconds: its clock may have been moved. */
  now() {
    return Date.now() + this.behind;
  }

  /** Ask for something over the stream. */
  ask(question) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(question));
  }

  /** Do something; the answer has a `problem` if it was not possible. */
  async act(name, body) {
    try {
      const response = await fetch(`/page/actions/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ as: this.me, ...body }),
      });
      return await response.json();
    } catch {
      return { problem: "The sandbox is out of reach." };
    }
  }
}
