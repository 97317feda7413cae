// A back end: takes what goes up, checks the signature, handles each webhook once, answers. `node backend.mjs PORT SECRET`
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = Buffer.from(process.argv[3].replace(/^whsec_/, ""), "base64");
const done = new Map(); // webhook-id -> answer; a real one keeps this where it keeps its orders, in the same transaction
const same = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const [id, at, given] = ["id", "timestamp", "signature"].map((name) => request.headers[`webhook-${name}`] ?? "");
  const mac = "v1," + createHmac("sha256", secret).update(`${id}.${at}.`).update(body).digest("base64");
  if (!given.split(" ").some((one) => same(one, mac)) || Math.abs(Date.now() / 1000 - at) > 300) {
    return response.writeHead(401).end();
  }
  if (!done.has(id)) {
    const event = JSON.parse(body);
    console.log(event.type, JSON.stringify(event.data));
    done.set(id, JSON.stringify({ reply: { text: "seen" } }));
  }
  response.writeHead(200).end(done.get(id));
});
server.listen(process.argv[2], "127.0.0.1", () => console.log("listening on", server.address().port));
