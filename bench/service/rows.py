"""What is measured, each a function of a Bench that returns figures. The server has one processor, everything else another."""

import json
import os
import subprocess
import time

import client
import wrk
from bench import capacity_of, enhancing, milliseconds, photo, require_status, times_of
from server import BIN, ROOT, WORK
from slow_rows import abandoned_clients, slow_clients, slowhttptest

PEERS_ROOT = ROOT / "build" / "peers-root"

RATE_S = 8
OVERHEAD_S = 5
OVERHEAD_ROUNDS = 3
KEYS = 100
OVERLOAD_S = 20
SETTLE_S = 3
CPU_REQUESTS = 30
HASH_S = 10
HASH_UPLOADS = 4


def rate(server, path, refusals, **options):
    """Answers in a second, and how busy the front was; all of them must be refusals, or none."""
    before, begun = server.front_cpu_s(), time.monotonic()
    result = wrk.run(server.url(path), RATE_S, 32, **options)
    cpu = (server.front_cpu_s() - before) / (time.monotonic() - begun)
    if result["failed"] or result["refused"] != (result["requests"] if refusals else 0):
        raise RuntimeError(f"{path}: not every answer is of the kind that is measured: {result}")
    return {"per_s": result["per_s"], "p99_us": result["p99_us"], "front_cpu": cpu}


def create_keys(path):
    """@return one of KEYS API keys, whose hashes are in the file."""
    path.unlink(missing_ok=True)
    for _ in range(KEYS):
        made = subprocess.run([BIN / "limpidd", "keys", "create", "--file", path, "--scopes", "enhance:read"],
                              capture_output=True, check=True, text=True)  # fmt: skip
    return made.stdout.strip()


def small_answers(bench):
    figures = {}
    with bench.server() as server:
        require_status(server, 200, "GET", "/livez")
        figures["livez"] = rate(server, "/livez", refusals=False)
    with bench.server(access_log=False) as server:
        figures["livez_without_log"] = rate(server, "/livez", refusals=False)
    with bench.server(rate_limit_ip=1, rate_window_s=86400) as server:
        server.ask("GET", "/openapi.json")
        require_status(server, 429, "GET", "/openapi.json")
        figures["429"] = rate(server, "/openapi.json", refusals=True)
    keys = WORK / "keys"
    create_keys(keys)
    with bench.server(keys_file=keys) as server:
        require_status(server, 401, "GET", "/openapi.json")
        figures["401"] = rate(server, "/openapi.json", refusals=True)
    return figures


def front_us(server, fields):
    """Processor time of the front for a request, in microseconds."""
    before = server.front_cpu_s()
    result = wrk.run(server.url("/openapi.json"), OVERHEAD_S, 16, fields=fields)
    if result["refused"] or result["failed"]:
        raise RuntimeError(f"/openapi.json: {result}")
    return (server.front_cpu_s() - before) * 1e6 / result["requests"]


def gate_overhead(bench):
    """What a key among KEYS and every limit cost, beside the same request without them."""
    keys = WORK / "keys"
    fields = {"x-api-key": create_keys(keys)}
    many = 1_000_000_000
    guarded = {"keys_file": keys, "rate_limit_ip": many, "rate_limit_key": many, "block_failures": 5}
    open_us, guarded_us = [], []
    with bench.server() as open_server, bench.server(**guarded, log_file=WORK / "guarded.log") as guarded_server:
        # In turns, so that what else the machine does meets both.
        for _ in range(OVERHEAD_ROUNDS):
            open_us.append(front_us(open_server, {}))
            guarded_us.append(front_us(guarded_server, fields))
    return {"open_us": min(open_us), "guarded_us": min(guarded_us), "overhead_us": min(guarded_us) - min(open_us)}


def sustained(bench):
    with bench.server() as server:
        capacity = capacity_of(server)
        answers = client.steadily(enhancing(server), 0.9 * capacity, 60 * bench.minutes)
    return {"capacity_per_s": capacity, "per_s": 0.9 * capacity, **times_of(answers), "wrong": client.wrong(answers)}


