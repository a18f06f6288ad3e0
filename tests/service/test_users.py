"""People: users, sessions, roles, the first administrator, guests and demonstrations."""

import json
import os
import shutil
import socket
import subprocess
import time

import limpidd
from limpidd import PHOTO

PASSWORD = "violet-harbour-27-lamps"
ADMIN = ("/v1/users", "/v1/license/details")
SCOPES = {"viewer": {"enhance:read"}, "editor": {"enhance:read", "enhance:submit"}, "guest": {"enhance:read"}}
SQL = ["'; DROP TABLE user; --", "' OR '1'='1", '" OR ""="', "1; SELECT * FROM user", "admin'--", "%", "_", "NULL", "?", ":a"]
# Of the kinds in the Big List of Naughty Strings (MIT License): those a name may have, and those it may not.
NAUGHTY = ["undefined", "true", "-1/2", "0x0", "١٢٣", "Ω≈ç√∫˜µ≤≥÷", "田中さんにあげて下さい", "Ⓗⓔ ⓠⓤⓘⓒⓚ", "👩🏽‍❤️‍💋‍👩🏿", "<script>alert(1)</script>",
           "$(touch /tmp/x)", "../../etc/passwd", "%s%n%x", "{{7*7}}", "${jndi:ldap://x}", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L"]
MISLEADING = ["", " a", "a\n", "a\u0000b", "\u202etest", "\u2066a\u2069", "\ufeffa", "a\u2028b", "\u0085", "x" * 129]


class Session:
    """A browser of sorts."""

    def __init__(self, service):
        self.service = service
        self.cookie = self.csrf = self.answer = None

    def request(self, method, path, body=None, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            fields.setdefault("Cookie", self.cookie)
            fields.setdefault("X-CSRF-Token", self.csrf)
        if isinstance(body, dict):
            body = json.dumps(body)
            fields.setdefault("Content-Type", "application/json")
        port = self.service.port_of("admin") if path.startswith(ADMIN) else None
        return self.service.request(method, path, body, fields, port)

    def log_in(self, name, password=PASSWORD, **headers):
        reply = self.request("POST", "/v1/session", {"name": name, "password": password}, **headers)
        if reply.status == 200:
            self.cookie = reply.headers["Set-Cookie"].split(";")[0]
            self.answer = reply.json()
            self.csrf = self.answer["csrf_token"]
        return reply


class Users(limpidd.TestCase):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        self.state.mkdir(mode=0o700)
        self.database = self.state / "users.db"
        self.password = self.file("password", PASSWORD + "\n")

    def command(self, verb, *arguments):
        return limpidd.run("users", verb, "--file", self.database, *arguments)

    def add(self, name, role):
        status, _, err = self.command("add", "--name", name, "--role", role, "--password-ref", f"file:{self.password}")
        self.assertEqual(status, 0, err)

    def begin(self, **settings):
        return self.start(**({"users": "true", "state_dir": self.state, "admin_listen": "127.0.0.1:0"} | settings))

    def session(self, service, name, **headers):
        session = Session(service)
        self.assertEqual(session.log_in(name, **headers).status, 200)
        return session

    def setup_token(self, service):
        text = service.wait_for(lambda r: "lmt_" in r.get("text", ""))["text"]
        return text[text.index("lmt_"):].strip()


class Setup(Users):
    def test_I17_the_first_administrator_is_made_once(self):
        audit = self.folder / "audit"
        service = self.begin(audit_file=audit, block_failures=3)
        token = self.setup_token(service)
        setup = lambda **change: Session(service).request(
            "POST", "/v1/setup", {"token": token, "name": "ada", "password": PASSWORD} | change)
        self.assert_problem(setup(password="short"), 422, "user.weak_password")
        self.assert_problem(setup(password="password1234"), 422, "user.weak_password")
        self.assert_problem(setup(password="Ada-Ada-Ada-1"), 422, "user.weak_password")
        self.assertEqual(setup(token=token[:-1] + ("A" if token[-1] != "A" else "B")).status, 401)
        reply = setup()
        self.assertEqual((reply.status, reply.json()["name"], reply.json()["role"]), (200, "ada", "admin"))
        self.assert_problem(setup(name="eve"), 410, "setup.closed")
        self.assertEqual(self.session(service, "ada").request("GET", "/v1/users").status, 200)
        service.stop()
        logged = [r for r in service.records if "text" not in r]
        self.assertNotIn(token, json.dumps(logged))
        self.assertEqual(sum(token in r.get("text", "") for r in service.records), 1)
        self.assertNotIn(token, audit.read_text())
        # A start with an administrator shows no token.
        again = self.begin()
        self.assert_problem(Session(again).request(
            "POST", "/v1/setup", {"token": token, "name": "eve", "password": PASSWORD}), 410, "setup.closed")
        again.stop()
        self.assertFalse([r for r in again.records if "lmt_" in r.get("text", "")])

    def test_I17_a_start_without_administrator_makes_a_new_token(self):
        first = self.begin()
        token = self.setup_token(first)
        first.stop()
        second = self.begin()
        self.assertNotEqual(self.setup_token(second), token)
        self.assertEqual(Session(second).request(
            "POST", "/v1/setup", {"token": token, "name": "ada", "password": PASSWORD}).status, 401)

    def test_I17_passwords_are_kept_as_argon2id(self):
        self.add("ada", "admin")
        service = self.begin()
        self.session(service, "ada")
        kept = b"".join(path.read_bytes() for path in self.state.iterdir() if path.is_file())
        self.assertIn(b"$argon2id$v=19$m=65536,t=3,p=1$", kept)
        self.assertNotIn(PASSWORD.encode(), kept)
        for path in self.state.glob("users.db*"):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)


class Sessions(Users):
    def setUp(self):
        super().setUp()
        self.add("ada", "admin")

    def test_P5_the_cookie_is_strict_and_logging_out_kills_it(self):
        service = self.begin(session_cookie_secure="always")
        session = Session(service)
        reply = session.log_in("ada")
        self.assertRegex(reply.headers["Set-Cookie"],
                         r"^__Host-limpid=lms_[\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=86400$")
        self.assertEqual(reply.headers["Cache-Control"], "no-store")
        self.assertEqual({**reply.json(), "csrf_token": 0, "expires_at": 0},
                         {"user": "ada", "role": "admin", "csrf_token": 0, "expires_at": 0})
        self.assertEqual(session.request("GET", "/v1/session").json(), session.answer)
        self.assert_problem(session.request("DELETE", "/v1/session", X_CSRF_Token="x"), 403, "session.forged_request")
        ended = session.request("DELETE", "/v1/session")
        self.assertEqual(ended.status, 204)
        self.assertIn("__Host-limpid=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0", ended.headers["Set-Cookie"])
        reply = session.request("GET", "/v1/session")
        self.assert_problem(reply, 401, "apikey.missing")
        self.assertIn("Max-Age=0", reply.headers["Set-Cookie"])
        record = service.wait_for(lambda r: r.get("status") == 204)
        self.assertEqual(record["principal"], "user:ada")
        service.stop()
        self.assertNotIn(session.cookie.split("=")[1], json.dumps(service.records))
        self.assertNotIn(PASSWORD, json.dumps(service.records))

    def test_P5_without_tls_the_cookie_is_plain_at_loopback_only(self):
        service = self.begin(trust_proxy="1")
        plain = Session(service)
        self.assertRegex(plain.log_in("ada").headers["Set-Cookie"], r"^limpid=\S+; Path=/; HttpOnly; SameSite=Strict; ")
        self.assertEqual(plain.request("GET", "/v1/session").status, 200)
        # Behind a proxy that says so, it came over TLS: the plain cookie, which others can set, is none then.
        encrypted = Session(service)
        self.assertRegex(encrypted.log_in("ada", X_Forwarded_Proto="https").headers["Set-Cookie"], "^__Host-limpid=.*; Secure;")
        self.assertEqual(encrypted.request("GET", "/v1/session", X_Forwarded_Proto="https").status, 200)
        self.assertEqual(plain.request("GET", "/v1/session", X_Forwarded_Proto="https").status, 401)

    def test_P4_the_token_changes_at_login(self):
        service = self.begin()
        session = self.session(service, "ada")
        before = session.cookie
        session.log_in("ada")
        self.assertNotEqual(session.cookie, before)
        self.assertEqual(Session(service).request("GET", "/v1/session", Cookie=before).status, 401)
        planted = Session(service)
        planted.cookie, planted.csrf = "limpid=lms_" + "A" * 43, "x"
        planted.log_in("ada")
        self.assertNotIn("A" * 43, planted.cookie)

    def test_P4_sessions_in_memory_end_with_the_process_and_have_a_bound(self):
        service = self.begin(max_sessions=1)
        self.add("bob", "viewer")
        session = self.session(service, "ada")
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while (reply := Session(service).log_in("bob")).status == 401 and time.monotonic() < deadline:
            time.sleep(0.1)  # until bob is known
        self.assert_problem(reply, 503, "token.store_full")
        self.assertEqual(session.request("GET", "/v1/session").status, 200)
        service.stop()
        session.service = self.begin()
        self.assertEqual(session.request("GET", "/v1/session").status, 401)

    def test_requests_that_another_site_causes_are_refused(self):
        service = self.begin()
        session = self.session(service, "ada")
        user = {"name": "bob", "password": PASSWORD, "role": "viewer"}
        for headers in ({"X_CSRF_Token": ""}, {"X_CSRF_Token": session.csrf[:-1]}, {"Sec_Fetch_Site": "cross-site"}):
            self.assert_problem(session.request("POST", "/v1/users", user, **headers), 403, "session.forged_request")
        self.assert_problem(Session(service).log_in("ada", Sec_Fetch_Site="cross-site"), 403, "session.forged_request")
        # What a form can send.
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            reply = Session(service).log_in("ada", Content_Type=content_type)
            self.assert_problem(reply, 415, "upload.unsupported_type")
        self.assertEqual(session.request("POST", "/v1/users", user, Sec_Fetch_Site="same-origin").status, 200)

    def test_keys_come_before_sessions(self):
        keys = self.folder / "keys"
        key = self.create_key(keys, "--scopes", "enhance:read")
        service = self.begin(keys_file=keys)
        session = self.session(service, "ada")
        self.assertEqual(session.request("GET", "/v1/users").status, 200)
        self.assertEqual(session.request("GET", "/v1/users", x_api_key=key).status, 403)
        self.assertEqual(session.request("GET", "/v1/users", x_api_key="lmp_x").status, 401)

    def test_I18_users_change_their_own_password(self):
        service = self.begin()
        first, second = self.session(service, "ada"), self.session(service, "ada")
        change = lambda old, new: first.request("POST", "/v1/session/password", {"old_password": old, "new_password": new})
        self.assert_problem(change("wrong-wrong-wrong", "seven quiet otters swim"), 401, "login.refused")
        self.assert_problem(change(PASSWORD, "password1234"), 422, "user.weak_password")
        self.assertEqual(second.request("GET", "/v1/session").status, 200)
        self.assertEqual(change(PASSWORD, "seven quiet otters swim").status, 204)
        for session in (first, second):
            self.assertEqual(session.request("GET", "/v1/session").status, 401)
        self.assertEqual(Session(service).log_in("ada").status, 401)
        self.assertEqual(Session(service).log_in("ada", "seven quiet otters swim").status, 200)

    def test_F5_guessing_passwords_blocks(self):
        service = self.begin(block_failures=3, audit_file=self.folder / "audit")
        session = self.session(service, "ada")
        for name in ("ada", "nobody", "ada"):
            self.assertEqual(session.request("GET", "/v1/session").status, 200)  # which makes no guess forgotten
            self.assert_problem(Session(service).log_in(name, "wrong-wrong-wrong"), 401, "login.refused")
        self.assert_problem(Session(service).log_in("ada"), 429, "client.blocked")
        self.assertIn('"login.failed"', (self.folder / "audit").read_text())

    def test_bodies_are_small_strict_objects(self):
        service = self.begin(max_json_bytes=20000)
        post = lambda body, **headers: Session(service).request(
            "POST", "/v1/session", body, **{"Content_Type": "application/json"} | headers)
        self.assert_problem(post(b"{}"), 400, "argument.invalid")
        self.assert_problem(post(b"[]"), 400, "argument.invalid")
        self.assert_problem(post(b'{"name":"a","password":"b","more":1}'), 400, "argument.invalid")
        self.assert_problem(post(b'{"name":"a","password":7}'), 400, "argument.invalid")
        self.assert_problem(post(b'{"name":"a","name":"b","password":"c"}'), 400, "json.duplicate_member")
        self.assert_problem(post(b'{"__proto__":{}}'), 400, "json.forbidden_member")
        self.assert_problem(post(b"{"), 400, "json.malformed")
        self.assert_problem(post(b'{"name":"' + b"a" * 17000 + b'"}'), 413, "json.too_large")
        self.assert_problem(post(b"x" * 30000), 413, "json.too_large")
        self.assert_problem(post(None), 400, "upload.missing")


class Roles(Users):
    def routes(self, session):
        description = session.request("GET", "/openapi.json").json()
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                yield method.upper(), path.replace("{id}", "nobody"), operation
        self.assertGreater(len(description["paths"]), 12)

    def call(self, session, method, path, operation):
        if "requestBody" not in operation:
            return session.request(method, path).status
        if "application/json" in operation["requestBody"]["content"]:
            return session.request(method, path, {}).status
        return session.request(method, path, PHOTO, Content_Type="image/jpeg").status

    def test_I18_every_route_for_every_role(self):
        for role in ("admin", "editor", "viewer"):
            self.add(role, role)
        service = self.begin(guest="true")
        who = {role: self.session(service, role) for role in ("admin", "editor", "viewer")}
        who["guest"] = Session(service)
        who["refused"] = Session(service)
        who["refused"].cookie, who["refused"].csrf = "limpid=lms_" + "A" * 43, "x"
        routes = list(self.routes(who["admin"]))
        # Last, as it ends what the others are asked with.
        routes.sort(key=lambda route: route[:2] == ("DELETE", "/v1/session"))
        seen = set()
        for method, path, operation in routes:
            for name, session in who.items():
                status = self.call(session, method, path, operation)
                if not operation["security"]:
                    self.assertNotIn(status, (401, 403), (method, path, name))
                    self.assertNotIn("x-scope", operation)
                    continue
                scope = operation["x-scope"]
                seen.add(scope)
                if name == "refused":
                    self.assertEqual(status, 401, (method, path))
                elif name == "admin" or scope in SCOPES[name]:
                    self.assertNotIn(status, (401, 403), (method, path, name))
                else:
                    self.assertEqual(status, 403, (method, path, name))
        self.assertLessEqual({"enhance:read", "enhance:submit", "admin"}, seen)

    def test_I4_guests_come_in_only_where_they_may(self):
        self.add("ada", "admin")
        closed = Session(self.begin())
        for method, path, operation in list(self.routes(self.session(closed.service, "ada"))):
            if operation["security"]:
                self.assertEqual(self.call(closed, method, path, operation), 401, (method, path))
        closed.service.stop()
        service = self.begin(guest="true", rate_limit_key=3)
        guest = Session(service)
        for _ in range(5):  # they share no limit
            self.assertEqual(guest.request("POST", "/v1/inspect", PHOTO, Content_Type="image/jpeg").status, 200)
        self.assert_problem(guest.request("POST", "/v1/enhance", PHOTO, Content_Type="image/jpeg"), 403, "apikey.not_permitted")
        self.assert_problem(guest.request("POST", "/v1/jobs", PHOTO, Content_Type="image/jpeg"), 403, "apikey.not_permitted")
        self.assert_problem(guest.request("GET", "/v1/users"), 403, "apikey.not_permitted")
        self.assert_problem(guest.request("GET", "/v1/session"), 404, "http.not_found")
        for refused in ({"x_api_key": "lmp_x"}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}, {"Cookie": "limpid=x"}):
            self.assertEqual(guest.request("GET", "/openapi.json", **refused).status, 401, refused)
        service.stop()
        status, _, err = limpidd.run("--guest=true", "--listen=127.0.0.1:0")
        self.assertEqual(status, 2, err)

    def test_P21_users_are_administered_at_a_listener_of_its_own(self):
        self.add("ada", "admin")
        key = self.create_key(self.folder / "keys", "--scopes", "admin")
        # The other listeners' filter and pages of others are none of its business: it is for this machine.
        service = self.begin(keys_file=self.folder / "keys", network_allow="10.0.0.0/8", cors_origins="https://photos.example.com")
        admin = service.port_of("admin")
        ask = lambda method, path, body=None, **headers: service.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}, admin)
        self.assert_problem(ask("GET", "/v1/users"), 401, "apikey.missing")
        self.assertEqual(ask("GET", "/v1/users", x_api_key=key).status, 200)
        self.assertNotIn("Access-Control-Allow-Origin",
                         ask("GET", "/v1/users", x_api_key=key, Origin="https://photos.example.com").headers)
        self.assertEqual(ask("OPTIONS", "/v1/users", Origin="https://photos.example.com",
                             Access_Control_Request_Method="GET").status, 405)
        reply = ask("POST", "/v1/session", json.dumps({"name": "ada", "password": PASSWORD}), Content_Type="application/json")
        cookie = reply.headers["Set-Cookie"].split(";")[0]
        self.assertEqual(ask("GET", "/v1/users", Cookie=cookie).status, 200)
        # What is for clients is not there.
        for method, path in (("POST", "/v1/enhance"), ("GET", "/livez"), ("GET", "/metrics"), ("GET", "/")):
            self.assert_problem(ask(method, path, x_api_key=key), 404, "http.not_found")

    def test_P21_clients_do_not_reach_what_is_for_administrators(self):
        self.add("ada", "admin")
        key = self.create_key(self.folder / "keys", "--scopes", "admin")
        service = self.begin(keys_file=self.folder / "keys")
        for headers in ({}, {"x-api-key": key}, {"Cookie": self.session(service, "ada").cookie}):
            for path in ("/v1/users", "/v1/users/1", "/v1/license/details"):
                self.assert_problem(service.request("GET", path, headers=headers), 404, "http.not_found")
        service.stop()
        # As long as nobody says where, there is no such listener.
        service = self.begin(admin_listen="")
        self.assertEqual(service.request("GET", "/v1/users", headers={"x-api-key": key}).status, 404)
        self.assertFalse([record for record in service.records if record.get("event") == "listening_admin"])

    def test_P21_a_unix_socket_will_do(self):
        key = self.create_key(self.folder / "keys", "--scopes", "admin")
        path = self.folder / "admin.sock"
        service = self.begin(keys_file=self.folder / "keys", admin_listen=f"unix:{path}")
        self.assertTrue(service.wait_for(lambda r: r.get("event") == "listening_admin")["detail"].startswith("unix:"))
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(limpidd.TIMEOUT_S)
            connection.connect(str(path))
            connection.sendall(f"GET /v1/users HTTP/1.1\r\nHost: a\r\nx-api-key: {key}\r\nConnection: close\r\n\r\n".encode())
            self.assertEqual(limpidd.status_of(limpidd.read_all(connection)), 200)

    def test_I18_users_are_made_changed_and_removed(self):
        self.add("ada", "admin")
        audit = self.folder / "audit"
        service = self.begin(audit_file=audit)
        ada = self.session(service, "ada")
        bob = ada.request("POST", "/v1/users", {"name": "bob", "password": PASSWORD, "role": "viewer"}).json()
        place = "/v1/users/" + bob["id"]
        self.assertEqual({user["name"]: user["role"] for user in ada.request("GET", "/v1/users").json()["users"]},
                         {"ada": "admin", "bob": "viewer"})
        self.assertNotIn("argon2", ada.request("GET", "/v1/users").body.decode())
        new = lambda **change: ada.request("POST", "/v1/users", {"name": "x", "password": PASSWORD, "role": "viewer"} | change)
        self.assert_problem(new(name="BOB"), 409, "user.exists")
        self.assert_problem(new(role="root"), 400, "argument.invalid")
        self.assert_problem(new(password="password1234"), 422, "user.weak_password")
        session = self.session(service, "bob")
        enhance = lambda: session.request("POST", "/v1/enhance", PHOTO, Content_Type="image/jpeg").status
        self.assertEqual(enhance(), 403)
        self.assertEqual(ada.request("PATCH", place, {"role": "editor"}).json()["role"], "editor")
        self.assertEqual(enhance(), 200)  # at once
        self.assertTrue(ada.request("PATCH", place, {"disabled": True}).json()["disabled"])
        self.assertEqual(enhance(), 401)
        self.assert_problem(Session(service).log_in("bob"), 401, "login.refused")
        self.assertEqual(ada.request("PATCH", place, {"disabled": False}).status, 200)
        self.assertEqual(enhance(), 401)
        self.assert_problem(ada.request("PATCH", place, {"password": "bob-bob-bob-1"}), 422, "user.weak_password")
        self.assertEqual(ada.request("PATCH", place, {"password": "seven quiet otters swim"}).status, 200)
        self.assertEqual(Session(service).log_in("bob").status, 401)
        self.assertEqual(Session(service).log_in("bob", "seven quiet otters swim").status, 200)
        self.assertEqual(ada.request("DELETE", place).status, 204)
        self.assert_problem(ada.request("DELETE", place), 404, "user.not_found")
        own = "/v1/users/" + ada.request("GET", "/v1/users").json()["users"][0]["id"]
        for reply in (ada.request("DELETE", own), ada.request("PATCH", own, {"role": "viewer"}),
                      ada.request("PATCH", own, {"disabled": True})):
            self.assert_problem(reply, 409, "user.last_administrator")
        events = [json.loads(line)["event"] for line in audit.read_text().splitlines()]
        for event in ("user.created", "user.role_changed", "user.disabled", "user.enabled", "user.password_changed", "user.removed",
                      "session.began", "login.failed"):
            self.assertIn(event, events)

    def test_I18_the_command_changes_a_running_service(self):
        self.add("ada", "admin")
        service = self.begin()
        self.add("bob", "viewer")
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        session = Session(service)
        while session.log_in("bob").status != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(session.request("GET", "/v1/session").status, 200)
        status, out, _ = self.command("list")
        self.assertEqual((status, len(out.splitlines())), (0, 2))
        self.assertNotIn("argon2", out)
        self.assertEqual(self.command("set-role", "--name", "bob", "--role", "editor")[0], 0)
        self.assertEqual(self.command("disable", "--name", "bob")[0], 0)
        while session.request("GET", "/v1/session").status != 401 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(session.request("GET", "/v1/session").status, 401)
        self.assertEqual(self.command("enable", "--name", "bob")[0], 0)
        self.assertEqual(self.command("set-password", "--name", "bob", "--password-ref", f"file:{self.password}")[0], 0)
        self.assertEqual(self.command("remove", "--name", "bob")[0], 0)
        self.assertNotEqual(self.command("remove", "--name", "ada")[0], 0)  # the last administrator
        self.assertNotEqual(self.command("remove", "--name", "bob")[0], 0)
        weak = self.file("weak", "password1234")
        status, _, err = self.command("add", "--name", "x", "--role", "viewer", "--password-ref", f"file:{weak}")
        self.assertEqual((status, "user.weak_password" in err), (3, True))
        for arguments in ((), ("add",), ("add", "--name", "x"), ("add", "--name", "x", "--role", "root"), ("other",),
                          ("list", "--name", "x"), ("add", "--name", "x", "--role", "viewer", "--password-ref", PASSWORD)):
            status, _, err = self.command(*arguments) if arguments else limpidd.run("users")
            self.assertIn(status, (2, 4), (arguments, err))
            self.assertNotIn(PASSWORD, err)

    def test_W13_names_are_data_and_never_code(self):
        self.add("ada", "admin")
        service = self.begin()
        ada = self.session(service, "ada")
        user = lambda name: ada.request("POST", "/v1/users", {"name": name, "password": PASSWORD, "role": "viewer"})
        names = SQL[:4] + NAUGHTY[2:8:2] + NAUGHTY[8:10]
        for name in names:
            self.assertEqual(user(name).json()["name"], name)
        for name in MISLEADING:
            self.assert_problem(user(name), 400, "argument.invalid")
        self.assertEqual(ada.request("POST", "/v1/users", b'{"name":"\\ud800","password":"x","role":"viewer"}',
                                     Content_Type="application/json").status, 400)
        self.assertEqual([u["name"] for u in ada.request("GET", "/v1/users").json()["users"]], ["ada", *names])
        for text in SQL + NAUGHTY:
            self.assertEqual(Session(service).request("GET", "/v1/session", Cookie="limpid=" + text.encode().hex()).status, 401)
        self.assertEqual(self.session(service, names[0]).answer["user"], names[0])
        for text in SQL:
            self.assert_problem(ada.request("DELETE", "/v1/users/" + text.encode().hex()), 404, "user.not_found")
        self.assertEqual(len(ada.request("GET", "/v1/users").json()["users"]), len(names) + 1)


