"""A platform's auth server for the tests, in the shapes of Supabase Auth: password and refresh grants, JWTs, its refusals.

    with Auth({"adele@x.example": ("secret", "ad000000-...")}) as auth:
        auth.url                 http://127.0.0.1:PORT/auth/v1
        auth.life = 5            seconds that new sign-ins last
        auth.refuse = 503        answer this to everything
        auth.asked               list of (grant, body) that came
"""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.parse

KEY = "anon-public-key"


def jwt(claims):
    """A signed token."""

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    return head + "." + part(hmac.new(b"of the platform", head.encode(), hashlib.sha256).digest())


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Say nothing."""

    def answer(self, status, body):
        """Send JSON."""
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):  # noqa: N802
        """A grant."""
        auth = self.server.auth
        where = urllib.parse.urlparse(self.path)
        grant = urllib.parse.parse_qs(where.query).get("grant_type", [""])[0]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        auth.asked.append((grant, body))
        if auth.refuse:
            self.answer(auth.refuse, {"msg": "played"})
        elif self.headers.get("apikey") != KEY or where.path != "/auth/v1/token":
            self.answer(401, {"message": "No API key found in request"})
        elif grant == "password":
            self.password(auth, body)
        else:
            self.renew(auth, body)

    def password(self, auth, body):
        """The password grant."""
        known = auth.people.get(body.get("email"))
        if not known or known[0] != body.get("password"):
            self.answer(400, {"code": 400, "error_code": "invalid_credentials", "msg": "Invalid login credentials"})
        else:
            self.answer(200, auth.tokens(known[1]))

    def renew(self, auth, body):
        """The refresh grant: each token is good for one use."""
        user = auth.refresh.pop(body.get("refresh_token"), None)
        if user is None or auth.forget:
            self.answer(400, {"code": 400, "error_code": "refresh_token_not_found", "msg": "Invalid Refresh Token: Refresh Token Not Found"})
        else:
            self.answer(200, auth.tokens(user))


class Auth:
    """The server; as a context it lasts as long as the block."""

    def __init__(self, people, life=3600):
        self.people, self.life = people, life
        self.refuse, self.forget, self.asked, self.refresh = 0, False, [], {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.auth = self
        self.url = "http://127.0.0.1:%d/auth/v1" % self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def tokens(self, user):
        """A new sign-in."""
        now = int(time.time())
        name = "refresh-%d" % len(self.asked)
        self.refresh[name] = user
        claims = {"sub": user, "role": "authenticated", "aud": "authenticated", "iat": now, "exp": now + self.life}
        return {"access_token": jwt(claims), "token_type": "bearer", "expires_in": self.life, "expires_at": now + self.life,
                "refresh_token": name, "user": {"id": user}}

    def grants(self):
        """The grants asked for, in order."""
        return [grant for grant, _ in self.asked]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