def overload(bench):
    with bench.server() as server:
        capacity = capacity_of(server)
        answers = client.steadily(enhancing(server), 5 * capacity, OVERLOAD_S)
    refusals = [a.first - a.sent for a in answers if a.status == 503]
    return {
        "capacity_per_s": capacity, "per_s": 5 * capacity, **times_of(answers), "wrong": client.wrong(answers, (503,)),
        "good_per_s": client.good_per_s(answers, SETTLE_S), "refused": len(refusals),
        **{f"refusal_p{p}_ms": milliseconds(client.percentile(refusals, p)) for p in (50, 99)},
    }  # fmt: skip


def vips_cpu_ms():
    """What libvips takes for decode, sharpen and encode; None where tools/bench_service.sh does not install it."""
    folder = PEERS_ROOT / "compare"
    if not (folder / "vips_peer").exists():
        return None
    (folder / "out").mkdir(exist_ok=True)
    (folder / "service.jpg").write_bytes(photo())
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    done = subprocess.run(
        [*as_root, "chroot", PEERS_ROOT, "/compare/vips_peer", "/compare/none.ppm", "/compare/service.jpg", "1", str(CPU_REQUESTS), "60000",
         "/compare/out/service.jpg", "jpeg_sharpen"], capture_output=True, check=True, text=True)  # fmt: skip
    times = json.loads(done.stdout).get("cpu_ms")
    return sum(times) / len(times) if times else None


def cpu_of_a_photo(bench):
    with bench.server() as server:
        for _ in range(2):
            require_status(server, 200, "POST", "/v1/enhance", photo(), {"Content-Type": "image/jpeg"})
        before, front = server.all_cpu_s(), server.front_cpu_s()
        for _ in range(CPU_REQUESTS):
            require_status(server, 200, "POST", "/v1/enhance", photo(), {"Content-Type": "image/jpeg"})
        after, front_after = server.all_cpu_s(), server.front_cpu_s()
    peer = vips_cpu_ms()
    cpu = 1000 * (after - before) / CPU_REQUESTS
    return {"cpu_ms": cpu, "front_ms": 1000 * (front_after - front) / CPU_REQUESTS, "vips_cpu_ms": peer,
            "ratio": cpu / peer if peer else None}  # fmt: skip


def beside_large_bodies(bench):
    """/livez while bodies of 20 MB come in, are hashed and answered with 304."""
    noise = WORK / "noise.png"
    with bench.server(job_timeout_s=60) as server:
        fields = {"Content-Type": "image/png"}
        status, answer, _ = server.ask("POST", "/v1/enhance", noise.read_bytes(), fields)
        if status != 200:
            raise RuntimeError(f"the noise is answered with {status}")
        fields["If-None-Match"] = answer["ETag"]
        require_status(server, 304, "POST", "/v1/enhance", noise.read_bytes(), fields)
        alone = wrk.run(server.url("/livez"), HASH_S, 4)
        uploads = wrk.start(server.url("/v1/enhance"), HASH_S + 2, HASH_UPLOADS, method="POST", fields=fields, body=noise)
        time.sleep(1)
        beside = wrk.run(server.url("/livez"), HASH_S, 4)
        uploaded = wrk.finish(uploads)
    if uploaded["failed"] or uploaded["refused"]:
        raise RuntimeError(f"uploads: {uploaded}")
    return {"alone_p99_ms": alone["p99_us"] / 1000, "p50_ms": beside["p50_us"] / 1000, "p99_ms": beside["p99_us"] / 1000,
            "uploads_per_s": uploaded["per_s"]}  # fmt: skip


ROWS = {
    row.__name__: row
    for row in (small_answers, gate_overhead, cpu_of_a_photo, beside_large_bodies, slow_clients, slowhttptest, abandoned_clients, overload, sustained)
}
