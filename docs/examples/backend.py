"""A back end: takes what goes up, checks the signature, handles each webhook once, answers. `python3 backend.py PORT SECRET`"""
import base64, hashlib, hmac, json, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

secret = base64.b64decode(sys.argv[2].removeprefix("whsec_"))
done = {}  # webhook-id -> answer; a real one keeps this where it keeps its orders, in the same transaction


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        id, at, given = (self.headers.get("webhook-" + name, "") for name in ("id", "timestamp", "signature"))
        mac = hmac.new(secret, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
        signed = any(hmac.compare_digest("v1," + base64.b64encode(mac).decode(), one) for one in given.split())
        if not signed or abs(time.time() - int(at)) > 300:
            return self.send_error(401)
        if id not in done:
            event = json.loads(body)
            print(event["type"], event["data"], flush=True)
            done[id] = json.dumps({"reply": {"text": "seen"}}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(done[id])))
        self.end_headers()
        self.wfile.write(done[id])


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Hook)
print("listening on", server.server_port, flush=True)
server.serve_forever()