def can_trace():
    """Is there strace, and may it trace?"""
    if limpidd.SANITIZED or not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-D", "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0


class Demo(limpidd.TestCase):
    def test_W1_a_demonstration_writes_nothing(self):
        home = self.folder / "home"
        home.mkdir()
        trace = self.folder / "trace"
        calls = "trace=open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
        # -D: the process that is started is the service, and strace its grandchild.
        prefix = ["strace", "-D", "-f", "-o", trace, "-e", calls] if can_trace() else []
        before = os.getcwd()
        os.chdir(home)
        try:
            service = limpidd.Service(demo="true", env={"HOME": str(home), "TMPDIR": str(home)}, prefix=prefix)
        finally:
            os.chdir(before)
        self.addCleanup(service.stop)
        reply = service.post("/v1/enhance")
        self.assertEqual((reply.status, reply.headers["X-Limpid-Demo"]), (200, "1"))
        for refused in (service.request("GET", "/nowhere"), service.post("/v1/jobs"), service.request("POST", "/v1/session", b"{}")):
            self.assertEqual(refused.headers["X-Limpid-Demo"], "1")
        service.wait_for(lambda r: r.get("event") == "demo")
        self.assertEqual(list(home.rglob("*")), [])
        service.stop()
        self.assertEqual(list(home.rglob("*")), [])
        if not prefix:
            return
        deadline = time.monotonic() + limpidd.TIMEOUT_S
        while not trace.read_text().rstrip().endswith("+++ exited with 0 +++") and time.monotonic() < deadline:
            time.sleep(0.1)  # strace ends a little later
        made = [line for line in trace.read_text(errors="replace").splitlines()
                if ("O_CREAT" in line or "mkdir(" in line or "rename" in line or "O_WRONLY" in line or "O_RDWR" in line)
                and not line.rstrip().endswith(")") and "ENOENT" not in line
                and '"/dev/' not in line and '"/proc/' not in line]
        self.assertEqual(made, [])

    def test_W1_nothing_that_is_kept_goes_with_it(self):
        state = self.folder / "state"
        for setting in (f"--state-dir={state}", f"--audit-file={state}", f"--log-file={state}", f"--keys-file={state}",
                        "--users=true", f"--listen=unix:{self.folder}/socket"):
            status, _, err = limpidd.run("--demo=true", "--listen=127.0.0.1:0", setting)
            self.assertEqual((status, "config.invalid_value" in err), (2, True), (setting, err))
        self.assertEqual(limpidd.run("--demo=true", "--listen=0.0.0.0:0")[0], 78)
        self.assertEqual(list(self.folder.iterdir()), [])
        service = self.start()
        self.assertNotIn("X-Limpid-Demo", service.request("GET", "/livez").headers)
